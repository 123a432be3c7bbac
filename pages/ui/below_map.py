"""What stands below the map? The records or clusters in view, and what can be done with them."""

import numpy as np
import streamlit as st

from diversity.arrays import Bool, frozen
from diversity.filters import Filter
from pages.ui import address, clusters, deciding, records, selecting, the_map
from pages.ui.map import selection
from pages.ui.state import Step, Workspace
from pages.ui.strokes import Stroke
from pages.ui.view import View

Drawn = tuple[Step, tuple[Stroke, ...]]
NOTHING = frozen(np.empty(0, np.int64))


def show(space: Workspace, view: View, filter: Filter, filtered: Bool, selected: Bool) -> None:
    """Show the records in view; what changes neither filter nor tags draws only this part again.

    Parameters
    ----------
    space : Workspace
    view : View
    filter : Filter
        What is asked, as far as it could be answered.
    filtered, selected : ndarray of shape (n_records,), bool
        What passes the filter, and what the lasso holds; a lasso that was drawn counts.
    """
    lassoed = bool(selection(the_map.key(view)))
    in_view = filtered & selected if lassoed else filtered
    _show(space, view, filter, in_view, _state(space, view))


@st.fragment
def _show(space: Workspace, view: View, filter: Filter, in_view: Bool, drawn: Drawn) -> None:
    if _state(space, view) != drawn:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = st.segmented_control(
            "Show",
            ["Records", "Clusters"],
            default="Records",
            key="explore_below",
            required=True,
            label_visibility="collapsed",
        )
        ticked = records.picked(view, in_view) if shown == "Records" else NOTHING
        selecting.offer_actions(space, view, in_view, ticked, the_map.key(view))
        deciding.offer_list(space, view)
    address.write(space)
    records.show_opened(space, view, filter)
    if shown == "Clusters":
        clusters.show_clusters(space, view, in_view)
    else:
        records.show_records(space, view, filter, in_view)


def _state(space: Workspace, view: View) -> Drawn:
    """Everything that this part can change and the rest of the page shows."""
    return space.here, selection(the_map.key(view))
