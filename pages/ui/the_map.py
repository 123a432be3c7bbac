"""The hero of the explore page: the records as a map, coloured, filtered and selectable."""

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from pages.ui import cached, widgets
from pages.ui.map import selection, show_map
from pages.ui.state import Workspace
from pages.ui.strokes import rows_selected
from pages.ui.view import View

MAX_LABELS = 60
FEW = 5


def selected_rows(view: View) -> Bool:
    """Tell which records the lasso holds."""
    strokes = selection(key(view))
    if not strokes:
        return np.zeros(len(view), bool)
    return rows_selected(view.coordinates, strokes)


def draw(space: Workspace, view: View, mask: Bool, selected: Bool) -> int | None:
    """Draw the map and return the row that was clicked just now, if any."""
    colored = cached.coloring(space, view)
    _offer_colors(space, view, colored.column)
    texts = view.dataset.texts
    event = show_map(
        colored.points,
        key=key(view),
        legend=colored.legend,
        mask=None if mask.all() else mask,
        selected=selected if selected.any() else None,
        labels=cached.labels(view, view.name)[:MAX_LABELS],
        text_of=lambda row: str(texts.iloc[row]),
        height=620,
    )
    return event.clicked


def _offer_colors(space: Workspace, view: View, color: str) -> None:
    chosen = f"explore_color_{view.name}"
    st.session_state[chosen] = color
    columns = cached.color_columns(view, view.name)
    if space.tags is not None:
        columns = [*columns, view.tag_column]

    def take() -> None:
        space.color_by = st.session_state[chosen] or color

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html('<span class="de-label">Colour by</span>', width="content")
        if len(columns) <= FEW:
            st.segmented_control(
                "Colour by", columns, key=chosen, on_change=take, label_visibility="collapsed",
                format_func=widgets.markdown_safe,
            )  # fmt: skip
        else:
            st.selectbox(
                "Colour by", columns, key=chosen, on_change=take, label_visibility="collapsed",
                width=280,
            )  # fmt: skip


def key(view: View) -> str:
    """Name this view's map in the session."""
    return f"map_{view.name}"
