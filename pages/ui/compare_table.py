"""How do groups score side by side? One row a score: values, difference, p, and a place."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from diversity.comparison import Comparison
from diversity.comparison.anchors import Anchor
from diversity.comparison.concluding import about_all, about_pair
from diversity.comparison.testing import MEANINGS
from diversity.comparison.values import Raw
from diversity.scores import Score
from diversity.scores.registry import Meaning
from diversity.wording import number, percent
from pages.ui import widgets
from pages.ui.compare_forest import forest, forest_head
from pages.ui.compare_job import Compared
from pages.ui.compare_parts import difference_cells, group_key
from pages.ui.score_table import FAMILIES

WIDE = 6
"""From so many groups on, the table takes the whole width."""


def places(
    n_groups: int,
) -> "tuple[st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator]":
    """Make room for the table and for the maps: side by side where the window is wide enough.

    The style sheet knows how much room a table of so many groups needs.
    """
    with st.container(horizontal=True, gap="medium", key="compare_beside"):
        table = st.container(key=f"compare_table_{min(n_groups, WIDE)}")
        maps = st.container(key="compare_maps")
    return table, maps


def ask_for_anchors(reference: str | None) -> bool:
    """Ask whether to place each value between two ends."""
    return st.toggle(
        "Place between anchors",
        value=reference is not None,
        key=f"compare_anchors_{reference}",
        help="0: every record stands twice. 1: the reference, or a mixture of all groups.",
    )


def sentences(found: Comparison, place: int) -> str:
    """Write what can be concluded about a pair, and what must be known, as HTML."""
    n_pairs = len(next(iter(found.scores.values())).pairs)
    first, *more = about_pair(found.scores, place)
    more += about_all(n_pairs, found.groups, found.leaks, found.clusters)
    rest = "".join(f"<li>{escape(sentence)}</li>" for sentence in more)
    notes = "".join(f"<li>{escape(sentence)}</li>" for sentence in found.notes)
    return f'<p class="de-lead">{escape(first)}</p><ul class="de-said">{rest}</ul>' + (
        f'<ul class="de-note">{notes}</ul>' if notes else ""
    )


def sizes(found: Comparison, colors: Mapping[str, str]) -> str:
    """Write what each group is: records, length, repeats, noise."""
    rows = "".join(
        f"<tr><th>{group_key(group.name, colors[group.name])}</th><td>{group.n_records:,}</td>"
        f"<td>{group.mean_words:.1f}</td><td>{percent(group.duplicate_share)}</td>"
        f"<td>{percent(group.near_duplicate_share)}</td><td>{percent(group.noise_share)}</td></tr>"
        for group in found.groups
    )
    titles = (
        ("records", "All records of the group, of which the scores take the budget."),
        ("words", "Mean number of words of a text."),
        ("exact", "Exact duplicates: share whose text repeats another of the group to the letter."),
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
    compared: Compared, place: int, raw: Raw | None, reference: str | None, anchored: bool
) -> str:
    """Write every score of the groups, and the difference of one pair, as HTML.

    Parameters
    ----------
    compared : Compared
    place : int
        Which pair.
    raw : mapping of str to mapping of str to Score, or None
        Each score of each group over all its records; None to leave them out.
    reference : str or None
        The group that is 1 between the anchors; by default a mixture of all groups is.
    anchored : bool
        Whether to place values between anchors.
    """
    found, colors = compared.comparison, compared.colors
    pair = next(iter(found.scores.values())).pairs[place]
    head = "".join(f"<th>{group_key(name, colors[name])}</th>" for name in found.names)
    body = "".join(
        _family(family, title, compared, place, raw, reference, anchored)
        for family, title in FAMILIES.items()
    )
    ends = (
        f'<th class="de-middle">{forest_head(pair, colors)}</th><th>difference<small>'
        f"{escape(pair.a)} less {escape(pair.b)}</small></th>"
        f"<th>{widgets.hint('p', P_MEANS)}<small>adjusted, raw</small></th>"
    )
    wide = " de-wide" if len(found.names) >= WIDE else ""
    return (
        f'<div class="de-side{wide}"><table class="de-scores de-compare"><thead><tr><th></th>{head}'
        f"{ends}</tr></thead>{body}</table></div>"
        f'<p class="de-note">{escape(_note(found, raw, reference, anchored))}</p>'
    )


P_MEANS = (
    "How often records dealt to two sides at random differ as much. Above: adjusted for all scores "
    "of the pair (Holm), which is what is claimed at 0.05; below: of this score by itself."
)


def _note(found: Comparison, raw: Raw | None, reference: str | None, anchored: bool) -> str:
    budget = found.budget
    parts = [
        f"Every group at the same budget: {budget.n_records:,} records, {budget.n_tokens:,} words; "
        "below each value its 95 % interval.",
        "↑ more is more diverse, ↓ less is.",
        f"p from {found.about['n_deals']} random deals; ● adjusted p at most 0.05.",
    ]
    if found.about["match_length"]:
        parts.append("Texts cut to one distribution of lengths.")
    if raw:
        parts.append(
            "“all”: of all records of the group, texts whole, no budget: size alone moves it, so "
            "it is to be read and not to be compared."
        )
    if anchored:
        top = f"{reference!r}" if reference else "a mixture of all groups"
        parts.append(
            f"“at”: the place between copies (0) and {top} (1). Copies: half as many records, each "
            "twice. Mixed: records of all groups. Shuffled: their words in random order."
        )
    return " ".join(parts)


def _family(
    family: str,
    title: str,
    compared: Compared,
    place: int,
    raw: Raw | None,
    reference: str | None,
    anchored: bool,
) -> str:
    found = compared.comparison
    rows = []
    for name, score in found.scores.items():
        meaning = MEANINGS[name]
        if meaning.family != family:
            continue
        top = score.values[reference].value if reference else None
        anchor = found.anchors.get(name) if anchored else None
        cells = "".join(
            f"<td>{_value(score.values[group], anchor, top)}"
            f"{_whole(raw[name][group]) if raw else ''}</td>"
            for group in found.names
        )
        pair = score.pairs[place]
        rows.append(
            f"<tr><th>{_label(meaning)}{_ends(anchor)}</th>{cells}"
            f"<td>{forest(name, pair, compared.colors)}</td>{difference_cells(pair)}</tr>"
        )
    width = len(found.names) + 4
    return (
        f'<tbody><tr class="de-family"><th colspan="{width}">{title}</th></tr>'
        f"{''.join(rows)}</tbody>"
    )


def _value(score: Score, anchor: Anchor | None, top: float | None) -> str:
    if score.value is None:
        return widgets.hint("–", f"Undefined: {score.reason}.")
    ends = score.interval
    interval = f"<small>{number(ends[0])} – {number(ends[1])}</small>" if ends else ""
    place = anchor.place(score.value, top) if anchor else None
    scale = f"<small>at {place:.2f}</small>" if place is not None else ""
    return f"{number(score.value)}{interval}{scale}"


def _ends(anchor: Anchor | None) -> str:
    """Write the ends of a score's scale, small."""
    if anchor is None:
        return ""
    known = (
        ("copies", anchor.duplicated), ("mixed", anchor.mixed), ("shuffled", anchor.shuffled)
    )  # fmt: skip
    said = "".join(f"<small>{name} {number(v)}</small>" for name, v in known if v is not None)
    return f'<span class="de-ends">{said}</span>'


def _whole(score: Score) -> str:
    """Write the score of all records; a record without a place, such as noise, is not counted."""
    if score.value is None:
        return (
            f'<small class="de-raw">all {widgets.hint("–", f"Undefined: {score.reason}.")}</small>'
        )
    return f'<small class="de-raw">all {score.n_records:,}: <b>{number(score.value)}</b></small>'


def _label(meaning: Meaning) -> str:
    low, high = (f"{end:g}" for end in meaning.bounds)
    explained = (
        f"{meaning.meaning} {meaning.direction.capitalize()} is more diverse; between {low} and "
        f"{high}. {meaning.caveat} {meaning.source}."
    )
    arrow = "↑" if meaning.direction == "higher" else "↓"
    return f"{widgets.hint(escape(meaning.label), explained)} <i>{arrow}</i>"
