"""How is a run going? How far, how sure already, what is spent; and a hand on it."""

import streamlit as st

from diversity.agent import AgentProgress
from diversity.cli.run_tables import spent
from diversity.wording import duration
from pages.ui import agent_table
from pages.ui.agent_keep import Asked
from pages.ui.jobs import Job

LOOK_EVERY_S = 1.0


@st.fragment(run_every=LOOK_EVERY_S)
def watch(job: Job, asked: Asked | None, *, scores: bool) -> None:
    """Show a job until it ends, then draw the page anew.

    Parameters
    ----------
    job : Job
    asked : Asked or None
        For its limits.
    scores : bool
        Whether the scores so far are wanted.
    """
    if not job.active:
        st.rerun()
    progress = job.progress
    with st.container(key="agent_progress"):
        st.progress(progress.share if progress else 0.0)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(said(job))
            if job.paused:
                st.button(
                    "Go on", on_click=job.go_on, key="agent_resume", icon=":material/play_arrow:"
                )
            else:
                st.button("Pause", on_click=job.pause, key="agent_pause", icon=":material/pause:",
                          disabled=job.stopping.is_set())  # fmt: skip
            st.button("Stop", on_click=job.cancel, key="agent_stop", icon=":material/stop:",
                      disabled=job.stopping.is_set())  # fmt: skip
        if isinstance(progress, AgentProgress) and asked is not None and asked.is_llm:
            st.text(f"Spent: {spent(progress.run.usage)}{_limits(asked)}")
    if scores and isinstance(progress, AgentProgress) and progress.run.rounds:
        st.text(f"So far, judge: {progress.run.label}")
        st.html(agent_table.score_table(progress.run.scores, progress.run.groups))


def said(job: Job) -> str:
    """Say how far a job is."""
    progress = job.progress
    if job.stopping.is_set():
        return "Stopping: calls in flight are let finish."
    if job.paused:
        return "Paused. What is in flight is let finish and kept."
    if progress is None:
        return "Beginning."
    if progress.left_s is None or not progress.done:
        return progress.place
    return f"{progress.place} · at most {duration(progress.left_s)} left"


def _limits(asked: Asked) -> str:
    limits = []
    if asked.max_usd is not None:
        limits.append(f"{asked.max_usd:g} USD")
    if asked.max_calls is not None:
        limits.append(f"{asked.max_calls:,} calls")
    return f"; limit {' and '.join(limits)}" if limits else ""
