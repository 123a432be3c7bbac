"""What else is known? Curves, scores within a key, the reference and its gaps; and saving all."""

import json
from html import escape

import streamlit as st

from diversity.comparison import Comparison
from diversity.comparison.against import Gap
from diversity.comparison.testing import MEANINGS
from diversity.plots import curves
from diversity.report import as_html
from diversity.wording import number, percent
from pages.ui import compare_raw, widgets
from pages.ui.compare_choice import Choice
from pages.ui.compare_job import CURVED, Compared, Curves
from pages.ui.compare_map import show_texts
from pages.ui.compare_parts import difference_cells, listing
from pages.ui.view import View

REACHES = {
    "precision": "Share of the group that lies near records of the reference.",
    "recall": "Share of the reference that lies near records of the group.",
    "density": "How densely the group fills the reference's neighborhood; about 1 if alike.",
    "coverage": "Share of the reference that some record of the group is near.",
    "mauve": "Likeness of how both fill the same bins, 1 for alike (MAUVE-style, smoothed).",
    "mmd": "Squared maximum mean discrepancy, unbiased: about 0 if alike.",
    "mmd_p": "How often random deals give as large a discrepancy.",
    "auc": "How well a linear classifier tells them apart: 0.5 not at all, 1 always.",
}


def show_curves(view: View, found: Compared) -> None:
    """Show what more records would bring, and whether size or length alone moves a score."""
    clusters = {
        name: [*zip(one.n_records.tolist(), one.n_clusters.tolist(), strict=True)]
        for name, one in found.accumulations.items()
        if one
    }
    left, right = st.columns(2)
    with left:
        st.caption("Clusters met as records are added (expected, exact)")
        _chart(clusters, found, "records", "clusters", f"compare_clusters_{view.name}")
    with right:
        rows = [
            [escape(name), percent(one.coverage), number(one.new_ahead)]
            for name, one in found.accumulations.items()
            if one
        ]
        hints = (
            widgets.hint("coverage", "Chance that one more record falls into a known cluster."),
            widgets.hint("new in 100", "Unseen clusters that 100 more records would bring."),
        )
        st.html(listing(["", *hints], rows))
    name = st.selectbox(
        "Score", CURVED, key="compare_curve", format_func=lambda one: MEANINGS[one].label, width=280
    )
    for column, title, x_title, some in zip(
        st.columns(2),
        ("Against the number of records", "Against length: fifths of each group"),
        ("records", "mean words"),
        (found.by_size, found.by_length),
        strict=True,
    ):
        with column:
            st.caption(title)
            _by_group(some, str(name), found, x_title, f"compare_{x_title}_{view.name}")
    if found.comparison.about["match_length"]:
        st.caption(
            "Clusters are those of the texts as they were cut; the two curves of scores are taken "
            "from whole texts."
        )


def show_within(_view: View, found: Compared) -> None:
    """Show the scores within each value of the key."""
    inside = found.comparison.within
    if inside is None:
        st.info("Choose a key under “More”, such as the task that a record answers.")
        return
    st.text(f"{inside.n_keys:,} values of {inside.key}; means over them, with intervals over them")
    for note in inside.notes:
        st.text(note)
    names = found.comparison.names
    for place, pair in enumerate(next(iter(inside.pairs.values()))):
        rows = []
        for name, means in inside.means.items():
            label = widgets.hint(escape(MEANINGS[name].label), MEANINGS[name].meaning)
            cells = [number(means[group].value) for group in names]
            rows.append((label, cells, difference_cells(inside.pairs[name][place])))
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            f"<tr><th>{label}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}{ends}</tr>"
            for label, cells, ends in rows
        )
        st.html(
            f'<table class="de-scores de-compare"><thead><tr><th></th>{head}<th>'
            f"{escape(pair.a)} less {escape(pair.b)}</th><th>p<small>adjusted, raw</small>"
            "</th></tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )


def show_reference(view: View, found: Compared) -> None:
    """Show how groups stand to the reference, and what they do not reach."""
    held = found.comparison.reference
    if held is None:
        st.info("Choose a reference under “More”, such as real data.")
        return
    head = [widgets.hint(name, meaning) for name, meaning in REACHES.items()]
    rows = [
        [escape(name), *(number(v) for v in one.measured.values())]
        for name, one in held.groups.items()
    ]
    st.html(listing(["", *head], rows))
    st.caption(f"{held.n_records:,} records of each side, {held.k} nearest neighbors.")
    for name, one in held.groups.items():
        if one.reason:
            st.text(f"{name}: {one.reason}")
        elif name in found.groups and one.gaps:
            _show_gaps(view, name, one.gaps)


def _show_gaps(view: View, name: str, gaps: tuple[Gap, ...]) -> None:
    missed = sum(gap.n_missed for gap in gaps)
    with st.expander(f"{len(gaps)} regions that a group misses, {missed:,} records", expanded=True):
        st.text(f"What {name} does not reach")
        for gap in gaps[:8]:
            st.text(f"{gap.name}: {gap.n_missed} of {gap.n_reference} records missed")
            show_texts(st.container(), view, list(gap.examples), height=130)
        hints = "\n\n".join(
            str(view.dataset.texts.iloc[gap.examples[0]]) for gap in gaps if gap.examples
        )
        st.caption("Examples to copy into the next prompt")
        st.code(hints, language=None, wrap_lines=True, height=180)


def offer_saving(view: View, choice: Choice, found: Compared) -> None:
    """Offer the comparison as a page that works offline, and as JSON."""

    def whole() -> Comparison:
        raw = compare_raw.at_hand(view, choice, found)
        return found.comparison.with_raw(raw) if raw else found.comparison

    st.download_button(
        "Save the report",
        lambda: as_html(whole(), view.analysis, found.groups, choice.filter_text).encode(),
        "comparison.html", "text/html", icon=":material/description:", on_click="ignore",
        help="One HTML file with figures and the values of all records; needs no network.",
        width="stretch",
    )  # fmt: skip
    st.download_button(
        "Save as JSON",
        lambda: json.dumps(
            whole().as_json(), ensure_ascii=False, indent=2, allow_nan=False
        ).encode(),
        "comparison.json", "application/json", icon=":material/data_object:",
        on_click="ignore", width="stretch",
        help="All numbers, as `diversity compare --json` writes them.",
    )  # fmt: skip


def _by_group(some: Curves, name: str, found: Compared, x_title: str, key: str) -> None:
    shown = {group: points for group, points in some.get(name, {}).items() if points}
    if not shown:
        st.text("Too few records to take apart.")
        return
    _chart(shown, found, x_title, MEANINGS[name].label, f"{key}_{name}")


def _chart(
    shown: dict[str, list[tuple[float, float]]],
    found: Compared,
    x_title: str,
    y_title: str,
    key: str,
) -> None:
    figure = curves(shown, found.colors, x_title, y_title)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False})
