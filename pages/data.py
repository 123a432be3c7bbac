"""Choose what to look at: the sample, or files of your own; see what was read and left out."""

import streamlit as st

from pages.ui import cached, loading, widgets
from pages.ui.state import workspace

space = workspace()

choices, report = st.columns([1, 1.6], gap="large")
with choices, widgets.error_box():
    st.subheader("Choose the records")
    source = loading.choose_text(loading.choose_source(space))
    dataset = cached.dataset(source)
    settings = loading.choose_settings(space, dataset)
    loading.offer_map(space, source, settings)
with report:
    st.subheader(widgets.markdown_safe(source.name))
    loading.show_report(dataset)
    loading.show_about(source)
