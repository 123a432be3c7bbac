"""Look around: the map, the filter, and the scores that follow it."""

import streamlit as st

from pages.ui import below_map, filter_bar, score_panel, the_map, waiting
from pages.ui.state import workspace

space = workspace()
view = waiting.view(space)

applied = filter_bar.apply(space, view)
selected = the_map.selected_rows(view)

# What a reader waits for is sent first.
left, right = st.columns([1.7, 1], gap="medium")
with left:
    clicked = the_map.draw(space, view, applied.mask, selected)
    if clicked is not None:
        space.opened = clicked
with right:
    score_panel.show_scores(view, applied.mask, selected)
filter_bar.show(space, view, applied)
with left:
    below_map.show(space, view, applied.filter, applied.mask, selected)
