"""What can be concluded from a comparison, and what cannot? In sentences, without a winner."""

from collections.abc import Mapping, Sequence
from typing import Any

from diversity.comparison.lengths import LONGER
from diversity.comparison.testing import MEANINGS
from diversity.comparison.values import ComparedScore, Difference, Group, Leak, Separation
from diversity.scores.significance import LEVEL
from diversity.wording import listed

NOTABLE = 0.01
BUNCHED = 0.1
LARGER = 1.1
GAUGE = "coverage"


def conclusions(
    scores: Mapping[str, ComparedScore],
    groups: Sequence[Group],
    leaks: Sequence[Leak],
    clusters: Sequence[Separation],
) -> tuple[str, ...]:
    """Say for every pair which scores differ, then what else could be the reason."""
    n_pairs = len(next(iter(scores.values())).pairs)
    said = [sentence for place in range(n_pairs) for sentence in about_pair(scores, place)]
    return (*said, *about_all(n_pairs, groups, leaks, clusters))


def about_all(
    n_pairs: int,
    groups: Sequence[Group],
    leaks: Sequence[Leak],
    clusters: Sequence[Separation],
) -> tuple[str, ...]:
    """Say what holds for all groups, and what else could be the reason of a difference."""
    said = []
    if n_pairs > 1:
        said.append(
            f"Each of the {n_pairs} pairs was tested by itself, at most {LEVEL:.0%} false claims "
            "a pair; among many pairs a false one may be."
        )
    n_apart = sum(one.q <= LEVEL for one in clusters)
    if clusters:
        said.append(
            f"{n_apart} of {len(clusters)} clusters are filled more by one side than by the other."
        )
    return (
        *said,
        *_lengths(groups),
        *_repeats(groups),
        *_bunches(groups),
        *_noise(groups),
        *_shared(leaks),
    )


def about_pair(scores: Mapping[str, ComparedScore], place: int = 0) -> list[str]:
    """Say by which scores two groups differ, and by which they do not."""
    pairs = {name: score.pairs[place] for name, score in scores.items()}
    one = next(iter(pairs.values()))
    tested = [name for name, pair in pairs.items() if pair.p is not None]
    if not tested:
        return [f"Nothing can be said about {one.a!r} and {one.b!r}: {one.reason}."]
    apart = [name for name in tested if claimed(pairs[name])]
    said = []
    for group, other in ((one.a, one.b), (one.b, one.a)):
        names = [
            name for name in apart if name != GAUGE and more_diverse(name, pairs[name]) == group
        ]
        if names:
            said.append(f"{group!r} is more diverse than {other!r} by {listed(names)}.")
    if GAUGE in apart:
        fuller = one.b if more_diverse(GAUGE, pairs[GAUGE]) == one.a else one.a
        said.append(
            f"The sample of {fuller!r} has met more of its clusters (coverage), which says how "
            "complete it is, not how diverse."
        )
    rest = [name for name in tested if name not in apart]
    if not apart:
        said.append(
            f"No score sets {one.a!r} and {one.b!r} apart: what differs between them is within "
            "chance. A difference smaller than the intervals may still exist."
        )
    elif rest:
        said.append(f"{one.a!r} and {one.b!r} do not differ by more than chance in {listed(rest)}.")
    return said


def claimed(pair: Difference) -> bool:
    """Tell whether a difference is more than chance: adjusted p at most 0.05."""
    return pair.p_holm is not None and pair.p_holm <= LEVEL and bool(pair.difference)


def more_diverse(name: str, pair: Difference) -> str:
    """Name the group of a pair that a score calls more diverse."""
    upward = (pair.difference or 0.0) > 0
    return pair.a if upward == (MEANINGS[name].direction == "higher") else pair.b


def length_ratio(groups: Sequence[Group]) -> float:
    """Divide the longest mean length by the shortest."""
    means = [group.mean_words for group in groups]
    return max(means) / min(means) if min(means) > 0 else 1.0


def confounders(groups: Sequence[Group], leaks: Sequence[Leak], matched: bool) -> dict[str, Any]:
    """Gather what else differs between the groups and could make scores differ."""
    ratio = length_ratio(groups)
    return {
        "length": {
            "mean_words": {group.name: group.mean_words for group in groups},
            "ratio": ratio,
            "warning": ratio > LONGER,
            "matched": matched,
        },
        "duplicate_share": {group.name: group.duplicate_share for group in groups},
        "near_duplicate_share": {group.name: group.near_duplicate_share for group in groups},
        "noise_share": {group.name: group.noise_share for group in groups},
        "shared": [
            {"a": leak.a, "b": leak.b, "of_a": leak.of_a, "of_b": leak.of_b} for leak in leaks
        ],
    }


def _lengths(groups: Sequence[Group]) -> list[str]:
    if length_ratio(groups) <= LONGER:
        return []
    longest = max(groups, key=lambda group: group.mean_words)
    shortest = min(groups, key=lambda group: group.mean_words)
    return [
        f"Texts of {longest.name!r} are {length_ratio(groups):.1f} times as long as those of "
        f"{shortest.name!r}; that alone can make scores differ. Match the lengths to see."
    ]


def _repeats(groups: Sequence[Group]) -> list[str]:
    return [
        f"{group.near_duplicate_share:.0%} of {group.name!r} are near-duplicates of other records "
        "of it."
        for group in groups
        if group.near_duplicate_share >= NOTABLE
    ]


def _bunches(groups: Sequence[Group]) -> list[str]:
    """Warn where copies may have been made from one draw, or are thinned in the larger group."""
    if max(group.near_duplicate_share for group in groups) < BUNCHED:
        return []
    said = [
        "Every record counts as a draw of its own. Where copies or variants were made from one "
        "draw, differences are less certain than their p says."
    ]
    smallest = min(groups, key=lambda group: group.n_records)
    larger = [group.name for group in groups if group.n_records > LARGER * smallest.n_records]
    if larger:
        said.append(
            f"Only part of {listed([repr(name) for name in larger])} counts, as many records as "
            f"{smallest.name!r} has; that parts copies from each other, so scores that see copies "
            "can favour the larger group."
        )
    return said


def _noise(groups: Sequence[Group]) -> list[str]:
    shares = [group.noise_share for group in groups]
    if max(shares) - min(shares) < 0.1:
        return []
    parts = [f"{group.noise_share:.0%} of {group.name!r}" for group in groups]
    return [f"Cluster scores leave out what fits no cluster: {listed(parts)}."]


def _shared(leaks: Sequence[Leak]) -> list[str]:
    return [
        f"{leak.of_a:.0%} of {leak.a!r} repeat records of {leak.b!r} "
        f"({leak.of_b:.0%} the other way)."
        for leak in leaks
        if max(leak.of_a, leak.of_b) >= NOTABLE
    ]
