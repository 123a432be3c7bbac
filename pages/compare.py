"""Groups side by side: which scores differ, why, and what can be concluded."""

import streamlit as st

from diversity.errors import FilterError
from diversity.filters import Filter
from pages.ui import (
    compare_choice,
    compare_job,
    compare_map,
    compare_more,
    compare_table,
    compare_why,
    waiting,
    widgets,
)
from pages.ui.state import workspace

space = workspace()
view = waiting.view(space)
with widgets.error_box():
    try:
        Filter.parse(space.filter_text).mask(view.tagged(space.tags))
    except FilterError as error:
        raise FilterError(error.message, "Mend the filter on the Explore page.") from error

choice = compare_choice.choose(space, view)
if choice is None:
    st.stop()
if choice.filter_text:
    st.text(f"Only records that pass the filter: {choice.filter_text}")
found = compare_job.compared(space, view, choice)

with st.container(horizontal=True, horizontal_alignment="distribute"):
    pair = compare_table.choose_pair(found.comparison, f"compare_pair_{len(choice.groups)}")
    compare_more.offer_saving(view, found, choice.filter_text)
st.html(compare_table.sentences(found.comparison, pair))
left, right = st.columns([1.25, 1], gap="medium")
with left:
    anchored = st.toggle(
        "Show where scores lie between anchors",
        value=choice.reference is not None,
        key=f"compare_anchors_{choice.reference}",
        help="0: every record stands twice. 1: the reference, or a mixture of all groups.",
    )
    anchors = found.anchors if anchored else {}
    st.html(compare_table.scores(found.comparison, pair, anchors, choice.reference))
with right:
    st.html(compare_table.sizes(found.comparison, found.colors))
    compare_map.show(view, found)

clusters, words, shared, curves, within, reference = st.tabs(
    ["Clusters", "Words", "Shared records", "Curves", "Within a key", "Reference"]
)
with clusters:
    compare_why.show_clusters(view, found)
with words:
    compare_why.show_words(found)
with shared:
    compare_why.show_leaks(view, found)
with curves:
    compare_more.show_curves(view, found)
with within:
    compare_more.show_within(found)
with reference:
    compare_more.show_reference(view, found)
