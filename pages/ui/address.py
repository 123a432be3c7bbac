"""What does the address bar say? Enough to open the same view elsewhere, and no text of a record.

``?data=`` names an upload kept in the store by a hash of its content, ``?filter=`` is the filter's
readable form, ``?color=`` the column that colours the map.
"""

from dataclasses import dataclass

import streamlit as st

from pages.ui.sources import Source, Upload, recall, remember

LONGEST_FILTER = 4_000


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    source: Source | None
    filter_text: str
    color_by: str | None


def read() -> Asked:
    """Read the address of a new session."""
    from pages.ui.cached import store

    name = st.query_params.get("data")
    return Asked(
        recall(store(), name) if name else None,
        st.query_params.get("filter", ""),
        st.query_params.get("color"),
    )


def write(source: Source, filter_text: str, color_by: str | None) -> None:
    """Bring the address up to date; a filter too long for an address is left out of it."""
    from pages.ui.cached import store

    wanted: dict[str, str] = {}
    if isinstance(source, Upload):
        wanted["data"] = remember(store(), source)
    if filter_text and len(filter_text) <= LONGEST_FILTER:
        wanted["filter"] = filter_text
    if color_by:
        wanted["color"] = color_by
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
