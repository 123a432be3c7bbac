"""From a plan to its outcome, step by step; what did not change is not done again."""

import time
from collections import OrderedDict
from threading import Lock

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import frozen
from diversity.curation.apply import applied
from diversity.curation.choice import chosen
from diversity.curation.material import Material, material
from diversity.curation.outcome import Change, Outcome
from diversity.curation.plan import Plan
from diversity.curation.repeats import without_repeats
from diversity.curation.state import KEPT, State, everything
from diversity.curation.steps import DropDuplicates, Select
from diversity.errors import PlanError
from diversity.fingerprint import fingerprint
from diversity.progress import Progress, Steps, finish

VERSION = "curation-1"
MOST_STATES = 24


class States:
    """The states that plans passed through, the ones used longest ago let go first.

    Parameters
    ----------
    most : int, default=24
        States held; each takes about 14 bytes a record.
    """

    def __init__(self, most: int = MOST_STATES) -> None:
        self._most = most
        self._kept: OrderedDict[str, State] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str) -> State | None:
        """Return a state, if it is held."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def put(self, name: str, state: State) -> None:
        """Hold a state."""
        with self._lock:
            self._kept[name] = state
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def curate(source: Analysis | Material, plan: Plan) -> Outcome:
    """Carry out a plan and wait for its outcome; see `curate_steps`."""
    return finish(curate_steps(source, plan))


def curate_steps(
    source: Analysis | Material, plan: Plan, states: States | None = None
) -> Steps[Outcome]:
    """Carry out a plan, step by step, and report progress before each.

    Parameters
    ----------
    source : Analysis or Material
        The records; a `Material` where filters may ask about more than the analysis knows.
    plan : Plan
    states : States, optional
        Where states are kept between calls, so that a change of the last step is quick.

    Returns
    -------
    Outcome
        The kept and the dropped records are a partition of all records, and each dropped one has
        one reason: the last step that dropped it.

    Raises
    ------
    PlanError
        Names the step that cannot be taken, and says what to do.
    """
    asked = source if isinstance(source, Material) else material(source)
    states = states or States(1)
    state, changes = everything(len(asked)), list[Change]()
    name, started = fingerprint(VERSION, asked.name), time.perf_counter()
    for number, position in enumerate(plan.active):
        yield Progress("curating", number, len(plan.active), time.perf_counter() - started)
        name = fingerprint(name, plan.steps[position])
        before, found = state, states.get(name)
        state = found or (yield from _taken(plan, position, before, asked, number))
        states.put(name, state)
        changes.append(_change(position, before, state))
    return _outcome(asked, plan, state, changes)


def _taken(plan: Plan, position: int, before: State, asked: Material, number: int) -> Steps[State]:
    step = plan.steps[position]
    try:
        if isinstance(step, DropDuplicates):
            return (yield from without_repeats(step, before, asked, number))
        if isinstance(step, Select):
            return (yield from chosen(step, before, asked, number))
        if asked.is_template(getattr(step, "column", "")):
            yield from asked.templates_steps()
        return applied(step, before, asked, number)
    except PlanError as error:
        raise PlanError(f"Step {position + 1}: {error.message}", error.hint) from error


def _change(position: int, before: State, after: State) -> Change:
    stayed = int(np.count_nonzero(before.kept() & after.kept()))
    n_before, n_after = len(before.rows), len(after.rows)
    return Change(position, n_before, n_before - stayed, n_after - stayed, n_after, after.notes)


def _outcome(asked: Material, plan: Plan, state: State, changes: list[Change]) -> Outcome:
    positions = np.array([*plan.active, KEPT], np.int16)
    return Outcome(
        plan=plan,
        rows=state.rows,
        ranked=state.ranked,
        dropped_by=frozen(positions[state.dropped_by]),
        instead=state.instead,
        changes=tuple(changes),
        fingerprint=fingerprint(VERSION, asked.analysis.dataset.fingerprint, state.rows),
    )
