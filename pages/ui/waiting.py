"""What does a page show until its records are ready? How far the work is, and a way to stop it."""

import streamlit as st

from diversity.analysis import Settings
from diversity.wording import duration
from pages.ui import cached, notices, widgets
from pages.ui.jobs import Job
from pages.ui.state import Workspace
from pages.ui.view import View

LOOK_EVERY_S = 0.4


def view(space: Workspace) -> View:
    """Return the view of the chosen source, or show the work on it and end the page there."""
    name = cached.view_name(space.source, space.settings)
    source, settings = space.source, space.settings
    if space.unconfirmed and cached.jobs().get(name) is None:
        _ask(space)
        return st.stop()
    job = cached.jobs().submit(name, lambda: cached.view_steps(source, settings))
    if job.state == "done":
        ready: View = job.result
        notices.compare(space, ready)
        return _called(space, ready)
    _watch(job, space.source.name) if job.active else _offer_again(job)
    return st.stop()


def _called(space: Workspace, view: View) -> View:
    """Call the clusters as the visitor accepted that a judge calls them."""
    accepted = space.naming.accepted if space.naming else {}
    return cached.called(view, view.name, tuple(sorted(accepted.items()))) if accepted else view


def _ask(space: Workspace) -> None:
    """Let nobody's link make this server fetch a model, or pay for one."""
    with st.container(border=True, width=640):
        st.text(f"This address asks for another embedding model: {space.settings.embedder}")
        st.caption("It would be fetched, or called with this server's key, for all records.")
        with st.container(horizontal=True):
            st.button("Use it", on_click=_settle, args=(space, space.settings), key="waiting_use")
            st.button(
                "Use the default", on_click=_settle, args=(space, Settings()), type="primary",
                key="waiting_default",
            )  # fmt: skip


def _settle(space: Workspace, settings: Settings) -> None:
    space.settings, space.unconfirmed = settings, False


@st.fragment(run_every=LOOK_EVERY_S)
def _watch(job: Job, title: str) -> None:
    if not job.active:
        st.rerun()
    with st.container(width=640):
        st.subheader("Making the map")
        st.text(title)
        progress = job.progress
        st.progress(progress.share if progress else 0.0)
        st.caption(_said(job))
        stopping = job.stopping.is_set()
        st.button("Cancel", on_click=job.cancel, key="waiting_cancel", disabled=stopping)


def _said(job: Job) -> str:
    progress = job.progress
    if job.stopping.is_set():
        return "Stopping after the batch at hand."
    if job.state == "waiting":
        return "Waiting for other work to finish."
    if progress is None:
        return "Reading."
    if progress.rate < 1 or progress.left_s is None or progress.total <= 1:
        return progress.place
    return f"{progress.place} · {progress.rate:,.0f} a second, {duration(progress.left_s)} left"


def _offer_again(job: Job) -> None:
    if job.error:
        widgets.show_error(job.error)
    else:
        st.info("Cancelled. What was finished is kept; starting again goes on from there.")
    again, other = st.columns([1, 5])
    again.button("Try again", on_click=cached.jobs().forget, args=(job.name,), type="primary")
    other.page_link("../data.py", label="Choose other data")
