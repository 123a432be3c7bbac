"""What does the address bar say? Enough to open the same view elsewhere, and no text of a record.

``?data=`` names an upload kept in the store by a hash of its content, ``?model=`` or ``?vectors=``
says what embeds it, ``?filter=`` is the filter's readable form, ``?color=`` the column that colours
the map.
"""

from dataclasses import dataclass

import streamlit as st

from diversity.analysis import Settings
from diversity.embedding import DEFAULT_MODEL
from pages.ui.sources import Source, Upload, recall, remember

LONGEST_FILTER = 4_000


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    source: Source | None
    settings: Settings
    filter_text: str
    color_by: str | None


def read() -> Asked:
    """Read the address of a new session."""
    from pages.ui.cached import store

    name = st.query_params.get("data")
    return Asked(
        recall(store(), name) if name else None,
        Settings(
            embedder=st.query_params.get("model", DEFAULT_MODEL),
            vector_column=st.query_params.get("vectors"),
        ),
        st.query_params.get("filter", ""),
        st.query_params.get("color"),
    )


def write(source: Source, settings: Settings, filter_text: str, color_by: str | None) -> None:
    """Bring the address up to date; a filter too long for an address is left out of it."""
    from pages.ui.cached import store

    wanted: dict[str, str] = {}
    if isinstance(source, Upload):
        wanted["data"] = remember(store(), source)
        if settings.embedder != DEFAULT_MODEL:
            wanted["model"] = settings.embedder
        if settings.vector_column is not None:
            wanted["vectors"] = settings.vector_column
    if filter_text and len(filter_text) <= LONGEST_FILTER:
        wanted["filter"] = filter_text
    if color_by:
        wanted["color"] = color_by
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
