"""What do the records say? A table of those in view, and one of them opened to read."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from diversity.arrays import Bool, Int64
from diversity.filters import Filter
from diversity.filters.marks import excerpt, mark
from diversity.fingerprint import fingerprint
from pages.ui import by_hand, deciding, selecting, similar, widgets
from pages.ui.state import Workspace
from pages.ui.view import View

SHOWN = 1_000
ORDER = "explore_order"
N_NEIGHBORS = 8
ORDERS = (
    "File order",
    "Most novel first",
    "Longest first",
    "Shortest first",
    "Most repeated first",
)


def show_records(space: Workspace, view: View, filter: Filter, mask: Bool) -> None:
    """Show the records that are filtered in, or selected, as a table."""
    rows = np.flatnonzero(mask)
    if not len(rows):
        st.info("No record is in view. Clear the filter, or make it wider.")
        return
    key, shown = _shown(view, mask)
    more = f", the first {SHOWN:,} shown" if len(rows) > SHOWN else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"{len(rows):,} records{more}", help=deciding.HOW, width="stretch")
        st.selectbox("Order", ORDERS, key=ORDER, label_visibility="collapsed", width=200)
    st.dataframe(
        _table(space, view, filter, shown),
        key=key,
        hide_index=True,
        on_select=partial(deciding.read_clicked, space, key, shown),
        selection_mode=["multi-row", "single-cell"],
        height=min(420, 38 + 35 * len(shown)),
        column_config={
            view.free("row"): st.column_config.NumberColumn("Row", width="small"),
            view.free("match"): st.column_config.TextColumn(
                "Match", width="medium", help="The words around what was searched for."
            ),
            view.free("text"): st.column_config.TextColumn("Text", width="large"),
            "text": st.column_config.TextColumn("Text", width="large"),
        },
    )


def picked(view: View, mask: Bool) -> Int64:
    """Return the rows that are ticked in the table of these records."""
    return deciding.picked(*_shown(view, mask))


def _shown(view: View, mask: Bool) -> tuple[str, Int64]:
    """Name the table of these records, and list the rows in it."""
    order = st.session_state.get(ORDER, ORDERS[0])
    rows = _ordered(view, np.flatnonzero(mask), order)[:SHOWN]
    return f"explore_table_{fingerprint(view.name, rows)}", rows


def show_opened(space: Workspace, view: View, filter: Filter) -> None:
    """Show one record whole: its text, its columns, its nearest neighbors."""
    row = space.opened
    if row is None or row >= len(view):
        return
    with st.container(border=True):
        title, close = st.columns([6, 1], vertical_alignment="center")
        title.text(f"Record {row} · {view.analysis.cluster_name(view.label(row))}")
        close.button("Close", on_click=_close, args=(space,), key="explore_close", type="tertiary")
        text = str(view.dataset.texts.iloc[row])
        [marked] = mark([text], filter, widgets.MARKS, _names_of_text(view))
        st.html(widgets.marked(marked))
        with st.container(horizontal=True, gap="small"):
            similar.offer_likeness(space, view, row)
            selecting.offer_tag_of_record(space, view, row)
            deciding.offer(space, np.array([row], np.int64), "deciding_record", keys=True)
        columns, neighbors = st.columns(2)
        with columns:
            st.caption("Columns")
            st.dataframe(_cells(view, row), hide_index=True)
        with neighbors:
            st.caption("Nearest neighbors, by cosine similarity")
            _show_neighbors(space, view, row)


def _names_of_text(view: View) -> tuple[str, ...]:
    return ("@text", view.dataset.text, *(() if "text" in view.dataset.columns else ("text",)))


def _close(space: Workspace) -> None:
    space.opened = None


def _ordered(view: View, rows: Int64, order: str) -> Int64:
    if order == ORDERS[1]:
        return rows[np.argsort(-view.novelty[rows], kind="stable")]
    if order in ORDERS[2:4]:
        sign = -1 if order == ORDERS[2] else 1
        return rows[np.argsort(sign * view.lengths[rows], kind="stable")]
    if order == ORDERS[4]:
        kept = view.analysis.duplicates.near
        times = np.bincount(kept, minlength=len(view))[kept]
        return rows[np.lexsort((kept[rows], -times[rows]))]
    return rows


def _table(space: Workspace, view: View, filter: Filter, rows: Int64) -> pd.DataFrame:
    analysis = view.analysis
    texts = view.dataset.texts.iloc[rows].tolist()
    own_text = "text" if view.dataset.text == "text" else view.free("text")
    table = pd.DataFrame(
        {
            view.free("row"): rows,
            **_matches(view, filter, texts),
            own_text: texts,
            view.cluster_column: [analysis.cluster_name(view.label(row)) for row in rows],
            view.free("novelty"): view.novelty[rows].round(3),
            view.free("length"): view.lengths[rows],
        }
    )
    if any(said := by_hand.decisions_on(space.plan, rows)):
        table[view.free("decision")] = said
    if space.tags is not None:
        table[view.tag_column] = space.tags.column().iloc[rows].to_numpy(object)
    for column in view.readable_columns:
        if column not in table:
            table[column] = view.dataset.records[column].iloc[rows].to_numpy()
    return table


def _matches(view: View, filter: Filter, texts: list[str]) -> dict[str, list[str]]:
    """Show where the searched words stand, if any are searched for."""
    marked = mark(texts, filter, ("«", "»"), _names_of_text(view))
    return {view.free("match"): [excerpt(text, "«") for text in marked]} if marked != texts else {}


def _cells(view: View, row: int) -> pd.DataFrame:
    record = view.dataset.records.iloc[row]
    return pd.DataFrame({"column": record.index, "value": record.map(str).to_numpy()})


def _show_neighbors(space: Workspace, view: View, row: int) -> None:
    neighbors = view.analysis.neighbors
    rows = neighbors.indices[row][:N_NEIGHBORS].astype(np.int64)
    similarities = neighbors.similarities[row][:N_NEIGHBORS].round(3)
    deciding.table(space, view, rows, "deciding_neighbors", {"similarity": similarities})
