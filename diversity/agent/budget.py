"""What will a run cost? Calls, tokens, money and minutes, before anything is spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from diversity.agent.answers import Proposal
from diversity.agent.criteria import PAPER, Criteria
from diversity.agent.evidence import gathered, messages
from diversity.agent.judges import (
    Judge,
    LLMJudge,
    Shown,
    grouping_slots,
    verification_slots,
)
from diversity.agent.plans import Plan, plan
from diversity.agent.prompting import fenced_json, fenced_samples, filled
from diversity.agent.rounds import Cluster
from diversity.agent.runs import Run
from diversity.agent.settings import Settings
from diversity.analysis import Analysis
from diversity.dataset import Dataset
from diversity.llm import ChatModel, Prices, count_tokens, price_of

N_DRY = 3
DEFINITION_TOKENS = 60
GROUP_TOKENS = 200
VERDICT_TOKENS = 50
GROUPS_A_TEXT = 0.7
WAIT_S = 1.0
TOKENS_A_SECOND = 50.0
ROUND_WITHOUT_MODEL_S = 0.005
NAME_TOKENS = 120
NAMED_AT_ONCE = 8
JUDGED = (
    f"answers of {GROUP_TOKENS} tokens a group, seven groups for ten texts, every round verified "
    f"at {VERDICT_TOKENS} tokens a verdict"
)


@dataclass(frozen=True)
class Estimate:
    """What a run may cost at most, as far as can be said beforehand.

    Parameters
    ----------
    calls : int
        If no round can do without verification and no call must be repeated.
    tokens_in, tokens_out : int
    usd : float or None
        None where the price is unknown.
    minutes : float
    n_rounds : int
        Of all groups together; the run may end earlier, when the intervals are narrow. 0 where
        clusters are named.
    assumptions : tuple of str
        What was measured and what was taken for granted, in words.
    """

    calls: int
    tokens_in: int
    tokens_out: int
    usd: float | None
    minutes: float
    n_rounds: int
    assumptions: tuple[str, ...]


def estimate(
    dataset: Dataset,
    judge: Judge,
    settings: Settings | None = None,
    criteria: Criteria | None = None,
    prices: Prices | None = None,
) -> Estimate:
    """Estimate the cost of `run` from a dry run: the first rounds' prompts are made, not sent.

    Parameters
    ----------
    dataset, judge, settings, criteria
        As for `run_steps`.
    prices : Prices, optional
        Own prices; else those litellm knows for the model.

    Raises
    ------
    TooFewRecordsError, MissingColumnError
    """
    settings = settings or Settings()
    planned = plan(dataset, settings)
    n_rounds = settings.n_rounds * len(planned.groups)
    if not isinstance(judge, LLMJudge):
        return _free(n_rounds)
    name = judge.model.name
    parts = [_judging(name, _first_rounds(planned), n_rounds)]
    if criteria is None:
        parts.append(_proposing(name, planned))
    early = "it may end earlier, when the intervals are as narrow as asked"
    how_many = f"at most {settings.n_rounds:,} rounds in each of {len(planned.groups):,} groups" + (
        f"; {early}" if settings.target_width else ""
    )
    assumed = (how_many, JUDGED)
    return _added(name, parts, prices, settings.concurrency, assumed, n_rounds)


def estimate_again(run: Run, judge: Judge, prices: Prices | None = None) -> Estimate:
    """Estimate the cost of `judge_again` from a run's first rounds.

    Parameters
    ----------
    run, judge
        As for `judge_again_steps`.
    prices : Prices, optional
        Own prices; else those litellm knows for the model.
    """
    n_rounds, concurrency = len(run.rounds), run.settings.concurrency
    if not isinstance(judge, LLMJudge):
        return _free(n_rounds)
    some = run.rounds[:: max(1, n_rounds // N_DRY**2)]
    shown = [Shown(held.rows, tuple(run.texts[row] for row in held.rows)) for held in some]
    parts = [_judging(judge.model.name, shown, n_rounds)]
    how_many = f"the {n_rounds:,} rounds that {run.label} judged"
    assumed = (how_many, JUDGED)
    return _added(judge.model.name, parts, prices, concurrency, assumed, n_rounds)


def estimate_naming(analysis: Analysis, model: ChatModel, prices: Prices | None = None) -> Estimate:
    """Estimate the cost of `name_clusters`: every prompt is made and counted, none is sent.

    Parameters
    ----------
    analysis, model
        As for `name_clusters`.
    prices : Prices, optional
        Own prices; else those litellm knows for the model.
    """
    counts = [
        count_tokens(model.name, messages(analysis, held)) for held in gathered(analysis).values()
    ]
    n = len(counts)
    cost = (float(n), float(sum(counts)), float(n * NAME_TOKENS))
    assumed = (
        "one call a cluster; each name that is given twice costs one more",
        f"answers of {NAME_TOKENS} tokens",
    )
    return _added(model.name, [cost], prices, NAMED_AT_ONCE, assumed)


Cost = tuple[float, float, float]


def _free(n_rounds: int) -> Estimate:
    minutes = n_rounds * ROUND_WITHOUT_MODEL_S / 60
    return Estimate(0, 0, 0, 0.0, minutes, n_rounds, ("no language model is asked",))


def _added(
    name: str,
    parts: Sequence[Cost],
    prices: Prices | None,
    concurrency: int,
    assumed: Sequence[str],
    n_rounds: int = 0,
) -> Estimate:
    """Add parts up to an estimate."""
    calls, tokens_in, tokens_out = (sum(part[i] for part in parts) for i in range(3))
    prices = prices or price_of(name)
    usd = None if prices is None else prices.usd(round(tokens_in), round(tokens_out))
    seconds = calls * WAIT_S + tokens_out / TOKENS_A_SECOND
    return Estimate(
        calls=round(calls),
        tokens_in=round(tokens_in),
        tokens_out=round(tokens_out),
        usd=usd,
        minutes=seconds / concurrency / 60,
        n_rounds=n_rounds,
        assumptions=(*assumed, *_assumptions(concurrency, usd)),
    )


def _first_rounds(planned: Plan) -> list[Shown]:
    """Show the first few rounds of the first few groups."""
    return [
        planned.shown(planned.round_rows(group, number))
        for group in list(planned.groups)[:N_DRY]
        for number in range(min(N_DRY, planned.settings.n_rounds))
    ]


def _judging(name: str, some: Sequence[Shown], n_rounds: int) -> Cost:
    """Cost of all rounds, from some of them."""
    counts, answers = [], []
    for shown in some:
        n_clusters = max(1, round(GROUPS_A_TEXT * len(shown.texts)))
        stand_in = [Cluster((number,), "x " * 20) for number in range(1, n_clusters + 1)]
        asked = filled("group", **grouping_slots(shown, PAPER))
        checked = filled("verify", **verification_slots(shown, stand_in))
        counts.append(count_tokens(name, asked) + count_tokens(name, checked))
        answers.append(n_clusters * (GROUP_TOKENS + VERDICT_TOKENS))
    return 2 * n_rounds, n_rounds * fmean(counts), n_rounds * fmean(answers)


def _proposing(name: str, planned: Plan) -> Cost:
    """Cost of the criteria, with definitions of a usual length in place of what will come."""
    settings = planned.settings
    counts = []
    for number in range(min(N_DRY, settings.n_proposals)):
        shown = planned.shown(planned.proposal_rows(number))
        counts.append(count_tokens(name, filled("propose", **fenced_samples(shown.texts))))
    n, k = settings.n_proposals, settings.n_criteria
    proposed = Proposal(
        metadata={f"name {i}": "word " * DEFINITION_TOKENS for i in range(4 * n)},
        metric={"name": "word"},
    )
    pooling = filled("pool_metadata", k=k, **fenced_json(proposed.metadata, "proposals"))
    chosen = dict(list(proposed.metadata.items())[: 2 * k])
    summing = filled("sentences", **fenced_json(chosen, "criteria"))
    tokens_in = (
        n * sum(counts) / len(counts)
        + 2 * count_tokens(name, pooling)
        + count_tokens(name, summing)
    )
    return n + 3, tokens_in, DEFINITION_TOKENS * (8 * n + 2 * k) + 30 * 2 * k


def _assumptions(concurrency: int, usd: float | None) -> tuple[str, ...]:
    return (
        "prompts made of real records and counted with the tokenizer that litellm has for the "
        "model, which for unknown models is another's and may be off by a quarter",
        f"{concurrency} calls at once, each {WAIT_S:g} s and {TOKENS_A_SECOND:g} tokens a second",
        *(() if usd is not None else ("the price of this model is unknown",)),
    )
