"""Which records go, and why? A table of them, and a way to decide by hand."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from diversity.arrays import Int64
from diversity.curation import describe
from pages.ui import by_hand, deciding
from pages.ui.cached_curation import Done
from pages.ui.state import Workspace
from pages.ui.view import View

SHOWN = 1_000
DROPPED, KEPT, BY_HAND = "Dropped", "Kept", "By hand"


def show(space: Workspace, view: View, done: Done) -> None:
    """Show the dropped, the kept, or the records decided by hand."""
    with st.container(horizontal=True, vertical_alignment="center"):
        which = st.segmented_control(
            "Records", [DROPPED, KEPT, BY_HAND], default=DROPPED, key="curate_records",
            required=True, label_visibility="collapsed",
        )  # fmt: skip
    if which == BY_HAND:
        deciding.show_list(space, view)
        return
    kept = done.outcome.kept()
    rows = done.outcome.rows if which == KEPT else np.flatnonzero(~kept)
    more = f", the first {SHOWN:,} shown" if len(rows) > SHOWN else ""
    st.text(f"{len(rows):,} records{more}", help=deciding.HOW)
    if len(rows):
        rows = rows[:SHOWN]
        height = min(420, 38 + 35 * len(rows))
        deciding.table(
            space, view, rows, f"curate_rows_{which}", _columns(space, view, done, rows),
            height=height, keys=space.opened is None,
        )  # fmt: skip


def _columns(space: Workspace, view: View, done: Done, rows: Int64) -> dict[str, Any]:
    outcome = done.outcome
    said = [describe(step) for step in outcome.plan.steps]
    positions, stand_ins = outcome.dropped_by[rows], outcome.instead[rows]
    columns = {
        "reason": [said[place] if place >= 0 else "" for place in positions.tolist()],
        "kept instead": pd.array(
            [row if row >= 0 else None for row in stand_ins.tolist()], dtype="Int64"
        ),
        "decision": by_hand.decisions_on(space.plan, rows),
        "cluster": [view.analysis.cluster_name(view.label(int(row))) for row in rows],
    }
    return {name: column for name, column in columns.items() if any(map(_is_said, column))}


def _is_said(value: object) -> bool:
    return value is not pd.NA and value != ""
