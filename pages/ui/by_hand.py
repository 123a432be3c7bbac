"""Which records has the visitor decided about alone? Steps by hand at the end of the plan.

Whatever else is added to a plan goes before them, so that what was kept by hand stays kept.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from diversity.arrays import Int64
from diversity.curation import Add, Plan, Remove, Step
from pages.ui.state import Workspace

KEEP, DROP = "keep", "drop"
KINDS: dict[str, type[Add] | type[Remove]] = {KEEP: Add, DROP: Remove}


def decided(plan: Plan, rows: Iterable[int], decision: str) -> Plan:
    """Decide about records, ``keep`` or ``drop``; what was decided before no longer holds."""
    chosen, kind = {int(row) for row in rows}, KINDS[decision]
    if not chosen:
        return plan
    plan = withdrawn(plan, chosen)
    for position in range(_first_of_tail(plan), len(plan)):
        step = plan.steps[position]
        if isinstance(step, kind) and position not in plan.off:
            return plan.changed(position, kind((*step.rows, *chosen)))
    return plan.with_(kind(tuple(chosen)))


def withdrawn(plan: Plan, rows: Iterable[int]) -> Plan:
    """Forget what was decided about records; a step that then says nothing goes."""
    chosen = set(rows)
    for position in reversed(range(len(plan))):
        step = plan.steps[position]
        if not isinstance(step, Add | Remove) or chosen.isdisjoint(step.rows):
            continue
        left = tuple(set(step.rows) - chosen)
        plan = plan.changed(position, type(step)(left)) if left else plan.without(position)
    return plan


def added(plan: Plan, step: Step) -> Plan:
    """Add a step before the decisions at the end, or one by hand behind them."""
    place = len(plan) if isinstance(step, Add | Remove) else _first_of_tail(plan)
    return plan.with_(step).moved(len(plan), place - len(plan))


def decisions(plan: Plan) -> "pd.Series[str]":
    """Name what was decided about each record, in order of rows; steps that are off say nothing."""
    said: dict[int, str] = {}
    for position in plan.active:
        step = plan.steps[position]
        if isinstance(step, Add | Remove):
            said |= dict.fromkeys(step.rows, KEEP if isinstance(step, Add) else DROP)
    rows = sorted(said)
    return pd.Series([said[row] for row in rows], index=np.array(rows, np.int64), dtype=object)


def decisions_on(plan: Plan, rows: Int64) -> Sequence[str]:
    """Say what was decided about each of some records; nothing is the empty text."""
    return list(decisions(plan).reindex(rows, fill_value=""))


def can_undo(space: Workspace) -> bool:
    """Tell whether the last change of the plan was a decision about records."""
    if not space.plans_past:
        return False
    return _without_decisions(space.plan) == _without_decisions(space.plans_past[-1])


def undo(space: Workspace) -> None:
    """Take the last decision back, if that was the last change of the plan."""
    if can_undo(space):
        space.undo_plan()


def _first_of_tail(plan: Plan) -> int:
    """Find where the steps by hand at the end begin."""
    place = len(plan)
    while place and isinstance(plan.steps[place - 1], Add | Remove):
        place -= 1
    return place


def _without_decisions(plan: Plan) -> Plan:
    for position in reversed(range(len(plan))):
        if isinstance(plan.steps[position], Add | Remove):
            plan = plan.without(position)
    return plan
