"""Which records has the visitor decided about alone? Steps by hand at the end of the plan."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import streamlit as st

from diversity.arrays import Int64
from diversity.curation import Add, Plan, Remove, Step
from pages.ui.state import Workspace


def decided(plan: Plan, rows: Iterable[int], kind: type[Add] | type[Remove]) -> Plan:
    """Decide about records: what was decided about them before no longer holds."""
    chosen = {int(row) for row in rows}
    steps: list[Step] = []
    for step in plan.steps:
        if isinstance(step, Add | Remove):
            step = type(step)(tuple(set(step.rows) - chosen))
        steps.append(step)
    last = steps[-1] if steps else None
    if isinstance(last, kind):
        steps[-1] = kind((*last.rows, *chosen))
    else:
        steps.append(kind(tuple(chosen)))
    return replace(plan, steps=tuple(steps))


def decisions(plan: Plan) -> Int64:
    """List the rows that were decided about by hand."""
    chosen = {row for step in plan.steps if isinstance(step, Add | Remove) for row in step.rows}
    return np.array(sorted(chosen), np.int64)


def offer_for_record(space: Workspace, row: int) -> None:
    """Offer to leave a record out of what is exported, or to take it back, by button or key."""
    removed = {n for step in space.plan.steps if isinstance(step, Remove) for n in step.rows}
    is_out = row in removed
    st.button(
        "Take back into the export" if is_out else "Leave out of the export",
        icon=":material/undo:" if is_out else ":material/content_cut:",
        key="by_hand_record", shortcut="x", on_click=_decide,
        args=(space, row, Add if is_out else Remove),
    )  # fmt: skip


def _decide(space: Workspace, row: int, kind: type[Add] | type[Remove]) -> None:
    space.curate(decided(space.plan, [row], kind))
