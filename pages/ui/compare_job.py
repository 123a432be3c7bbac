"""Where does a comparison come from? From a job that all visitors with the same choice share."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from diversity.arrays import Bool, Int64
from diversity.comparison import Comparison, compare_steps
from diversity.comparison.choosing import groups_of
from diversity.comparison.curves import (
    Accumulation,
    accumulation,
    score_against_length,
    score_against_size,
)
from diversity.errors import FilterError
from diversity.filters import Filter
from diversity.fingerprint import fingerprint
from diversity.progress import Progress, Steps
from diversity.wording import duration
from pages.ui import cached, widgets
from pages.ui.colors import PALETTE, LegendEntry
from pages.ui.compare_choice import Choice
from pages.ui.jobs import Job
from pages.ui.points import Points, publish
from pages.ui.state import Workspace
from pages.ui.view import View

LOOK_EVERY_S = 0.4
CURVED = ("vendi_2", "chamfer", "distinct_2")
OTHER_COLOR = "#5d6675"
LAST = "compare_last_job"

Curves = Mapping[str, Mapping[str, list[tuple[float, float]]]]


@dataclass(frozen=True, eq=False)
class Compared:
    """A comparison with everything its page shows; read-only, shared by all sessions."""

    name: str
    comparison: Comparison
    groups: Mapping[str, Int64]
    colors: Mapping[str, str]
    points: Points
    legend: list[LegendEntry]
    accumulations: Mapping[str, Accumulation | None]
    by_size: Curves
    by_length: Curves


def compared(space: Workspace, view: View, choice: Choice) -> Compared:
    """Return the comparison, or show the work on it and end the page there."""
    mask = _passing(space, view, choice)
    tagged = space.tags.fingerprint if space.tags is not None else ""
    name = fingerprint("comparison", view.name, choice, tagged)
    who = _visitor()
    before = cached.jobs().get(st.session_state.get(LAST, ""))
    if before is not None and before.name != name:
        before.leave(who)
    st.session_state[LAST] = name
    job = cached.jobs().submit(name, lambda: _steps(name, view, choice, mask))
    if job.state == "done":
        ready: Compared = job.result
        return ready
    _watch(job, who) if job.active else _offer_again(job)
    return st.stop()


def _passing(space: Workspace, view: View, choice: Choice) -> Bool:
    """Say which records count, and say so on the page."""
    with widgets.error_box():
        try:
            mask = cached.passing(view, Filter.parse(choice.filter_text), space.tags)
        except FilterError as error:
            raise FilterError(error.message, "Mend the filter on the Explore page.") from error
    if choice.filter_text:
        n = int(mask.sum())
        st.text(f"Only the {n:,} records that pass the filter: {choice.filter_text}")
    return mask


def _visitor() -> str:
    """Name this session, so that work nobody waits for any more can be told."""
    name: str = st.session_state.setdefault("compare_visitor", secrets.token_hex(8))
    return name


def _steps(name: str, view: View, choice: Choice, mask: Bool) -> Steps[Compared]:
    groups = groups_of(view.analysis, choice.by, choice.groups, mask)
    found = yield from compare_steps(
        view.analysis, choice.by, choice.groups, within=choice.within,
        reference=choice.reference, match_length=choice.match_length, where=mask,
        panel=view.panel, store=cached.store(),
    )  # fmt: skip
    yield Progress("drawing curves", 0, 0, 0.0)
    colors = dict(zip(groups, [*PALETTE, OTHER_COLOR], strict=False))
    codes = np.full(len(view), len(groups), np.uint8)
    for code, rows in enumerate(groups.values()):
        codes[rows] = code
    legend = [LegendEntry(name, colors[name], len(rows)) for name, rows in groups.items()]
    legend.append(LegendEntry("Not compared", OTHER_COLOR, int((codes == len(groups)).sum())))
    return Compared(
        name, found, groups, colors, publish(view.coordinates, codes), legend,
        {name: accumulation(found.labels[rows]) for name, rows in groups.items()},
        score_against_size(view.panel, groups, CURVED, found.budget),
        score_against_length(view.panel, groups, CURVED),
    )  # fmt: skip


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(job: Job, who: str) -> None:
    if not job.active:
        st.rerun()
    job.look(who)
    with st.container(width=640):
        st.subheader("Comparing")
        progress = job.progress
        st.progress(progress.share if progress else 0.0)
        st.caption(_said(job))
        stopping = job.stopping.is_set()
        st.button("Cancel", on_click=job.cancel, key="compare_cancel", disabled=stopping)


def _said(job: Job) -> str:
    if job.stopping.is_set():
        return "Stopping."
    if job.state == "waiting":
        return "Waiting for other work to finish."
    progress = job.progress
    if progress is None:
        return "Scoring the groups"
    left = progress.left_s if progress.total > 1 and progress.done else None
    return progress.stage.capitalize() + (f" · {duration(left)} left" if left else "")


def _offer_again(job: Job) -> None:
    if job.error:
        widgets.show_error(job.error)
    else:
        st.info("Cancelled.")
    st.button("Try again", on_click=cached.jobs().forget, args=(job.name,), key="compare_again")
