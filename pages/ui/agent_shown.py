"""Which run is looked at? The recorded one of the sample first, then those that were made here."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape

import streamlit as st

from diversity.agent import ENDINGS, Run, run_as_json
from diversity.agent.runs import Ending
from diversity.cli.run_tables import spent
from diversity.dataset import Dataset
from diversity.errors import DiversityError, RunFileError
from pages.ui import agent_keep, agent_run, cached, widgets
from pages.ui.agent_keep import RECORDED, Asked
from pages.ui.jobs import Job
from pages.ui.state import Workspace

FAILED: tuple[Ending, ...] = ("unauthorized", "not_accepted", "unavailable", "criteria", "cap")
MOST_MB = 200


@dataclass(frozen=True)
class Shown:
    """The run that is looked at.

    Parameters
    ----------
    name : str
    run : Run or None
        None before its first report.
    job : Job or None
        What is at work on it.
    asked : Asked or None
        How to go on with it; None for the recorded run and for files.
    """

    name: str
    run: Run | None
    job: Job | None
    asked: Asked | None


def choose(space: Workspace, dataset: Dataset) -> Shown | None:
    """Let one of the runs over these records be chosen, opened from a file, or saved."""
    titles = _titles(space, dataset)
    name = _chosen(space, titles)
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(titles) > 1 and name:
            key = "agent_run_chosen"
            st.session_state[key] = name
            st.selectbox(
                "Run", list(titles), key=key, format_func=titles.__getitem__,
                on_change=lambda: _look_at(space, st.session_state[key]),
                label_visibility="collapsed",
            )  # fmt: skip
        shown = _shown(name, dataset) if name else None
        _offer_files(space, dataset, shown)
    return shown


def show_head(shown: Shown, dataset: Dataset, go_on: Callable[[Asked], None]) -> None:
    """Say whose judgement it is, how much of it there is, and how it ended.

    Parameters
    ----------
    shown : Shown
    dataset : Dataset
    go_on : callable
        Begins the run again where it can be taken up.
    """
    run = shown.run
    if run is None:
        return
    mark = "" if run.is_llm else '<span class="de-badge">not an LLM</span>'
    facts = [
        f"by {run.settings.by}" if run.settings.by else "all records",
        f"K = {run.settings.per_round}",
        f"{len(run.rounds):,} rounds",
        *([f"{run.n_failed:,} without an answer"] if run.n_failed else []),
        *([f"{run.n_cut:,} texts cut"] if run.n_cut else []),
        *([spent(run.usage)] if run.usage.calls or run.usage.cached_calls else []),
        *([] if shown.job else [ENDINGS[run.ending]] if run.ending != "running" else []),
    ]
    judge = escape(run.judge.removesuffix(" (not an LLM)"))
    st.html(
        f'<div class="de-head"><b>Judge: {judge}</b>{mark}'
        f"<small>{escape(' · '.join(facts))}</small></div>"
    )
    if run.dataset != dataset.fingerprint:
        st.info("This run is over other records than those that are open.")
    for name, n in run.skipped.items():
        st.text(f"Not judged: {name}. Its {n:,} records are fewer than K.")
    if shown.job is None:
        _show_ending(shown, run, go_on)


def _show_ending(shown: Shown, run: Run, go_on: Callable[[Asked], None]) -> None:
    """Say what to do about a run that did not come to its own end."""
    kept = f"{len(run.rounds):,} rounds are kept, and nothing is paid for twice."
    if run.ending in FAILED:
        widgets.show_error(
            DiversityError(f"{ENDINGS[run.ending].capitalize()}. {run.message}", kept)
        )
    elif run.ending == "running":
        st.info(f"Interrupted: the server was started anew. {kept}", icon=":material/pause:")
    elif run.ending == "asked":
        st.info(f"Stopped. {kept}", icon=":material/stop:")
    else:
        return
    if shown.asked is not None:
        st.button("Go on", on_click=partial(go_on, shown.asked), key="agent_go_on")


def _titles(space: Workspace, dataset: Dataset) -> dict[str, str]:
    """Name the runs there are, the latest first and the recorded one last."""
    kept = agent_keep.listed(cached.store(), dataset.fingerprint)
    titles = {one.name: one.title for one in kept}
    recorded = cached.recorded_run()
    if recorded.dataset == dataset.fingerprint:
        titles[RECORDED] = f"Recorded: {agent_keep.titled(recorded)}"
    return titles


def _chosen(space: Workspace, titles: dict[str, str]) -> str | None:
    if space.run in titles:
        return space.run
    at_work = next((name for name in titles if agent_run.job_of(name)), None)
    return at_work or (RECORDED if RECORDED in titles else next(iter(titles), None))


def _shown(name: str, dataset: Dataset) -> Shown | None:
    if name == RECORDED:
        return Shown(name, cached.recorded_run(), None, None)
    job = cached.agent_jobs().get(name)
    kept = agent_keep.find(cached.store(), dataset.fingerprint, name)
    asked = kept.asked if kept else None
    if job and job.active:
        return Shown(name, getattr(job.progress, "run", None), job, asked)
    if job and job.state == "failed" and job.error:
        widgets.show_error(job.error)
    if kept is None:
        return None
    try:
        return Shown(name, cached.kept_run(dataset.fingerprint, name), None, asked)
    except RunFileError as error:
        widgets.show_error(error)
        return None


def _look_at(space: Workspace, name: str) -> None:
    space.run = name


def _offer_files(space: Workspace, dataset: Dataset, shown: Shown | None) -> None:
    with st.popover("File", icon=":material/file_open:", help="Save this run, or open one."):
        if shown and shown.run:
            run = shown.run
            st.download_button(
                "Save this run",
                data=lambda: json.dumps(run_as_json(run), ensure_ascii=False, indent=1).encode(
                    "utf-8", "replace"
                ),
                file_name="run.json",
                mime="application/json",
                on_click="ignore",
                icon=":material/download:",
                help="Criteria, rounds, verdicts, settings and the texts shown. No key.",
            )
        file = st.file_uploader("Open a run", type=["json"], key="agent_file",
                                max_upload_size=MOST_MB)  # fmt: skip
        if file is not None and st.session_state.get("agent_opened") != file.file_id:
            try:
                space.run = agent_keep.keep_file(
                    cached.store(), dataset.fingerprint, file.getvalue(), file.name
                )
            except DiversityError as error:
                widgets.show_error(error)
                return
            st.session_state["agent_opened"] = file.file_id
            st.rerun()
