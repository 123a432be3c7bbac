"""Look around: the map, the filter, and the scores that follow it."""

import streamlit as st

from pages.ui import below_map, filter_bar, score_panel, the_map, waiting
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
with right:
    score_panel.show_scores(view, filtered, selected)
with left:
    below_map.show(space, view, filter, filtered, selected)
filter_bar.show_facets(space, view, filter, filtered)
