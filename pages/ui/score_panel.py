"""How diverse is what the filter leaves? The panel of scores, beside the same for everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from diversity.scores import Null, Score
from diversity.scores.registry import REGISTRY, Meaning
from diversity.scores.values import Budget
from pages.ui import cached, widgets
from pages.ui.view import View

HEADLINE = ("vendi_2", "mean_distance", "chamfer", "distinct_2", "repeated_4gram_share")
ALL = "All"
SPREADS = 1.96
FAMILIES = {"embedding": "Meaning", "text": "Wording", "groups": "Clusters"}


@dataclass(frozen=True)
class ScoredSet:
    """One column of the panel: a set of records and its scores."""

    title: str
    n_records: int
    scores: Mapping[str, Score]


def show_scores(view: View, filtered: Bool, selected: Bool) -> None:
    """Show duplicates, noise and all scores of what passes the filter.

    Parameters
    ----------
    view : View
    filtered, selected : ndarray of shape (n_records,), bool
        With all records filtered in and none selected there is one column; else one each.
    """
    masks = sets_to_show(filtered, selected)
    budget = view.panel.budget(*masks.values())
    if len(masks) > 1:
        budget = budget.rounded()
    columns = [
        ScoredSet(ALL, len(view), cached.scores_of_all(view, view.name, budget)),
        *(
            ScoredSet(title, int(mask.sum()), view.panel.scores(mask, budget=budget))
            for title, mask in masks.items()
            if title != ALL
        ),
    ]
    shares = _shares(view, next(reversed(masks.values())))
    place = st.empty()
    null = view.panel.null_if_ready(budget) if len(columns) > 1 else {}
    place.html(shares + _table(columns, budget, null or {}))
    if null is None:
        place.html(shares + _table(columns, budget, view.panel.null(budget)))


def headline(view: View, rows: Bool) -> str:
    """Write the scores of one set beside those of all, as HTML."""
    masks = {"All": np.ones(len(rows), bool), "Cluster": rows}
    budget = view.panel.budget(*masks.values())
    columns = [
        ScoredSet(title, int(mask.sum()), view.panel.scores(mask, budget=budget, names=HEADLINE))
        for title, mask in masks.items()
    ]
    return _table(columns, budget, {})


def sets_to_show(filtered: Bool, selected: Bool) -> dict[str, Bool]:
    """Name the sets that differ: all, filtered if a filter is on, selected if a lasso is."""
    sets = {ALL: np.ones(len(filtered), bool)}
    if not filtered.all():
        sets["Filtered"] = filtered
    if selected.any():
        sets["Selected"] = selected & filtered
    return sets


def _shares(view: View, mask: Bool) -> str:
    rows = np.flatnonzero(mask)
    duplicates, labels = view.analysis.duplicates, view.analysis.clustering.labels
    noise = float((labels[rows] == -1).mean()) if len(rows) else 0.0
    return widgets.tiles(
        [
            (
                "Exact duplicates",
                percent(duplicates.exact_share(rows)),
                "Share of these records whose text, apart from case and white space, "
                "repeats another of them. Over all of them, not a sample.",
            ),
            (
                "Near-duplicates",
                percent(duplicates.near_share(rows)),
                f"Share of these records that repeat another one to the letter or with a cosine "
                f"similarity of {duplicates.min_similarity:g} or more. Over all of them.",
            ),
            (
                "Noise",
                percent(noise),
                "Share of these records that fit no cluster. The cluster scores leave them out.",
            ),
        ]
    )


def _table(columns: list[ScoredSet], budget: Budget, null: Mapping[str, Null]) -> str:
    titles = "".join(
        f"<th>{escape(column.title)}<small>{column.n_records:,}</small></th>" for column in columns
    )
    families = [f for f in FAMILIES if any(REGISTRY[n].family == f for n in columns[0].scores)]
    body = "".join(_family(family, columns, null) for family in families)
    note = (
        f"Each set at the same budget: {budget.n_records:,} records, {budget.n_tokens:,} words. "
        "Under each score its 95 % interval. ↑ more is more diverse, ↓ less is."
    )
    if null:
        note += " Grey band: where random subsets of that size lie."
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
    cells = "".join(f"<td>{_value(score)}</td>" for score in scores)
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


def number(value: float) -> str:
    """Write a score with three or four telling digits.

    Examples
    --------
    >>> number(0.12345), number(12.345), number(1234.5), number(0)
    ('0.123', '12.3', '1,234', '0')
    """
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 1 else f"{value:.3f}"


def percent(share: float) -> str:
    """Write a share; what is not nothing never reads as 0 %.

    Examples
    --------
    >>> percent(0), percent(0.0004), percent(0.034), percent(0.34)
    ('0 %', '< 0.1 %', '3.4 %', '34 %')
    """
    if 0 < share < 0.001:
        return "< 0.1 %"
    return (
        f"{share:.0%}".replace("%", " %")
        if share == 0 or share >= 0.1
        else f"{share:.1%}".replace("%", " %")
    )
