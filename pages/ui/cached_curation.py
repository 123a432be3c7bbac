"""Which plans were carried out already? Outcomes and effects, made in workers of their own."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from diversity.curation import (
    Material,
    Outcome,
    Plan,
    States,
    curate_steps,
    effect_steps,
    material,
)
from diversity.export.write import Written
from diversity.fingerprint import fingerprint
from diversity.progress import Steps
from diversity.scores import Budget
from pages.ui.jobs import Job, Jobs
from pages.ui.tags import Tags
from pages.ui.view import View

HEADLINE = ("vendi_2", "chamfer")
PATIENCE_S = 0.8
NAP_S = 0.02


@dataclass(frozen=True, eq=False)
class Done:
    """A plan carried out, with the outcome after each step that was taken.

    Parameters
    ----------
    name : str
        Small, and unique to records, tags and steps.
    asked : Material
    stages : tuple of Outcome
        After each step; the last is the whole plan's.
    scores : tuple of mapping of str to float or None
        Two telling scores before the first and after each step, all at one budget.
    budget : Budget
    """

    name: str
    asked: Material
    stages: tuple[Outcome, ...]
    scores: tuple[Mapping[str, float | None], ...]
    budget: Budget

    @property
    def outcome(self) -> Outcome:
        """What the whole plan did."""
        return self.stages[-1]


@st.cache_resource
def jobs() -> Jobs:
    """Return the worker for curation."""
    return Jobs()


@st.cache_resource
def drawing() -> Jobs:
    """Return the worker that draws random subsets while numbers stand on the page already."""
    return Jobs()


@st.cache_resource(max_entries=8, show_spinner=False)
def asked_of(_view: View, name: str, tagged: str, _tags: Tags | None) -> Material:
    """Let steps ask about a view and a session's tags."""
    return material(_view.analysis, _view.tagged(_tags))


@st.cache_resource(max_entries=8, show_spinner=False)
def states(name: str) -> States:
    """Return the states held for a view."""
    return States()


@st.cache_resource(max_entries=32, show_spinner=False)
def group_sizes(_view: View, name: str, column: str) -> dict[str, int]:
    """Count the records of each value of a column, in order of first appearance."""
    groups = material(_view.analysis, _view.context).groups(column)
    sizes = np.bincount(groups.codes[groups.codes >= 0], minlength=len(groups.names))
    return dict(zip(groups.names, sizes.tolist(), strict=True))


def outcome_of(view: View, tags: Tags | None, plan: Plan) -> Job:
    """Carry out a plan, and wait a moment: most plans are done by then."""
    tagged = tags.fingerprint if tags is not None else ""
    steps = tuple(step if i not in plan.off else None for i, step in enumerate(plan.steps))
    name = fingerprint("curate", view.name, tagged, steps)
    asked = asked_of(view, view.name, tagged, tags)
    return _waited_for(jobs(), name, lambda: _outcome_steps(name, view, asked, plan))


def effect_of(view: View, done: Done) -> Job:
    """Measure what a plan did, beside random subsets."""
    name = f"effect {done.outcome.fingerprint} {done.name}"
    make = lambda: effect_steps(view.analysis, view.panel, done.outcome)  # noqa: E731
    return _waited_for(drawing(), name, make)


def writing(name: str, make: Callable[[], Steps[Written]]) -> Job:
    """Write files."""
    return jobs().submit(name, make)


def _waited_for(worker: Jobs, name: str, make: Callable[[], Steps[Any]]) -> Job:
    job = worker.submit(name, make)
    until = time.monotonic() + PATIENCE_S
    while job.active and time.monotonic() < until:
        time.sleep(NAP_S)
    return job


def _outcome_steps(name: str, view: View, asked: Material, plan: Plan) -> Steps[Done]:
    stages, held = [], states(view.name)
    for n_taken in range(len(plan.active) + 1):
        ends = plan.active[n_taken] if n_taken < len(plan.active) else len(plan)
        part = Plan(plan.steps[:ends], plan.off, plan.name)
        stages.append((yield from curate_steps(asked, part, held)))
    budget = view.panel.budget(*(stage.kept() for stage in stages)).rounded()
    scores = []
    for stage in stages:
        found = view.panel.scores(stage.kept(), budget=budget, names=HEADLINE, interval=False)
        scores.append({key: score.value for key, score in found.items()})
    last = stages[-1]
    whole = Outcome(**{**vars(last), "plan": plan})
    return Done(name, asked, (*stages[:-1], whole), tuple(scores), budget)
