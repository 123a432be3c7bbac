"""How do the groups score? What each is, each pair with its differences, and all records apart."""

from collections.abc import Mapping
from html import escape
from typing import Any

from diversity.comparison import Comparison
from diversity.comparison.concluding import claimed
from diversity.comparison.testing import MEANINGS
from diversity.comparison.values import Difference
from diversity.report.parts import group, note, table, title
from diversity.wording import number, percent, signed

PAIR_TITLES = ("difference", "p", "adjusted p")


def sizes(found: Comparison, colors: Mapping[str, str]) -> str:
    """Write what each group is: records, length, repeats, noise."""
    rows = [
        [
            group(one.name, colors[one.name]), f"{one.n_records:,}", f"{one.mean_words:.1f}",
            percent(one.duplicate_share), percent(one.near_duplicate_share),
            percent(one.noise_share),
        ]
        for one in found.groups
    ]  # fmt: skip
    titles = ["", "records", "mean words", "exact duplicates", "near-duplicates", "noise"]
    return table(titles, rows)


def scores(found: Comparison, colors: Mapping[str, str]) -> list[str]:
    """Write every score of every pair."""
    parts = []
    for place, pair in enumerate(next(iter(found.scores.values())).pairs):
        rows = [
            [
                label(name),
                *(valued(score.values[side]) for side in (pair.a, pair.b)),
                *difference(score.pairs[place]),
            ]
            for name, score in found.scores.items()
        ]
        titles = ["", *(group(side, colors[side]) for side in (pair.a, pair.b)), *PAIR_TITLES]
        parts += [title(f"Scores: {pair.a} and {pair.b}"), table(titles, rows)]
    return parts


def raw_values(found: Comparison) -> list[str]:
    """Write the scores of all records, folded; nothing where they were not taken."""
    if found.raw is None:
        return []
    rows = [
        [label(name), *(number(values[side].value) for side in found.names)]
        for name, values in found.raw.items()
    ]
    sized = {one.name: one.n_records for one in found.groups}
    titles = [
        "",
        *(f"{escape(name)}<small>all {n:,}</small>" for name, n in sized.items()),
    ]
    said = (
        "Over every record of each group, texts whole, no budget and no interval. Size alone moves "
        "these: read them, and compare the ones above."
    )
    reasons = {
        f"{MEANINGS[name].label}, {side}: {score.reason}."
        for name, values in found.raw.items()
        for side, score in values.items()
        if score.value is None
    }
    return [
        "<details><summary>Values of all records</summary>", note(said), table(titles, rows),
        *map(note, sorted(reasons)), "</details>",
    ]  # fmt: skip


def label(name: str) -> str:
    """Name a score, with its meaning under the pointer and the way it runs."""
    meaning = MEANINGS[name]
    arrow = "↑" if meaning.direction == "higher" else "↓"
    return f'<span title="{escape(meaning.meaning)}">{escape(meaning.label)} {arrow}</span>'


def valued(score: Any) -> str:  # noqa: ANN401  # a Score or a Mean
    """Write a value with its interval."""
    ends = score.interval if score.value is not None else None
    return number(score.value) + (between(number(ends[0]), number(ends[1])) if ends else "")


def difference(pair: Difference) -> list[str]:
    """Write a difference with its interval and p-values as three cells."""
    if pair.difference is None:
        return [escape(pair.reason), "", ""]
    ends = pair.interval
    interval = between(signed(ends[0]), signed(ends[1]), "to") if ends else ""
    shown = f"{signed(pair.difference)}{interval}"
    if pair.p is None or pair.p_holm is None:
        return [shown, escape(pair.reason), ""]
    adjusted = f"{pair.p_holm:.3f}"
    return [shown, f"{pair.p:.3f}", f"<b>{adjusted} ●</b>" if claimed(pair) else adjusted]


def between(low: str, high: str, word: str = "–") -> str:
    """Write an interval in small."""
    return f"<small>{low} {word} {high}</small>"
