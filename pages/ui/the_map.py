"""The hero of the explore page: the records as a map, coloured, filtered and selectable."""

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from pages.ui import cached
from pages.ui.map import rows_selected, selection, show_map
from pages.ui.state import Workspace
from pages.ui.view import View

MAX_LABELS = 60


def selected_rows(view: View) -> Bool:
    """Tell which records the lasso holds."""
    strokes = selection(_key(view))
    if not strokes:
        return np.zeros(len(view), bool)
    return rows_selected(view.coordinates, strokes)


def draw(space: Workspace, view: View, mask: Bool, selected: Bool) -> int | None:
    """Draw the map and return the row that was clicked just now, if any."""
    color = _choose_color(space, view)
    points, legend = cached.points(view, view.name, color)
    texts = view.dataset.texts
    event = show_map(
        points,
        key=_key(view),
        legend=legend,
        mask=None if mask.all() else mask,
        selected=selected if selected.any() else None,
        labels=cached.labels(view, view.name)[:MAX_LABELS],
        text_of=lambda row: str(texts.iloc[row]),
        height=620,
    )
    return event.clicked


def _choose_color(space: Workspace, view: View) -> str:
    columns = cached.color_columns(view, view.name)
    chosen = space.color_by if space.color_by in columns else columns[0]
    key = f"explore_color_{view.name}"
    st.session_state[key] = chosen

    def take() -> None:
        space.color_by = st.session_state[key] or chosen

    st.segmented_control("Colour by", columns[:4], key=key, on_change=take) if len(
        columns
    ) <= 4 else st.selectbox("Colour by", columns, key=key, on_change=take)
    return space.color_by if space.color_by in columns else chosen


def _key(view: View) -> str:
    return f"map_{view.name}"
