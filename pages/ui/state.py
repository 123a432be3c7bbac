"""What has this visitor chosen? One small mutable record a session, never an array."""

import json
import os
from dataclasses import dataclass, field

import streamlit as st

from diversity.analysis import Settings
from pages.ui.sources import SAMPLE, Files, Source

KEY = "workspace"


@dataclass
class Workspace:
    """The choices of one session.

    Parameters
    ----------
    source : Source
        Which records.
    settings : Settings
        How they are analyzed.
    filter_text : str
        The filter in its readable form; empty lets every record pass.
    color_by : str or None
        Column whose values colour the map; None for the default.
    opened : int or None
        Row of the record that is being read.
    """

    source: Source = SAMPLE
    settings: Settings = field(default_factory=Settings)
    filter_text: str = ""
    color_by: str | None = None
    opened: int | None = None

    def open(self, source: Source, settings: Settings) -> None:
        """Turn to other records, and forget what was chosen about the ones before."""
        self.source, self.settings = source, settings
        self.filter_text, self.color_by, self.opened = "", None, None


def workspace() -> Workspace:
    """Return this session's workspace; a new session starts with what the command line named."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Workspace(source=_named_on_the_command_line())
    found: Workspace = st.session_state[KEY]
    return found


def _named_on_the_command_line() -> Source:
    paths = json.loads(os.environ.get("DIVERSITY_FILES", "[]"))
    text = os.environ.get("DIVERSITY_TEXT") or None
    return Files(tuple(paths), text) if paths else SAMPLE
