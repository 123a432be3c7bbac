"""How is a run of the cluster-agent begun, watched and written down while it goes on?"""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from diversity import samples
from diversity.agent import (
    AgentProgress,
    EmbeddingJudge,
    Estimate,
    Judge,
    LLMJudge,
    Run,
    estimate,
    estimate_again,
    judge_again_steps,
    name_clusters_steps,
    run_steps,
)
from diversity.agent.embedding_judge import NAME
from diversity.agent.prompting import version
from diversity.analysis import embedded_steps
from diversity.dataset import Dataset
from diversity.errors import LLMError
from diversity.fingerprint import fingerprint
from diversity.ledger import Ledger
from diversity.llm import Cap, LiteLLM
from diversity.progress import Progress, Steps
from pages.ui import agent_keep, cached
from pages.ui.agent_keep import Asked
from pages.ui.jobs import Job
from pages.ui.sources import SAMPLE, Source
from pages.ui.view import View

SAVE_EVERY_S = 3.0
SAVE_AT_MOST = 0.05
NO_KEY = "none"
RECENT = 64


def begin(source: Source, dataset: Dataset, asked: Asked, key: str = "") -> str:
    """Begin a run, or join the one that is at work on the same, and return its name.

    Parameters
    ----------
    source : Source
    dataset : Dataset
        What the source reads.
    asked : Asked
    key : str
        Stays in memory, inside the model that is asked.

    Raises
    ------
    LLMError
        If the model cannot be asked like that.
    """
    name = asked.name(dataset.fingerprint)
    judge = llm_judge(asked, key) if asked.is_llm else None
    if agent_keep.find(cached.store(), dataset.fingerprint, name) is None:
        empty = Run(judge.name if judge else NAME, asked.is_llm, asked.settings,
                    dataset.fingerprint, {})  # fmt: skip
        agent_keep.keep(cached.store(), dataset.fingerprint, name, empty, asked)
    cached.agent_jobs().forget(name)
    cached.agent_jobs().submit(name, lambda: kept_steps(source, asked, judge, name))
    return name


def begin_naming(view: View, asked: Asked, key: str = "") -> Job:
    """Let the model name the clusters of a view; equal naming is one job.

    Raises
    ------
    LLMError
        If the model cannot be asked like that.
    """
    model = llm_judge(asked, key).model
    name = naming_name(view, asked)
    cached.agent_jobs().forget(name)
    return cached.agent_jobs().submit(name, lambda: name_clusters_steps(view.analysis, model))


def naming_name(view: View, asked: Asked) -> str:
    """Name the job that names clusters."""
    return fingerprint("naming", view.name, asked.judge, asked.api_base, version("name"))


def job_of(name: str) -> Job | None:
    """Return the job at work on a run, if one is."""
    job = cached.agent_jobs().get(name)
    return job if job and job.active else None


def llm_judge(asked: Asked, key: str = "") -> LLMJudge:
    """Make a judge that asks a language model, with the ledger under it.

    Notes
    -----
    At an address of the visitor's own, the keys in the server's environment are not sent.

    Raises
    ------
    LLMError
        If no such model is known, or a limit in money is set and its price is not known.
    """
    if asked.api_base and ("@" in asked.api_base or "?" in asked.api_base):
        raise LLMError("The address must not hold a key.", "There is a field for the key.")
    return LLMJudge(
        LiteLLM(
            asked.judge,
            asked.api_base,
            key or (NO_KEY if asked.api_base else None),
            ledger=Ledger(cached.store().ledger_path),
            cap=Cap(asked.max_usd, asked.max_calls),
            prices=asked.prices,
            max_concurrency=asked.settings.concurrency,
        )
    )


def estimated(dataset: Dataset, asked: Asked) -> Estimate:
    """Estimate what a run would cost.

    Raises
    ------
    DiversityError
        If it could not be run like that.
    """
    judge = llm_judge(asked) if asked.is_llm else EmbeddingJudge(np.empty((0, 0), np.float32))
    if asked.again:
        return estimate_again(_first(dataset, asked), judge, asked.prices)
    return estimate(dataset, judge, asked.settings, asked.criteria, asked.prices)


def kept_steps(source: Source, asked: Asked, judge: Judge | None, name: str) -> Steps[Run]:
    """Run the cluster-agent and write down what there is, now and then and at the end."""
    dataset = cached.dataset(source)
    judge = judge or (yield from _embedding_judge(source, asked, dataset))
    notes = _Notes(dataset.fingerprint, name, asked)
    try:
        run = yield from _paced(_begun(dataset, asked, judge), notes)
    except GeneratorExit:
        notes.stopped()
        raise
    notes.write(run)
    return run


def _begun(dataset: Dataset, asked: Asked, judge: Judge) -> Steps[Run]:
    """Begin to draw rounds, or to judge those of another run again."""
    if not asked.again:
        return run_steps(dataset, judge, asked.settings, asked.criteria)
    first, concurrency = _first(dataset, asked), asked.settings.concurrency
    return judge_again_steps(first, judge, asked.criteria, concurrency=concurrency)


def _first(dataset: Dataset, asked: Asked) -> Run:
    return cached.run_called(dataset.fingerprint, asked.again)


def _embedding_judge(source: Source, asked: Asked, dataset: Dataset) -> Steps[EmbeddingJudge]:
    of_sample = source == SAMPLE and asked.analysis.embedder == samples.MODEL
    vectors = samples.vectors() if of_sample else None
    found = yield from embedded_steps(dataset, asked.analysis, cached.store(), vectors)
    return EmbeddingJudge(found.vectors)


class _Notes:
    """Writes a run down, seldom enough that writing is a small part of the work."""

    def __init__(self, dataset: str, name: str, asked: Asked) -> None:
        self._dataset, self._name, self._asked = dataset, name, asked
        self._latest: Run | None = None
        self._next_s = 0.0

    def take(self, run: Run) -> None:
        self._latest = run
        if time.monotonic() >= self._next_s:
            began_s = time.monotonic()
            self.write(run)
            took_s = time.monotonic() - began_s
            self._next_s = time.monotonic() + max(SAVE_EVERY_S, took_s / SAVE_AT_MOST)

    def stopped(self) -> None:
        if self._latest:
            self.write(self._latest.ended("asked"))

    def write(self, run: Run) -> None:
        agent_keep.keep(cached.store(), self._dataset, self._name, run, self._asked)


def _paced(steps: Steps[Run], notes: _Notes) -> Steps[Run]:
    """Hand progress on with the pace of late: what was replayed or held tells nothing of it."""
    recent: deque[tuple[float, int]] = deque(maxlen=RECENT)
    stage, held_s = "", 0.0
    for progress in _closing(steps):
        if isinstance(progress, Run):
            return progress
        assert isinstance(progress, AgentProgress)
        notes.take(progress.run)
        if progress.stage != stage:
            recent.clear()
            stage = progress.stage
        recent.append((time.monotonic() - held_s, progress.done))
        began_s = time.monotonic()
        yield _at_pace(progress, recent)
        held_s += time.monotonic() - began_s
    raise AssertionError("a run ends with its result")


def _closing(steps: Steps[Run]) -> Iterator[Progress | Run]:
    """Go through the reports and, last, the result."""
    try:
        while True:
            try:
                yield next(steps)
            except StopIteration as stop:
                result: Run = stop.value
                yield result
                return
    finally:
        steps.close()


def _at_pace(progress: AgentProgress, recent: deque[tuple[float, int]]) -> AgentProgress:
    (first_s, first), (last_s, last) = recent[0], recent[-1]
    if last <= first or last_s <= first_s:
        return progress
    return replace(progress, elapsed_s=progress.done * (last_s - first_s) / (last - first))
