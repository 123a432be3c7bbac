"""What has this visitor chosen? One small mutable record a session."""

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from diversity.analysis import Settings
from diversity.curation import Plan
from diversity.embedding import DEFAULT_MODEL
from diversity.errors import DiversityError, FilterError
from pages.ui import address
from pages.ui.sources import SAMPLE, Files, Source
from pages.ui.tags import Tags

if TYPE_CHECKING:
    from diversity.agent import Criteria, Naming

KEY = "workspace"
MOST_STEPS = 100


@dataclass(frozen=True)
class Step:
    """What undo goes back to: the filter and the tags."""

    filter_text: str
    tags: Tags | None


@dataclass
class Workspace:
    """The choices of one session.

    Parameters
    ----------
    source : Source
        Which records.
    settings : Settings
        How they are analyzed.
    filter_text : str
        The filter in its readable form; empty lets every record pass.
    tags : Tags or None
        What was written on records; None until something is.
    color_by : str or None
        Column whose values colour the map; None for the default.
    opened : int or None
        Row of the record that is being read.
    cluster : int or None
        The cluster that is being looked at.
    unconfirmed : bool
        Whether an address asks for a model that would have to be fetched or paid for.
    notices : tuple of DiversityError
        What was asked for and is not to be had; said until the next step, or until it is put away.
    failed : tuple of Step and FilterError, or None
        A filter that was tried in vain, and why; it is not tried again until something changes.
    run : str or None
        Name of the cluster-agent's run that is looked at; None for the one that comes first.
    criteria : Criteria or None
        Criteria to judge by next; None to have them proposed.
    more : dict of str to str
        What the address says about a comparison.
    naming : Naming or None
        Names that a language model gave to the clusters, as far as they were looked through.
    past, future : list of Step
        What undo and redo go to.
    plan : Plan
        What is done to the records before they are exported.
    plans_past, plans_future : list of Plan
        What undo and redo of the plan go to.
    n_rewrites : int
        How often the plan was changed by something else than the fields of its steps; fields that
        stood on the page before are then no longer listened to.
    """

    source: Source = SAMPLE
    settings: Settings = field(default_factory=Settings)
    filter_text: str = ""
    tags: Tags | None = None
    color_by: str | None = None
    opened: int | None = None
    cluster: int | None = None
    unconfirmed: bool = False
    notices: tuple[DiversityError, ...] = ()
    failed: tuple[Step, FilterError] | None = None
    run: str | None = None
    criteria: "Criteria | None" = None
    more: dict[str, str] = field(default_factory=dict)
    naming: "Naming | None" = None
    past: list[Step] = field(default_factory=list)
    future: list[Step] = field(default_factory=list)
    plan: Plan = field(default_factory=Plan)
    plans_past: list[Plan] = field(default_factory=list)
    plans_future: list[Plan] = field(default_factory=list)
    n_rewrites: int = 0

    @property
    def here(self) -> Step:
        """What undo would come back to."""
        return Step(self.filter_text, self.tags)

    def open(self, source: Source, settings: Settings) -> None:
        """Turn to other records, and forget what was chosen about the ones before."""
        vars(self).update(vars(Workspace(source, settings)))

    def ask(self, filter_text: str) -> None:
        """Put another filter in place of the one there is."""
        if filter_text != self.filter_text:
            self._take(Step(filter_text, self.tags))

    def tag(self, tags: Tags) -> None:
        """Put other tags in place of those there are."""
        self._take(Step(self.filter_text, tags))

    def undo(self) -> None:
        """Go back one step."""
        if self.past:
            self.future.append(self.here)
            self._go(self.past.pop())

    def redo(self) -> None:
        """Go forward again."""
        if self.future:
            self.past.append(self.here)
            self._go(self.future.pop())

    def curate(self, plan: Plan, *, by_field: bool = False) -> None:
        """Put another plan in place of the one there is."""
        self.notices = ()
        self.n_rewrites += not by_field
        if plan != self.plan:
            self.plans_past = [*self.plans_past, self.plan][-MOST_STEPS:]
            self.plans_future.clear()
            self.plan = plan

    def undo_plan(self) -> None:
        """Go back to the plan before."""
        if self.plans_past:
            self.n_rewrites += 1
            self.plans_future.append(self.plan)
            self.plan = self.plans_past.pop()

    def redo_plan(self) -> None:
        """Go forward to the plan after."""
        if self.plans_future:
            self.n_rewrites += 1
            self.plans_past.append(self.plan)
            self.plan = self.plans_future.pop()

    def _take(self, step: Step) -> None:
        self.past = [*self.past, self.here][-MOST_STEPS:]
        self.future.clear()
        self._go(step)

    def _go(self, step: Step) -> None:
        self.filter_text, self.tags = step.filter_text, step.tags
        self.notices = ()


def workspace() -> Workspace:
    """Return this session's workspace.

    A new session starts with what its address asks for, else with what the command line named.
    """
    if KEY not in st.session_state:
        asked = address.read()
        st.session_state[KEY] = Workspace(
            source=asked.source or _named_on_the_command_line(),
            settings=asked.settings,
            filter_text=asked.filter_text,
            tags=asked.tags,
            color_by=asked.color_by,
            more=asked.more,
            opened=asked.opened,
            plan=asked.plan,
            unconfirmed=asked.settings.embedder not in (DEFAULT_MODEL, "hashing"),
            notices=asked.notices,
            run=asked.run,
        )
    found: Workspace = st.session_state[KEY]
    return found


def _named_on_the_command_line() -> Source:
    paths = json.loads(os.environ.get("DIVERSITY_FILES", "[]"))
    text = os.environ.get("DIVERSITY_TEXT") or None
    return Files(tuple(paths), text) if paths else SAMPLE
