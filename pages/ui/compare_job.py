"""Where does a comparison come from? From a job that all visitors with the same choice share."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from diversity.arrays import Int64
from diversity.comparison import Comparison, compare_steps
from diversity.comparison.anchors import Anchor, anchors
from diversity.comparison.choosing import groups_of
from diversity.comparison.curves import (
    Accumulation,
    accumulation,
    score_against_length,
    score_against_size,
)
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

Curves = Mapping[str, Mapping[str, list[tuple[float, float]]]]


@dataclass(frozen=True, eq=False)
class Compared:
    """A comparison with everything its page shows; read-only, shared by all sessions."""

    comparison: Comparison
    groups: Mapping[str, Int64]
    colors: Mapping[str, str]
    points: Points
    legend: list[LegendEntry]
    accumulations: Mapping[str, Accumulation | None]
    by_size: Curves
    by_length: Curves
    anchors: Mapping[str, Anchor]


def compared(space: Workspace, view: View, choice: Choice) -> Compared:
    """Return the comparison, or show the work on it and end the page there."""
    name = fingerprint("comparison", view.name, choice)
    mask = cached.passing(view, Filter.parse(choice.filter_text), space.tags)
    job = cached.jobs().submit(name, lambda: _steps(view, choice, mask))
    if job.state == "done":
        ready: Compared = job.result
        return ready
    _watch(job) if job.active else _offer_again(job)
    return st.stop()


def _steps(view: View, choice: Choice, mask: np.ndarray) -> Steps[Compared]:
    groups = groups_of(view.analysis, choice.by, choice.groups, mask)
    found = yield from compare_steps(
        view.analysis, choice.by, choice.groups, within=choice.within,
        reference=choice.reference, match_length=choice.match_length, where=mask,
        panel=view.panel, store=cached.store(),
    )  # fmt: skip
    yield Progress("drawing curves", 0, 0, 0.0)
    labels = view.analysis.clustering.labels
    colors = dict(zip(groups, [*PALETTE, OTHER_COLOR], strict=False))
    codes = np.full(len(view), len(groups), np.uint8)
    for code, rows in enumerate(groups.values()):
        codes[rows] = code
    legend = [LegendEntry(name, colors[name], len(rows)) for name, rows in groups.items()]
    legend.append(LegendEntry("Not compared", OTHER_COLOR, int((codes == len(groups)).sum())))
    return Compared(
        found, groups, colors, publish(view.coordinates, codes), legend,
        {name: accumulation(labels[rows]) for name, rows in groups.items()},
        score_against_size(view.panel, groups, CURVED, found.budget),
        score_against_length(view.panel, groups, CURVED),
        anchors(view.panel, groups, found.budget),
    )  # fmt: skip


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(job: Job) -> None:
    if not job.active:
        st.rerun()
    with st.container(width=640):
        st.subheader("Comparing")
        progress = job.progress
        st.progress(progress.share if progress else 0.0)
        waiting = job.state == "waiting"
        said = "Waiting for other work to finish." if waiting else "Dealing records anew."
        if progress:
            left = progress.left_s if progress.total > 1 else None
            said = progress.stage.capitalize() + (f" · {duration(left)} left" if left else "")
        st.caption("Stopping." if job.stopping.is_set() else said)
        st.button("Cancel", on_click=job.cancel, key="compare_cancel")


def _offer_again(job: Job) -> None:
    if job.error:
        widgets.show_error(job.error)
    else:
        st.info("Cancelled.")
    st.button("Try again", on_click=cached.jobs().forget, args=(job.name,), key="compare_again")
