"""Which records go, and why? A table of them, and a way to decide by hand."""

import numpy as np
import pandas as pd
import streamlit as st

from diversity.arrays import Int64
from diversity.curation import Add, Remove, describe
from pages.ui import by_hand
from pages.ui.cached_curation import Done
from pages.ui.state import Workspace
from pages.ui.view import View

SHOWN = 1_000
DROPPED, KEPT, BY_HAND = "Dropped", "Kept", "By hand"


def show(space: Workspace, view: View, done: Done) -> None:
    """Show the dropped, the kept, or the records decided by hand."""
    which = st.segmented_control(
        "Records", [DROPPED, KEPT, BY_HAND], default=DROPPED, key="curate_records", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    if which == KEPT:
        rows = done.outcome.rows
    elif which == DROPPED:
        rows = np.flatnonzero(~done.outcome.kept())
    else:
        rows = by_hand.decisions(space.plan)
    more = f", the first {SHOWN:,} shown" if len(rows) > SHOWN else ""
    st.text(f"{len(rows):,} records{more}")
    if not len(rows):
        return
    _table(space, view, done, rows[:SHOWN], which)


def _table(space: Workspace, view: View, done: Done, rows: Int64, which: str) -> None:
    key = f"curate_rows_{which}_{view.name}_{done.outcome.fingerprint}"
    event = st.dataframe(
        _records(view, done, rows), hide_index=True, key=key, on_select="rerun",
        selection_mode="multi-row", height=min(420, 38 + 35 * len(rows)),
        column_config={"text": st.column_config.TextColumn("Text", width="large")},
    )  # fmt: skip
    picked = rows[[place for place in event["selection"]["rows"] if place < len(rows)]]
    with st.container(horizontal=True):
        for label, kind, offered in (
            ("Take back", Add, which != KEPT),
            ("Leave out", Remove, which != DROPPED),
        ):
            if offered:
                st.button(
                    f"{label} {len(picked):,} picked", key=f"curate_{kind.__name__}",
                    disabled=not len(picked), on_click=_decide, args=(space, picked, kind),
                )  # fmt: skip


def _records(view: View, done: Done, rows: Int64) -> pd.DataFrame:
    outcome = done.outcome
    said = [describe(step) for step in outcome.plan.steps]
    positions, stand_ins = outcome.dropped_by[rows], outcome.instead[rows]
    return pd.DataFrame(
        {
            "row": rows,
            "text": view.dataset.texts.iloc[rows].to_numpy(),
            "reason": [said[place] if place >= 0 else "" for place in positions.tolist()],
            "kept instead": pd.array(
                [row if row >= 0 else None for row in stand_ins.tolist()], dtype="Int64"
            ),
            "cluster": [view.analysis.cluster_name(view.label(int(row))) for row in rows],
        }
    )


def _decide(space: Workspace, rows: Int64, kind: type[Add] | type[Remove]) -> None:
    space.curate(by_hand.decided(space.plan, rows.tolist(), kind))
