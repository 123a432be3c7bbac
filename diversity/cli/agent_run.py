"""From options to a run of the cluster-agent: who judges, by what, which rounds, for how much."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from diversity.agent import (
    Criteria,
    EmbeddingJudge,
    Estimate,
    Judge,
    LLMJudge,
    Run,
    Settings,
    estimate,
    estimate_again,
    judge_again_steps,
    load_run,
    paper,
    parse_run,
    run_steps,
)
from diversity.analysis import Settings as Analysis
from diversity.analysis import embedded_steps
from diversity.cli.options import default_store, note, shown
from diversity.dataset import Dataset
from diversity.embedding import DEFAULT_MODEL
from diversity.errors import AgentError, CriteriaError
from diversity.ledger import Ledger
from diversity.llm import Cap, LiteLLM, Prices, model_name, price_of
from diversity.progress import Steps

EMBEDDING = "embedding"
OPTIONS = {
    "by": "by",
    "rounds": "n_rounds",
    "per_round": "per_round",
    "target_width": "target_width",
    "concurrency": "concurrency",
    "random_state": "random_state",
}
DRAWING = ("paper", "by", "rounds", "per_round", "target_width", "random_state")


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
    same : Run or None
        The run whose rounds are judged again.
    """

    judge: str
    api_base: str | None
    settings: Settings
    criteria: Criteria | None
    cap: Cap
    prices: Prices | None
    timeout_s: float
    earlier: Run | None
    same: Run | None = None


def choose(asked: Mapping[str, Any], earlier: Run | None) -> Choices:
    """Put options over the settings of an earlier run, and these over the defaults.

    Raises
    ------
    AgentError, CriteriaError, RunFileError
        If options speak against each other, or a file cannot be read.
    """
    same = _same_rounds(asked)
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
        same=same,
    )


def _same_rounds(asked: Mapping[str, Any]) -> Run | None:
    """Open the run whose rounds are judged again, and refuse what would draw others."""
    path = asked["same_rounds"]
    if path is None:
        return None
    drawing = [name for name in DRAWING if asked[name] not in (None, False)]
    if drawing:
        raise AgentError(
            f"--same-rounds takes the rounds of {path}, and --{drawing[0].replace('_', '-')} "
            "would draw others.",
            "Leave one of them away.",
        )
    return load_run(path)


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
    check(dataset, choices)
    if choices.judge != EMBEDDING:
        judge: Judge = _asking(choices)
    else:
        judge = EmbeddingJudge(np.zeros((0, 0), np.float32))
    if choices.same:
        return estimate_again(choices.same, judge, choices.prices)
    return estimate(dataset, judge, choices.settings, choices.criteria, choices.prices)


def check(dataset: Dataset, choices: Choices) -> None:
    """Refuse to go on with, or to judge again, a run over other records.

    Raises
    ------
    AgentError
    """
    for run, what in ((choices.earlier, "go on with"), (choices.same, "judge again")):
        if run and run.dataset != dataset.fingerprint:
            raise AgentError(
                f"The run to {what} is one over other records.",
                "Name its files and the same --text, or another run.",
            )


def steps(dataset: Dataset, judge: Judge, choices: Choices) -> Steps[Run]:
    """Begin the run."""
    if choices.same:
        concurrency = choices.settings.concurrency
        return judge_again_steps(choices.same, judge, choices.criteria, concurrency=concurrency)
    return run_steps(dataset, judge, choices.settings, choices.criteria)


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
