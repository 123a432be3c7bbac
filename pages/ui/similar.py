"""Which records mean the same as some words, or as one record? A slider says how many it takes."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from diversity.arrays import Float32
from diversity.errors import DiversityError, FilterError
from diversity.filters import Filter, Like, Near, Predicate
from pages.ui import widgets
from pages.ui.state import Workspace
from pages.ui.view import View

MEANING = "explore_meaning"
FIRST_SIMILARITY = 0.5


def offer_meaning(space: Workspace, view: View) -> None:
    """Offer a search by meaning."""
    with st.popover("Search by meaning", icon=":material/psychology:", type="tertiary"):
        query = st.text_input("Records about", key=MEANING, placeholder="renewable energy").strip()
        if not query:
            st.caption("Finds records whose meaning is close, whatever their words.")
            return
        try:
            Like(query, FIRST_SIMILARITY)
            vector = view.query_vector(query)
        except DiversityError as error:
            widgets.show_error(error)
            return
        _offer(space, view, vector, "meaning", lambda low: Like(query, low))


def offer_likeness(space: Workspace, view: View, row: int) -> None:
    """Offer the records that are like one of them."""
    with st.popover("Find similar", icon=":material/join_inner:"):
        vector = view.analysis.embeddings.vectors[row]
        _offer(space, view, vector, f"row_{row}", lambda low: Near(row, low))


def _offer(
    space: Workspace, view: View, vector: Float32, name: str, ask: Callable[[float], Predicate]
) -> None:
    similarities = view.analysis.embeddings.vectors @ vector
    low = st.slider(
        "Cosine similarity at least", 0.0, 1.0, FIRST_SIMILARITY, 0.01, key=f"explore_low_{name}"
    )
    n_taken = int(np.count_nonzero(similarities >= low))
    st.text(f"Takes {n_taken:,} of {len(view):,} records ({n_taken / len(view):.1%}).")
    st.button(
        "Add to the filter",
        key=f"explore_take_{name}",
        type="primary",
        disabled=not n_taken,
        on_click=_add,
        args=(space, ask(low)),
    )


def _add(space: Workspace, predicate: Predicate) -> None:
    space.ask(str(_without(space, type(predicate)).with_(predicate)))


def _without(space: Workspace, kind: type[Predicate]) -> Filter:
    """Return the filter without what was asked in the same way before; empty if it is broken."""
    try:
        filter = Filter.parse(space.filter_text)
    except FilterError:
        return Filter()
    return filter.without(*(p for p in filter.predicates if isinstance(p, kind)))
