"""Keep a subset: a plan of steps, what it does to the scores, and the export."""

import streamlit as st

from diversity.filters import Filter
from pages.ui import curate_effect, curate_export, curate_plan, curate_rows, records, waiting
from pages.ui.state import workspace

space = workspace()
view = waiting.view(space)

left, right = st.columns([1, 1.35], gap="large")
with left:
    curate_plan.show_title(space, view)
    done = curate_plan.carried_out(space, view)
    curate_plan.show_steps(space, view, done)
    records.show_opened(space, view, Filter())
with right:
    if done is not None:
        curate_export.offer(space, view, done)
        curate_effect.show_map_of(space, view, done)
        effect, groups, table = st.tabs(["Before and after", "Losses", "Records"])
        with effect:
            curate_effect.show_effect(view, done)
        with groups:
            curate_effect.show_losses(space, view, done)
        with table:
            curate_rows.show(space, view, done)
