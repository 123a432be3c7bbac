"""How do groups score side by side? One row a score: values, difference, p, and a place."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from diversity.comparison import Comparison
from diversity.comparison.anchors import Anchor
from diversity.comparison.concluding import about_all, about_pair, claimed
from diversity.comparison.testing import MEANINGS
from diversity.comparison.values import Difference
from diversity.scores import Score
from diversity.scores.registry import Meaning
from diversity.wording import number, percent, signed
from pages.ui import widgets
from pages.ui.score_table import FAMILIES


def sentences(found: Comparison, place: int) -> str:
    """Write what can be concluded about a pair, and what must be known, as HTML."""
    n_pairs = len(next(iter(found.scores.values())).pairs)
    told = (
        *about_pair(found.scores, place),
        *about_all(n_pairs, found.groups, found.leaks, found.clusters),
    )
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in told)
    notes = "".join(f"<li>{escape(sentence)}</li>" for sentence in found.notes)
    return f'<ul class="de-said">{said}</ul>' + (
        f'<ul class="de-note">{notes}</ul>' if notes else ""
    )


def sizes(found: Comparison, colors: Mapping[str, str]) -> str:
    """Write what each group is: records, length, repeats, noise."""
    rows = "".join(
        f"<tr><th>{_key(colors[group.name])}{escape(group.name)}</th><td>{group.n_records:,}</td>"
        f"<td>{group.mean_words:.1f}</td><td>{percent(group.duplicate_share)}</td>"
        f"<td>{percent(group.near_duplicate_share)}</td><td>{percent(group.noise_share)}</td></tr>"
        for group in found.groups
    )
    titles = (
        ("records", "All records of the group, of which the scores take the budget."),
        ("words", "Mean number of words of a text."),
        ("exact", "Share whose text repeats another one of the group to the letter."),
        ("near", "Share that repeats another one of the group, to the letter or nearly."),
        ("noise", "Share that fits no cluster; the cluster scores leave them out."),
    )
    head = "".join(f"<th>{widgets.hint(title, meaning)}</th>" for title, meaning in titles)
    return (
        f'<table class="de-scores de-compare"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def choose_pair(found: Comparison, key: str) -> int:
    """Choose which two of several groups are set against each other."""
    pairs = next(iter(found.scores.values())).pairs
    if len(pairs) == 1:
        return 0
    place = st.selectbox(
        "Pair", range(len(pairs)), key=key, label_visibility="collapsed", width=420,
        format_func=lambda i: f"{pairs[i].a} and {pairs[i].b}",
    )  # fmt: skip
    return int(place or 0)


def scores(
    found: Comparison, place: int, anchors: Mapping[str, Anchor], reference: str | None
) -> str:
    """Write every score of the groups, and the difference of one pair, as HTML.

    Parameters
    ----------
    found : Comparison
    place : int
        Which pair.
    anchors : mapping of str to Anchor
        Each score's scale; empty to leave it out.
    reference : str or None
        The group that is 1 on that scale; by default a mixture of all groups is.
    """
    pair = next(iter(found.scores.values())).pairs[place]
    names = found.names
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    ends = (
        "<th>difference<small>"
        f"{escape(pair.a)} less {escape(pair.b)}</small></th><th>p</th><th>adjusted</th>"
    )
    body = "".join(
        _family(family, title, found, place, anchors, reference)
        for family, title in FAMILIES.items()
    )
    budget = found.budget
    top = f"{reference!r}" if reference else "a mixture of all groups"
    scale = f", and its place between copies (0) and {top} (1)" if anchors else ""
    note = (
        f"Every group at the same budget: {budget.n_records:,} records, {budget.n_tokens:,} words; "
        "under each score its 95 % interval"
        f"{scale}. ↑ more is more diverse, ↓ less is. p from {found.about['n_deals']} random "
        "deals, adjusted for all scores of the pair (Holm); ● at most 0.05."
    )
    return (
        f'<table class="de-scores de-compare"><thead><tr><th></th>{head}{ends}</tr></thead>'
        f'{body}</table><p class="de-note">{escape(note)}</p>'
    )


def _family(
    family: str,
    title: str,
    found: Comparison,
    place: int,
    anchors: Mapping[str, Anchor],
    reference: str | None,
) -> str:
    rows = []
    for name, score in found.scores.items():
        meaning = MEANINGS[name]
        if meaning.family != family:
            continue
        top = score.values[reference].value if reference else None
        cells = "".join(
            f"<td>{_value(score.values[group], anchors.get(name), top)}</td>"
            for group in found.names
        )
        rows.append(
            f"<tr><th>{_label(meaning)}</th>{cells}{difference_cells(score.pairs[place])}</tr>"
        )
    width = len(found.names) + 4
    return (
        f'<tbody><tr class="de-family"><th colspan="{width}">{title}</th></tr>'
        f"{''.join(rows)}</tbody>"
    )


def difference_cells(pair: Difference) -> str:
    """Write a difference with its interval and both p-values as three cells."""
    if pair.difference is None:
        return f"<td>{widgets.hint('–', pair.reason)}</td><td></td><td></td>"
    interval = pair.interval
    ends = f"<small>{signed(interval[0])} to {signed(interval[1])}</small>" if interval else ""
    shown = f"<td>{signed(pair.difference)}{ends}</td>"
    if pair.p is None or pair.p_holm is None:
        return f"{shown}<td>{widgets.hint('–', pair.reason)}</td><td></td>"
    mark = '<b class="de-claim" title="more than chance">●</b> ' if claimed(pair) else ""
    return f"{shown}<td>{pair.p:.3f}</td><td>{mark}{pair.p_holm:.3f}</td>"


def listing(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a plain table of cells that are HTML already."""
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(
        f"<tr><th>{row[0]}</th>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return (
        f'<table class="de-scores de-compare"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _value(score: Score, anchor: Anchor | None, top: float | None) -> str:
    if score.value is None:
        return widgets.hint("–", f"Undefined: {score.reason}.")
    ends = score.interval
    interval = f"<small>{number(ends[0])} – {number(ends[1])}</small>" if ends else ""
    place = anchor.place(score.value, top) if anchor else None
    scale = f"<small>at {place:.2f}</small>" if place is not None else ""
    return f"{number(score.value)}{interval}{scale}"


def _label(meaning: Meaning) -> str:
    low, high = (f"{end:g}" for end in meaning.bounds)
    explained = (
        f"{meaning.meaning} {meaning.direction.capitalize()} is more diverse; between {low} and "
        f"{high}. {meaning.caveat} {meaning.source}."
    )
    arrow = "↑" if meaning.direction == "higher" else "↓"
    return f"{widgets.hint(escape(meaning.label), explained)} <i>{arrow}</i>"


def _key(color: str) -> str:
    return f'<span class="de-key" style="background:{color}"></span>'
