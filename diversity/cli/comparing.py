"""How does a comparison look in a terminal? Conclusions first, then each score, then reasons."""

import shutil
import textwrap
from collections.abc import Sequence

from diversity.cli.tables import ARROWS
from diversity.comparison import Comparison
from diversity.comparison.concluding import claimed
from diversity.comparison.testing import MEANINGS
from diversity.comparison.values import Difference, Separation
from diversity.wording import cut, number, percent, plain, signed

WIDEST = 24
SHOWN = 8


def comparison_table(found: Comparison, raw: bool = False) -> str:
    """Lay a comparison out as text.

    Parameters
    ----------
    found : Comparison
    raw : bool, default=False
        Whether to add the values of all records.
    """
    blocks = [_said(found), _sizes(found)]
    blocks += [_pair(found, place) for place in range(len(next(iter(found.scores.values())).pairs))]
    blocks += [_raw(found)] if raw else []
    blocks += [_separations("Clusters", found.clusters), _separations("Words", found.phrases)]
    return "\n\n".join([*filter(None, blocks), _legend(found)])


def _said(found: Comparison) -> str:
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    return "\n".join(
        textwrap.fill(plain(sentence), width, subsequent_indent="  ", break_on_hyphens=False)
        for sentence in found.conclusion
    )


def _sizes(found: Comparison) -> str:
    rows = [
        [
            cut(one.name, WIDEST), f"{one.n_records:,}", f"{one.mean_words:.1f}",
            percent(one.duplicate_share), percent(one.near_duplicate_share),
            percent(one.noise_share),
        ]
        for one in found.groups
    ]  # fmt: skip
    return _aligned([["", "records", "words", "exact dup.", "near-dup.", "noise"], *rows])


def _pair(found: Comparison, place: int) -> str:
    one = next(iter(found.scores.values())).pairs[place]
    sides = [one.a, one.b]
    rows = [["", *(cut(side, WIDEST) for side in sides), "difference", "", "p", "adjusted", ""]]
    for name, score in found.scores.items():
        values = [number(score.values[side].value) for side in sides]
        label = f"{name} {ARROWS[MEANINGS[name].direction]}"
        rows.append([label, *values, *_difference(score.pairs[place])])
    return _aligned(rows, left=(0, 7))


def _difference(pair: Difference) -> list[str]:
    if pair.difference is None:
        return ["–", "", "", "", pair.reason]
    ends = pair.interval
    interval = f"[{signed(ends[0])}, {signed(ends[1])}]" if ends else ""
    shown = [signed(pair.difference), interval]
    if pair.p is None or pair.p_holm is None:
        return [*shown, "–", "–", pair.reason]
    return [*shown, f"{pair.p:.3f}", f"{pair.p_holm:.3f}", "*" if claimed(pair) else ""]


def _raw(found: Comparison) -> str:
    if found.raw is None:
        return ""
    heads = [f"{cut(one.name, WIDEST)}, all {one.n_records:,}" for one in found.groups]
    rows = [
        [name, *(number(values[side].value) for side in found.names)]
        for name, values in found.raw.items()
    ]
    reasons = sorted({
        f"– {name}: {score.reason}."
        for name, values in found.raw.items()
        for score in values.values()
        if score.value is None
    })  # fmt: skip
    return "\n".join([
        "All records, texts whole, no common budget: size alone moves these. Do not compare them.",
        _aligned([["", *heads], *rows]),
        *reasons,
    ])  # fmt: skip


def _separations(title: str, found: tuple[Separation, ...]) -> str:
    if not found:
        return ""
    rows = [
        [
            f"  {cut(one.name, 36)}", signed(one.log_odds),
            f"[{signed(one.interval[0])}, {signed(one.interval[1])}]", f"q {one.q:.3f}",
            f"{cut(one.a, WIDEST)} against {cut(one.b, WIDEST)}",
        ]
        for one in found[:SHOWN]
    ]  # fmt: skip
    more = len(found) - SHOWN
    rest = [f"  and {more} more, in the JSON"] if more > 0 else []
    head = f"{title} that differ most (log odds, 95 % interval, q)"
    return "\n".join([head, _aligned(rows, left=(0, 4)), *rest])


def _legend(found: Comparison) -> str:
    budget = found.budget
    return (
        "↑ more is more diverse, ↓ less is. Differences are the first group less the second, with "
        "95 % intervals;\n* marks an adjusted p of at most 0.05.\n"
        f"Every group at the same budget: {budget.n_records:,} records, {budget.n_tokens:,} words."
    )


def _aligned(rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Lay rows out in columns, some flush on the left and the others on the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        [
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    ]
    return "\n".join("  ".join(cells).rstrip() for cells in lines)
