"""Serves the page of `facets_harness`, and the scripts that it fetches."""

from pathlib import Path

import streamlit as st

from pages.ui import scripts

app = st.App(Path(__file__).with_name("facets_harness.py"), routes=scripts.routes())
