"""From options to a run of the cluster-agent, watched on standard error and saved as it goes."""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from diversity.agent import (
    AgentProgress,
    Criteria,
    EmbeddingJudge,
    Estimate,
    Judge,
    LLMJudge,
    Run,
    Settings,
    estimate,
    paper,
    parse_run,
    run_steps,
    save_run,
)
from diversity.analysis import Settings as Analysis
from diversity.analysis import embedded_steps
from diversity.cli.options import default_store, note, shown
from diversity.cli.run_tables import progress_line
from diversity.dataset import Dataset
from diversity.embedding import DEFAULT_MODEL
from diversity.errors import AgentError, CriteriaError, RunFileError
from diversity.ledger import Ledger
from diversity.llm import Cap, LiteLLM, Prices, model_name, price_of
from diversity.progress import Progress, finish
from diversity.store import written_beside

EMBEDDING = "embedding"
SHOW_EVERY_S = 0.25
TELL_EVERY_S = 20.0
SAVE_EVERY_S = 5.0
OPTIONS = {
    "by": "by",
    "rounds": "n_rounds",
    "per_round": "per_round",
    "target_width": "target_width",
    "concurrency": "concurrency",
    "random_state": "random_state",
}
BAD_ENDINGS = ("unauthorized", "not_accepted", "unavailable", "criteria")


@dataclass(frozen=True)
class Choices:
    """What was asked for.

    Parameters
    ----------
    judge : str
        ``embedding``, or a model as litellm names it.
    api_base : str or None
    settings : Settings
    criteria : Criteria or None
        Given ones; None to have them proposed.
    cap : Cap
    prices : Prices or None
    timeout_s : float
    earlier : Run or None
        The run to go on with.
    """

    judge: str
    api_base: str | None
    settings: Settings
    criteria: Criteria | None
    cap: Cap
    prices: Prices | None
    timeout_s: float
    earlier: Run | None


def choose(asked: Mapping[str, Any], earlier: Run | None) -> Choices:
    """Put options over the settings of an earlier run, and these over the defaults."""
    base = paper() if asked["paper"] else earlier.settings if earlier else Settings()
    given = {name: asked[option] for option, name in OPTIONS.items() if asked[option] is not None}
    if given.get("target_width") == 0:
        given["target_width"] = None
    if earlier and not asked["judge"] and not asked["api_base"]:
        _check_address(earlier)
    judge = asked["judge"] or (_judge_of(earlier) if earlier else EMBEDDING)
    if judge != EMBEDDING:
        judge = model_name(judge, asked["api_base"])
    if earlier and judge != _judge_of(earlier):
        raise AgentError(
            f"The run to go on with was judged by {earlier.judge}, not by {judge}.",
            "Name another file in --out, or leave --judge away.",
        )
    return Choices(
        judge=judge,
        api_base=asked["api_base"],
        settings=replace(base, **given),
        criteria=_criteria(asked["criteria_path"], earlier),
        cap=Cap(asked["max_usd"], asked["max_calls"]),
        prices=asked["price"],
        timeout_s=asked["timeout"],
        earlier=earlier,
    )


def _check_address(earlier: Run) -> None:
    """Refuse to guess whose server a model was on: a run keeps no address.

    Its texts must not go to a provider because the address of one's own server was left out.
    """
    if earlier.is_llm and price_of(earlier.judge) is None:
        raise AgentError(
            f"The run to go on with was judged by {earlier.judge}, perhaps on a server of your "
            "own, and a saved run holds no address.",
            "Name the server by --api-base again; if it was the provider's own, name the model "
            "by --judge.",
        )


def estimated(dataset: Dataset, choices: Choices) -> Estimate:
    """Say what a run would cost, without a call and without embedding anything."""
    if choices.judge != EMBEDDING:
        judge: Judge = _asking(choices)
    else:
        judge = EmbeddingJudge(np.zeros((0, 0), np.float32))
    return estimate(dataset, judge, choices.settings, choices.criteria, choices.prices)


def judge(choices: Choices, dataset: Dataset, embedder: str | None, vectors: str | None) -> Judge:
    """Make the judge: embed the texts, or get ready to ask a model."""
    if choices.judge != EMBEDDING:
        return _asking(choices)
    model = embedder or DEFAULT_MODEL
    if vectors or model != DEFAULT_MODEL:
        note(f"The embedding judge is fitted to {DEFAULT_MODEL}; other vectors shift its eye.")
    settings = Analysis(embedder=model, vector_column=vectors)
    return EmbeddingJudge(shown(embedded_steps(dataset, settings, default_store())).vectors)


def _asking(choices: Choices) -> LLMJudge:
    model = LiteLLM(
        choices.judge,
        choices.api_base,
        ledger=Ledger(default_store().ledger_path),
        cap=choices.cap,
        prices=choices.prices,
        timeout_s=choices.timeout_s,
        max_concurrency=choices.settings.concurrency,
    )
    return LLMJudge(model)


def carried_out(dataset: Dataset, judge: Judge, choices: Choices, out: Path | None) -> Run:
    """Run the cluster-agent, showing how far it is and saving what there is.

    Raises
    ------
    AgentError
        If the run to go on with is one over other records.
    """
    if choices.earlier and choices.earlier.dataset != dataset.fingerprint:
        raise AgentError(
            "The run to go on with is one over other records.",
            "Name its files and the same --text, or another file in --out.",
        )
    watch = _Watch(out)
    steps = run_steps(dataset, judge, choices.settings, choices.criteria)
    try:
        run = finish(steps, watch)
    except KeyboardInterrupt:
        steps.close()
        watch.save_stopped()
        raise
    finally:
        watch.clear_line()
    if out:
        _save(run, out)
        note(f"Saved the run as {out}.")
    return run


def complain(run: Run) -> None:
    """Tell why a run ended before it was asked to; an error if it could not go on."""
    if run.ending in BAD_ENDINGS:
        raise AgentError(run.message, "What was judged until then is kept.")
    if run.message:
        note(run.message)


@dataclass
class _Watch:
    """Shows progress on a line, or now and then as lines where nobody looks; saves the run."""

    out: Path | None
    latest: Run | None = None
    shown_s: float = -TELL_EVERY_S
    saved_s: float = -SAVE_EVERY_S
    tty: bool = field(default_factory=lambda: sys.stderr.isatty())

    def __call__(self, progress: Progress) -> None:
        assert isinstance(progress, AgentProgress)
        self.latest, now_s = progress.run, time.monotonic()
        if now_s - self.shown_s >= (SHOW_EVERY_S if self.tty else TELL_EVERY_S):
            self.shown_s = now_s
            line = progress_line(progress)
            click.echo(f"\r\033[K{line}" if self.tty else line, nl=not self.tty, err=True)
        if self.out and now_s - self.saved_s >= SAVE_EVERY_S:
            self.saved_s = now_s
            _save(progress.run, self.out)

    def save_stopped(self) -> None:
        if self.out and self.latest:
            _save(self.latest.ended("asked"), self.out)

    def clear_line(self) -> None:
        if self.tty:
            click.echo("\r\033[K", nl=False, err=True)


def _save(run: Run, path: Path) -> None:
    try:
        with written_beside(path) as beside:
            save_run(run, beside)
    except OSError as error:
        raise RunFileError(
            f"The run cannot be written to {path}: {error.strerror}.",
            "Name another file in --out; what was judged until now is kept.",
        ) from error


def _judge_of(run: Run) -> str:
    return run.judge if run.is_llm else EMBEDDING


def _criteria(path: Path | None, earlier: Run | None) -> Criteria | None:
    if path is None:
        given = earlier is not None and not earlier.proposals and earlier.is_llm
        return earlier.criteria if earlier and given else None
    try:
        content = path.read_text(encoding="utf-8-sig")
        held = json.loads(content)
    except OSError as error:
        raise CriteriaError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise CriteriaError(f"{path} is not JSON.", "See docs/agent.md for its form.") from error
    if isinstance(held, dict) and "rounds" in held:
        return parse_run(content, path.name).criteria
    return Criteria.from_json(held)
