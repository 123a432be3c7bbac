"""What are the scores of all records of a group? Made when asked for, and said to be no ranking."""

import streamlit as st

from diversity.comparison.raw import MOST_PAIRED, raw_steps
from diversity.comparison.values import Raw
from diversity.fingerprint import fingerprint
from diversity.progress import finish
from pages.ui import cached, widgets
from pages.ui.compare_choice import Choice
from pages.ui.compare_job import LOOK_EVERY_S, Compared
from pages.ui.jobs import Job
from pages.ui.view import View


def offered(view: View, choice: Choice, found: Compared) -> Raw | None:
    """Offer the scores of all records; return them where they are asked for and ready."""
    asked = st.toggle(
        "Values of all records", key="compare_raw",
        help="Under each value at the budget also the one of all records of the group, texts "
        "whole. Size alone moves these: read them, but do not compare them.",
    )  # fmt: skip
    if not asked:
        return None
    job = cached.jobs().submit(
        _name(view, choice, found), lambda: raw_steps(view.analysis, view.panel, found.groups)
    )
    if job.state == "done":
        ready: Raw = job.result
        return ready
    _watch(job) if job.active else _offer_again(job)
    return None


def at_hand(view: View, choice: Choice, found: Compared) -> Raw | None:
    """Return the scores of all records for a report; None where they would take minutes."""
    job = cached.jobs().get(_name(view, choice, found))
    if job is not None and job.state == "done":
        ready: Raw = job.result
        return ready
    pairs = sum(len(rows) ** 2 for rows in found.groups.values() if len(rows) <= MOST_PAIRED)
    if pairs > MOST_PAIRED**2:
        return None
    return finish(raw_steps(view.analysis, view.panel, found.groups))


def _name(view: View, choice: Choice, found: Compared) -> str:
    return fingerprint("raw", view.name, choice.by, [*found.groups.values()], choice.groups)


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(job: Job) -> None:
    if not job.active:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        progress = job.progress
        done = f"{progress.done} of {progress.total} groups" if progress else "waiting its turn"
        st.caption(f"Scoring all records: {done}")
        st.button("Cancel", on_click=job.cancel, key="compare_raw_cancel", type="tertiary")


def _offer_again(job: Job) -> None:
    if job.error:
        widgets.show_error(job.error)
    forget = cached.jobs().forget
    st.button("Score all records", on_click=forget, args=(job.name,), key="compare_raw_again")
