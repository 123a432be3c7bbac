"""How diverse does a judge find the texts? The LLM cluster-agent: choose, run, read."""

import streamlit as st

from pages.ui import (
    agent_asking,
    agent_beside,
    agent_criteria,
    agent_names,
    agent_results,
    agent_rounds,
    agent_shown,
    agent_watch,
    cached,
    widgets,
)
from pages.ui.state import workspace

space = workspace()
with widgets.error_box():
    dataset = cached.dataset(space.source)

shown = agent_shown.choose(space, dataset)
with st.sidebar:
    asked = agent_asking.choose(space, dataset, shown.run if shown else None)
    agent_asking.offer_run(space, dataset, asked)
if shown is None:
    agent_asking.explain()
    st.stop()

agent_shown.show_head(shown, dataset, lambda again: agent_asking.run(space, dataset, again))
tab = st.segmented_control(
    "Show",
    ["Results", "Rounds", "Criteria", "Names", "Compare"],
    default="Results",
    key="agent_tab",
    required=True,
    label_visibility="collapsed",
)
if shown.job is not None:
    agent_watch.watch(shown.job, shown.asked, scores=tab == "Results")
run = shown.run
if run is None:
    st.stop()
if tab == "Results" and shown.job is None:
    agent_results.show_results(run, shown.name)
elif tab == "Rounds":
    agent_rounds.show_rounds(space, run, linked=run.dataset == dataset.fingerprint)
elif tab == "Criteria":
    agent_criteria.show_criteria(space, run)
elif tab == "Names":
    agent_names.show_names(space, run, asked)
elif tab == "Compare":
    agent_beside.show_beside(
        shown, run, dataset, asked, lambda again: agent_asking.run(space, dataset, again)
    )
