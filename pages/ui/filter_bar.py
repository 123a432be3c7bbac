"""How does a visitor narrow the records down? Search, facets, and the filter as one line."""

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from diversity.errors import FilterError
from diversity.filters import Contains, Filter
from pages.ui import cached, widgets
from pages.ui.facet_list import changed, list_facets
from pages.ui.facets import FacetChange, show_facets
from pages.ui.state import Workspace
from pages.ui.view import View

SEARCH = "explore_search"
LINE = "explore_filter_line"
FACETS = "explore_facets"
MAX_FACETS = 8
MAX_VALUES = 200


def choose_filter(space: Workspace, view: View) -> tuple[Filter, Bool]:
    """Draw the side bar and return the filter with the records that pass it.

    A filter that cannot be read or applied is said so, and every record passes until it is mended.
    """
    with st.sidebar:
        _search(space)
        _line(space)
        filter, mask = _applied(space, view)
        _count(space, int(mask.sum()), len(view))
        _facets(space, view, filter, mask)
    return filter, mask


def _applied(space: Workspace, view: View) -> tuple[Filter, Bool]:
    try:
        filter = Filter.parse(space.filter_text)
        return filter, filter.mask(view.context)
    except FilterError as error:
        widgets.show_error(error)
        return Filter(), np.ones(len(view), bool)


def _facets(space: Workspace, view: View, filter: Filter, mask: Bool) -> None:
    def take(change: FacetChange) -> None:
        space.filter_text = str(changed(_parsed(space), change, view))

    color, legend = cached.coloring(space, view)
    colors = {entry.name: entry.color for entry in legend}
    show_facets(
        list_facets(view, filter, mask, colors, color), key=f"{FACETS}_{view.name}", on_change=take
    )


def _search(space: Workspace) -> None:
    st.session_state[SEARCH] = _searched(space)
    st.text_input(
        "Search the texts",
        key=SEARCH,
        placeholder="Search the texts",
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=_take_search,
        args=(space,),
    )


def _searched(space: Workspace) -> str:
    try:
        found = [p for p in Filter.parse(space.filter_text).predicates if isinstance(p, Contains)]
    except FilterError:
        return ""
    return found[0].text if found else ""


def _take_search(space: Workspace) -> None:
    words = st.session_state[SEARCH].strip()
    kept = [p for p in _parsed(space).predicates if not isinstance(p, Contains)]
    space.filter_text = str(Filter((*kept, Contains(words)) if words else tuple(kept)))


def _line(space: Workspace) -> None:
    st.session_state[LINE] = space.filter_text
    st.text_input(
        "Filter as text",
        key=LINE,
        placeholder='prompt = "topic" and length > 400',
        label_visibility="collapsed",
        icon=":material/filter_alt:",
        on_change=_take_line,
        args=(space,),
    )


def _count(space: Workspace, n_inside: int, n_records: int) -> None:
    said, clear = st.columns([3, 1], vertical_alignment="center")
    said.text(f"{n_inside:,} of {n_records:,} records")
    if space.filter_text:
        clear.button("Clear", on_click=_clear, args=(space,), type="tertiary")


def _take_line(space: Workspace) -> None:
    space.filter_text = st.session_state[LINE].strip()


def _clear(space: Workspace) -> None:
    space.filter_text = ""


def _parsed(space: Workspace) -> Filter:
    try:
        return Filter.parse(space.filter_text)
    except FilterError:
        return Filter()
