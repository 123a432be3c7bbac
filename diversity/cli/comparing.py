"""How does a comparison look in a terminal? Conclusions first, then each score, then reasons."""

from itertools import combinations

from diversity.comparison import Comparison
from diversity.comparison.concluding import claimed
from diversity.comparison.testing import MEANINGS
from diversity.comparison.values import Difference, Separation
from diversity.wording import cut

ARROWS = {"higher": "↑", "lower": "↓"}
NAME_WIDTH = 24
WIDEST = 20
SHOWN = 8


def comparison_table(found: Comparison) -> str:
    """Lay a comparison out as text."""
    blocks = ["\n".join(found.conclusion), _sizes(found)]
    blocks += [_pair(found, place) for place in range(_n_pairs(found))]
    blocks.append(_separations("Clusters", found.clusters))
    blocks.append(_separations("Words", found.phrases))
    budget = found.budget
    blocks.append(
        "↑ more is more diverse, ↓ less is. Differences are the first group less the second, with "
        "95 % intervals; * marks an adjusted p of at most 0.05.\n"
        f"Every group at the same budget: {budget.n_records:,} records, {budget.n_tokens:,} words."
    )
    return "\n\n".join(block for block in blocks if block)


def _n_pairs(found: Comparison) -> int:
    return len([*combinations(found.names, 2)])


def _sizes(found: Comparison) -> str:
    lines = [
        f"{'':{NAME_WIDTH}}{'records':>10}{'words':>8}{'exact dup.':>12}{'near-dup.':>11}"
        f"{'noise':>8}"
    ]
    lines += [
        f"{cut(group.name, NAME_WIDTH - 1):{NAME_WIDTH}}{group.n_records:>10,}"
        f"{group.mean_words:>8.1f}{group.duplicate_share:>12.1%}"
        f"{group.near_duplicate_share:>11.1%}{group.noise_share:>8.1%}"
        for group in found.groups
    ]
    return "\n".join(lines)


def _pair(found: Comparison, place: int) -> str:
    one = next(iter(found.scores.values())).pairs[place]
    a, b = cut(one.a, WIDEST), cut(one.b, WIDEST)
    lines = [f"{'':{NAME_WIDTH}}{a:>22}{b:>22}   {'difference':28}{'p':>8}{'adjusted':>10}"]
    for name, score in found.scores.items():
        pair = score.pairs[place]
        values = [score.values[group].value for group in (one.a, one.b)]
        cells = "".join(f"{'–' if v is None else f'{v:.4g}':>22}" for v in values)
        label = f"{name} {ARROWS[MEANINGS[name].direction]}"
        lines.append(f"{label:{NAME_WIDTH}}{cells}   {_difference(pair)}")
    return "\n".join(lines)


def _difference(pair: Difference) -> str:
    if pair.difference is None:
        return f"({pair.reason})"
    low, high = pair.interval or (None, None)
    interval = "" if low is None else f" [{low:.3g}, {high:.3g}]"
    shown = f"{pair.difference:+.3g}{interval}"
    if pair.p is None or pair.p_holm is None:
        return f"{shown:28}({pair.reason})"
    return f"{shown:28}{pair.p:>8.3f}{pair.p_holm:>10.3f}{' *' if claimed(pair) else ''}"


def _separations(title: str, found: tuple[Separation, ...]) -> str:
    if not found:
        return ""
    lines = [f"{title} that differ most (log odds, 95 % interval, q)"]
    lines += [
        f"  {cut(one.name, 36):38}{one.log_odds:+.2f} [{one.interval[0]:+.2f}, "
        f"{one.interval[1]:+.2f}]  q {one.q:.3f}  {cut(one.a, WIDEST)} against "
        f"{cut(one.b, WIDEST)}"
        for one in found[:SHOWN]
    ]
    return "\n".join(lines)
