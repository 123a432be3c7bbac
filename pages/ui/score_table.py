"""How are scores written side by side? One row a score, one column a set, as plain HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from diversity.scores import Null, Score
from diversity.scores.registry import REGISTRY, Meaning
from diversity.scores.values import Budget
from diversity.wording import number
from pages.ui import widgets

SPREADS = 1.96
FAMILIES = {"embedding": "Meaning", "text": "Wording", "groups": "Clusters"}


@dataclass(frozen=True)
class ScoredSet:
    """One column of the panel: a set of records and its scores."""

    title: str
    n_records: int
    scores: Mapping[str, Score]


def table(columns: list[ScoredSet], budget: Budget, null: Mapping[str, Null]) -> str:
    """Write the scores of some sets, the first being what the others are compared with.

    Parameters
    ----------
    columns : list of ScoredSet
        One or more, all scored at the same budget.
    budget : Budget
    null : mapping of str to Null
        Where random subsets of all records lie; empty while that is not known.

    Returns
    -------
    str
        HTML with everything escaped.
    """
    titles = "".join(
        f"<th>{escape(column.title)}<small>{column.n_records:,}</small></th>" for column in columns
    )
    families = [f for f in FAMILIES if any(REGISTRY[n].family == f for n in columns[0].scores)]
    body = "".join(_family(family, columns, null) for family in families)
    note = (
        f"Each set at the same budget: {budget.n_records:,} records, {budget.n_tokens:,} words. "
        "Under each score its 95 % interval. ↑ more is more diverse, ↓ less is."
    )
    if len(columns) > 1:
        note += " ▲▼ differs from all by so much."
    if null:
        note += (
            " Grey band: where random subsets of that size lie; "
            "a difference that stays inside it is pale."
        )
    return (
        f'<table class="de-scores"><thead><tr><th></th>{titles}<th></th></tr></thead>'
        f'{body}</table><p class="de-note">{note}</p>'
    )


def _family(family: str, columns: list[ScoredSet], null: Mapping[str, Null]) -> str:
    rows = "".join(
        _row(meaning, [column.scores[name] for column in columns], null.get(name))
        for name, meaning in REGISTRY.items()
        if meaning.family == family and name in columns[0].scores
    )
    return (
        f'<tbody><tr class="de-family"><th colspan="9">{FAMILIES[family]}</th></tr>{rows}</tbody>'
    )


def _row(meaning: Meaning, scores: list[Score], null: Null | None) -> str:
    arrow = "↑" if meaning.direction == "higher" else "↓"
    label = widgets.hint(escape(meaning.label), _explained(meaning, scores[-1], null))
    first, *others = scores
    cells = f"<td>{_value(first)}</td>" + "".join(
        f"<td>{_change(score, first, null)}{_value(score)}</td>" for score in others
    )
    return f"<tr><th>{label} <i>{arrow}</i></th>{cells}<td>{_strip(scores, null)}</td></tr>"


def _explained(meaning: Meaning, score: Score, null: Null | None) -> str:
    low, high = (f"{end:g}" for end in meaning.bounds)
    parts = [
        meaning.meaning,
        f"{meaning.direction.capitalize()} is more diverse; between {low} and {high}.",
        f"Taken from {score.n_records:,} records.",
        _against(null) if null else "",
        meaning.caveat,
        meaning.source + ".",
    ]
    return " ".join(part for part in parts if part)


def _value(score: Score) -> str:
    if score.value is None:
        return widgets.hint("–", f"Undefined: {score.reason}.")
    interval = score.interval
    shown = f"<small>{number(interval[0])} – {number(interval[1])}</small>" if interval else ""
    return f"{number(score.value)}{shown}"


def _change(score: Score, first: Score, null: Null | None) -> str:
    """Say by how much a score differs from the first column's, and whether chance alone would do.

    A filter that only removes records is no gain: what lies inside the band stays pale.
    """
    if score.value is None or first.value is None or number(score.value) == number(first.value):
        return ""
    change = score.value - first.value
    low, high = _by_chance(null) if null else (score.value, score.value)
    kind = "de-change" if low <= score.value <= high else "de-change de-beyond"
    sign, name = ("▲", "more") if change > 0 else ("▼", "less")
    size = f"<span> {number(abs(change))}</span>"
    return f'<em class="{kind}"><i aria-label="{name}">{sign}</i>{size}</em> '


def _against(null: Null) -> str:
    low, high = _by_chance(null)
    return (
        f"Of {null.n_draws} random subsets of the whole of this size, about 95 % lie between "
        f"{number(low)} and {number(high)}."
    )


def _by_chance(null: Null) -> tuple[float, float]:
    """Return the ends between which about 95 % of random subsets lie."""
    return null.mean - SPREADS * null.spread, null.mean + SPREADS * null.spread


def _strip(scores: list[Score], null: Null | None) -> str:
    """Draw value and interval of all columns over one scale, and where chance alone would lie."""
    known = [score for score in scores if score.value is not None and score.interval]
    if len(known) < 2:
        return ""
    ends = [score.interval for score in known if score.interval]
    ends += [_by_chance(null)] if null else []
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    width = (high - low) or 1.0
    band = _band(null, low, width) if null else ""
    marks = "".join(_mark(score, low, width) for score in known)
    return f'<div class="de-strip">{band}{marks}</div>'


def _band(null: Null, low: float, width: float) -> str:
    start, end = (100 * (place - low) / width for place in _by_chance(null))
    return f'<u style="left:{start:.1f}%;width:{end - start:.1f}%"></u>'


def _mark(score: Score, low: float, width: float) -> str:
    left, right = score.interval or (low, low)
    middle = score.value if score.value is not None else low
    start, end, dot = (100 * (place - low) / width for place in (left, right, middle))
    return (
        f'<span class="de-mark"><s style="left:{start:.1f}%;width:{end - start:.1f}%"></s>'
        f'<b style="left:{dot:.1f}%"></b></span>'
    )
