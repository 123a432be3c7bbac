"""Look around: the map, the filter, and the scores that follow it."""

import streamlit as st

from pages.ui import clusters, filter_bar, records, score_panel, selecting, the_map, waiting
from pages.ui.state import workspace

space = workspace()
view = waiting.view(space)

filter, filtered = filter_bar.choose_filter(space, view)
selected = the_map.selected_rows(view)

left, right = st.columns([1.7, 1], gap="medium")
with left:
    clicked = the_map.draw(space, view, filtered, selected)
    if clicked is not None:
        space.opened = clicked
    in_view = selected & filtered if selected.any() else filtered
    with st.container(horizontal=True, vertical_alignment="center"):
        below = st.segmented_control(
            "Show",
            ["Records", "Clusters"],
            default="Records",
            key="explore_below",
            required=True,
            label_visibility="collapsed",
        )
        selecting.offer_actions(space, view, in_view, the_map.key(view))
    records.show_opened(space, view)
    if below == "Clusters":
        clusters.show_clusters(space, view, in_view)
    else:
        records.show_records(space, view, in_view)
with right:
    score_panel.show_scores(view, filtered, selected)
