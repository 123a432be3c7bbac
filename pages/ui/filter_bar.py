"""How does a visitor narrow the records down? Search, facets, and the filter as one line."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from diversity.errors import FilterError
from diversity.filters import Contains, Filter, Predicate
from pages.ui import cached, facets, similar, widgets
from pages.ui.facet_list import changed, list_facets
from pages.ui.facet_values import FacetChange
from pages.ui.state import Workspace
from pages.ui.view import View

SEARCH = "explore_search"
LINE = "explore_filter_line"
FACETS = "explore_facets"


@dataclass(frozen=True)
class Applied:
    """The filter, the records that pass it, and why it could not be read or applied if so.

    Every record passes a filter that failed, until it is mended.
    """

    filter: Filter
    mask: Bool
    error: FilterError | None = None


def apply(space: Workspace, view: View) -> Applied:
    """Say which records pass what is asked."""
    try:
        return _tried_once(space, view)
    except FilterError as error:
        return Applied(Filter(), np.ones(len(view), bool), error)


def show(space: Workspace, view: View, applied: Applied) -> None:
    """Draw the side bar; call it after the numbers that a reader waits for."""
    with st.sidebar:
        _search(space)
        _line(space)
        if applied.error is not None:
            widgets.show_error(applied.error)
        _count(space, int(applied.mask.sum()), len(view))
        similar.offer_meaning(space, view)
        _show_facets(space, view, applied)


def _show_facets(space: Workspace, view: View, applied: Applied) -> None:
    """Draw the facets, each counted under what the other columns are asked."""

    def take(change: FacetChange) -> None:
        space.ask(str(changed(current(space), change, view)))

    colored = cached.coloring(space, view)
    colors = {colored.column: {entry.name: entry.color for entry in colored.legend}}
    shown = list_facets(view, space.tags, applied.filter, applied.mask, colors)
    facets.show_facets(shown, key=f"{FACETS}_{view.name}", on_change=take)


def add(space: Workspace, *predicates: Predicate) -> None:
    """Ask more of the records than is asked already."""
    space.ask(str(current(space).with_(*predicates)))


def current(space: Workspace) -> Filter:
    """Return the filter, or the empty one while it cannot be read."""
    try:
        return Filter.parse(space.filter_text)
    except FilterError:
        return Filter()


def _tried_once(space: Workspace, view: View) -> Applied:
    if space.failed and space.failed[0] == space.here:
        raise space.failed[1]
    try:
        filter = Filter.parse(space.filter_text)
        return Applied(filter, cached.passing(view, filter, space.tags))
    except FilterError as error:
        space.failed = (space.here, error)
        raise


def _count(space: Workspace, n_inside: int, n_records: int) -> None:
    with st.container(
        horizontal=True, gap="xxsmall", vertical_alignment="center", key="explore_count"
    ):
        st.text(f"{n_inside:,} of {n_records:,} records", width="stretch")
        _step("Undo", ":material/undo:", space.undo, possible=bool(space.past))
        _step("Redo", ":material/redo:", space.redo, possible=bool(space.future))
        _step(
            "Clear the filter", ":material/close:", partial(space.ask, ""),
            possible=bool(space.filter_text),
        )  # fmt: skip


def _step(name: str, icon: str, step: Callable[[], None], *, possible: bool) -> None:
    widgets.icon_button(name, icon, key=f"explore_{name}", on_click=step, disabled=not possible)


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
    found = [p for p in current(space).predicates if isinstance(p, Contains)]
    return found[0].text if found else ""


def _take_search(space: Workspace) -> None:
    words = st.session_state[SEARCH].strip()
    kept = [p for p in current(space).predicates if not isinstance(p, Contains)]
    try:
        space.ask(str(Filter((*kept, Contains(words)) if words else tuple(kept))))
    except FilterError as error:
        space.notices = (error,)


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


def _take_line(space: Workspace) -> None:
    space.ask(st.session_state[LINE].strip())
