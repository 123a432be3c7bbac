"""How is the cluster-agent run? Propose criteria, judge rounds, stop when it is known well enough.

Nothing here is random and nothing depends on which answer comes first: rounds are scored in the
order of their numbers, and whether it is time to stop is asked in that order too. With a ledger
under the judge's model, a run that was cut off is resumed by running it again.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from diversity.agent.answers import Proposal
from diversity.agent.crew import in_parallel
from diversity.agent.criteria import Criteria
from diversity.agent.judges import Judge
from diversity.agent.plans import Plan, plan
from diversity.agent.prompting import versions
from diversity.agent.rounds import Round, answered, failed, verified, with_form
from diversity.agent.runs import Ending, Proposed, Run
from diversity.agent.scoring import effective_groups, values_of
from diversity.agent.settings import Settings, is_check
from diversity.dataset import Dataset
from diversity.errors import (
    AnswerError,
    CapReachedError,
    LLMError,
    RefusedError,
    UnauthorizedError,
    UnavailableError,
)
from diversity.progress import Progress, Steps, finish
from diversity.usage import Usage

MOST_UNAVAILABLE = 10
MOST_UNREAD = 2_000
_KINDS = {AnswerError: "malformed", RefusedError: "refused", UnavailableError: "unavailable"}


@dataclass(frozen=True)
class AgentProgress(Progress):
    """Progress that carries the run so far.

    Parameters
    ----------
    run : Run
        All rounds that are done up to the first that is not; its scores are computed when they
        are asked for.
    """

    run: Run


def run(
    dataset: Dataset,
    judge: Judge,
    settings: Settings | None = None,
    criteria: Criteria | None = None,
    report: Callable[[Progress], object] | None = None,
) -> Run:
    """Run the cluster-agent and wait for the result; see `run_steps`."""
    return finish(run_steps(dataset, judge, settings, criteria), report)


def run_steps(
    dataset: Dataset,
    judge: Judge,
    settings: Settings | None = None,
    criteria: Criteria | None = None,
) -> Steps[Run]:
    """Run the cluster-agent, reporting progress.

    Parameters
    ----------
    dataset : Dataset
    judge : Judge
    settings : Settings, optional
    criteria : Criteria, optional
        Given ones; proposed and pooled by the judge where left out.

    Yields
    ------
    AgentProgress

    Returns
    -------
    Run
        Also when a limit is reached, the judge lets nobody in or does not answer: what there is
        by then, with the reason as its `ending`.

    Raises
    ------
    TooFewRecordsError, MissingColumnError

    Notes
    -----
    M + 3 + at most 2 calls a round and group; no verification where all groups are single texts.
    To stop, close the generator: no further call begins, and the last progress has the run.
    """
    settings = settings or Settings()
    work = _Work(judge, plan(dataset, settings), dataset.fingerprint, criteria)
    if criteria is None:
        yield from _criteria(work)
    if work.run.ending == "running":
        yield from _rounds(work)
    return work.run


@dataclass(eq=False)
class _Work:
    """A run in the making."""

    judge: Judge
    plan: Plan
    dataset: str
    criteria: Criteria | None
    run: Run = field(init=False)
    done: dict[tuple[int, str], Round] = field(default_factory=dict)
    stopping: tuple[Ending, str] | None = None
    began_s: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.run = Run(
            judge=self.judge.name,
            is_llm=self.judge.is_llm,
            settings=self.plan.settings,
            dataset=self.dataset,
            groups={name: len(rows) for name, rows in self.plan.groups.items()},
            skipped=self.plan.skipped,
            criteria=self.criteria,
            prompts=versions() if self.judge.is_llm else {},
        )

    def spend(self, usage: Usage) -> None:
        self.run = replace(self.run, usage=self.run.usage + usage)

    def stop(self, error: LLMError) -> None:
        """Take note that no later call can succeed; the first such error is the reason."""
        kind: Ending = "cap" if isinstance(error, CapReachedError) else "unauthorized"
        self.stopping = self.stopping or (kind, str(error))

    def progress(self, stage: str, done: int, total: int) -> AgentProgress:
        elapsed = time.perf_counter() - self.began_s
        return AgentProgress(stage, done, total, elapsed, self.run)


def _criteria(work: _Work) -> Steps[None]:
    """Propose and pool; the run ends here where that fails."""
    total = work.plan.settings.n_proposals
    proposals: dict[int, tuple[Proposed, Proposal | None]] = {}
    tasks = (_proposing(work, number) for number in _until_stopped(work, total))
    for number, (proposed, proposal, usage, fatal) in in_parallel(
        tasks, work.plan.settings.concurrency
    ):
        work.spend(usage)
        if fatal:
            work.stop(fatal)
        proposals[number] = proposed, proposal
        yield work.progress("proposing criteria", len(proposals), total)
    ordered = [proposals[number] for number in sorted(proposals)]
    work.run = replace(work.run, proposals=tuple(proposed for proposed, _ in ordered))
    if work.stopping:
        work.run = work.run.ended(*work.stopping)
        return
    usable = [proposal for _, proposal in ordered if proposal is not None]
    yield work.progress("pooling criteria", 0, 1)
    _pool(work, usable)


def _pool(work: _Work, usable: list[Proposal]) -> None:
    if not usable:
        why = work.run.proposals[-1].message
        work.run = work.run.ended("criteria", f"none of the proposals can be used: {why}")
        return
    try:
        pooled = work.judge.pool(usable, work.plan.settings.n_criteria)
    except LLMError as error:
        work.spend(error.usage)
        kind = _kind(error)
        if kind is None:
            work.stop(error)
        work.run = work.run.ended(*(work.stopping or ("criteria", str(error))))
        return
    work.spend(pooled.usage)
    work.run = replace(work.run, criteria=pooled.answer)


_ProposalOutcome = tuple[Proposed, Proposal | None, Usage, LLMError | None]


def _proposing(work: _Work, number: int) -> Callable[[], _ProposalOutcome]:
    def propose() -> _ProposalOutcome:
        shown = work.plan.shown(work.plan.proposal_rows(number))
        try:
            reply = work.judge.propose(shown, number)
        except LLMError as error:
            fatal = error if _kind(error) is None else None
            return Proposed(shown.rows, message=str(error)), None, error.usage, fatal
        proposal = reply.answer
        return Proposed(shown.rows, proposal.metadata, proposal.metric), proposal, reply.usage, None

    return propose


def _rounds(work: _Work) -> Steps[None]:
    """Judge round after round, all groups in step, until there is a reason to stop.

    Calls that are in flight by then are waited for and counted: they are paid for.
    """
    settings, names = work.plan.settings, list(work.plan.groups)
    total = settings.n_rounds * len(names)
    wanted = [(number, name) for number in range(settings.n_rounds) for name in names]
    tasks = (_judging(work, *wanted[place]) for place in _until_stopped(work, total))
    outcomes = in_parallel(tasks, settings.concurrency)
    began_s = time.perf_counter()
    try:
        for place, (held, usage, fatal) in outcomes:
            work.spend(usage)
            if fatal:
                work.stop(fatal)
            elif held is not None and work.run.ending == "running":
                work.done[wanted[place]] = held
                _take_in(work, names)
            n_done = len(work.done)
            elapsed = time.perf_counter() - began_s
            yield AgentProgress("judging rounds", n_done, total, elapsed, work.run)
    finally:
        outcomes.close()
    if work.run.ending == "running":
        work.run = work.run.ended(*(work.stopping or ("rounds", "")))


def _judging(
    work: _Work, number: int, group: str
) -> Callable[[], tuple[Round | None, Usage, LLMError | None]]:
    def judge() -> tuple[Round | None, Usage, LLMError | None]:
        held, fatal = _judge(work, number, group)
        return (None if fatal else held), held.usage, fatal

    return judge


def _judge(work: _Work, number: int, group: str) -> tuple[Round, LLMError | None]:
    """Group and verify the texts of one round; the error is one that ends the run."""
    shown = work.plan.shown(work.plan.round_rows(group, number))
    held = Round(number, group, shown.rows)
    try:
        assert work.run.criteria is not None
        grouped = work.judge.group(shown, work.run.criteria, number)
        held = answered(number, group, shown.rows, grouped.answer, grouped.usage)
        held = with_form(held, grouped.form)
        if held.failed or not held.needs_verdicts:
            return held, None
        verdicts = work.judge.verify(shown, held.clusters, number)
        return with_form(verified(held, verdicts.answer, verdicts.usage), verdicts.form), None
    except LLMError as error:
        kind = _kind(error)
        held = failed(held, kind or "unavailable", _message(error), error.usage)
        return held, error if kind is None else None


def _message(error: LLMError) -> str:
    """Say what went wrong, with the answer that could not be read."""
    unread = error.texts[-1][:MOST_UNREAD] if isinstance(error, AnswerError) and error.texts else ""
    return f"{error} It answered: {unread}" if unread else str(error)


def _take_in(work: _Work, names: list[str]) -> None:
    """Move rounds that are done in every group into the run, and see whether it may end."""
    n_complete = len(work.run.rounds) // len(names)
    new: list[Round] = []
    ending: tuple[Ending, str] | None = None
    while not ending and all((n_complete, name) in work.done for name in names):
        new += [work.done[n_complete, name] for name in names]
        n_complete += 1
        ending = _ending(work, [*work.run.rounds, *new], n_complete)
    if new:
        work.run = _longer(work, new)
    if ending:
        work.run = work.run.ended(*ending)


def _longer(work: _Work, new: list[Round]) -> Run:
    rows = {row for held in new for row in held.rows} - work.run.texts.keys()
    return replace(
        work.run,
        rounds=(*work.run.rounds, *new),
        texts={**work.run.texts, **{row: work.plan.shown_text(row) for row in sorted(rows)}},
        n_cut=work.run.n_cut + sum(work.plan.is_cut(row) for row in rows),
    )


def _ending(work: _Work, rounds: list[Round], n_complete: int) -> tuple[Ending, str] | None:
    last = rounds[-MOST_UNAVAILABLE:]
    if len(last) == MOST_UNAVAILABLE and all("unavailable" in held.violations for held in last):
        return "unavailable", last[-1].message
    target = work.plan.settings.target_width
    if target is None or not is_check(n_complete):
        return None
    for name in work.plan.groups:
        values = values_of([held for held in rounds if held.group == name])
        if effective_groups(values).relative_width > target:
            return None
    return "width", ""


def _until_stopped(work: _Work, total: int) -> Iterator[int]:
    for number in range(total):
        if work.stopping or work.run.ending != "running":
            return
        yield number


def _kind(error: LLMError) -> str | None:
    """Name the violation that an error is; None for an error after which no call can succeed."""
    if isinstance(error, UnauthorizedError | CapReachedError):
        return None
    return next((kind for form, kind in _KINDS.items() if isinstance(error, form)), None)
