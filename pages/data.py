"""Choose what to look at: the sample, or files of your own; see what was read and left out."""

import streamlit as st

from pages.ui import cached, loading, widgets
from pages.ui.state import workspace

space = workspace()

st.subheader("Choose the records")
with widgets.error_box():
    source = loading.choose_text(loading.choose_source(space))
    dataset = cached.dataset(source)
    settings = loading.choose_settings(space)

st.text(source.name)
loading.offer_map(space, source, settings)
loading.show_report(dataset)
