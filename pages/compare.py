"""Groups side by side: which scores differ, why, and what can be concluded."""

import streamlit as st

from pages.ui import (
    compare_choice,
    compare_job,
    compare_map,
    compare_more,
    compare_raw,
    compare_table,
    compare_why,
    waiting,
)
from pages.ui.state import workspace

PARTS = {
    "Clusters": compare_why.show_clusters,
    "Words": compare_why.show_words,
    "Shared records": compare_why.show_leaks,
    "Curves": compare_more.show_curves,
    "Within a key": compare_more.show_within,
    "Reference": compare_more.show_reference,
}

space = workspace()
view = waiting.view(space)
choice = compare_choice.choose(space, view)
if choice is None:
    st.stop()
found = compare_job.compared(space, view, choice)

said, saving = st.columns([5, 1.2], gap="medium")
with said:
    pair = compare_table.choose_pair(found.comparison, f"compare_pair_{len(choice.groups)}")
    st.html(compare_table.sentences(found.comparison, pair))
with saving:
    compare_more.offer_saving(view, choice, found)
table, maps = compare_table.places(len(choice.groups))
with table:
    with st.container(horizontal=True, gap="medium"):
        raw = compare_raw.offered(view, choice, found)
        anchored = compare_table.ask_for_anchors(choice.reference)
    st.html(compare_table.scores(found, pair, raw, choice.reference, anchored))
with maps:
    st.html(compare_table.sizes(found.comparison, found.colors))
    compare_map.show(view, found)
compare_map.show_selected(view, found)
for tab, show in zip(st.tabs(list(PARTS)), PARTS.values(), strict=True):
    with tab:
        show(view, found)
