"""Where do the criteria come from? Proposed from a few texts at a time, then pooled."""

from collections.abc import Callable
from dataclasses import replace

from diversity.agent.answers import Proposal
from diversity.agent.crew import in_parallel
from diversity.agent.runs import Proposed
from diversity.agent.work import Work, kind_of, until_stopped
from diversity.errors import LLMError
from diversity.progress import Steps
from diversity.usage import Usage


def criteria_steps(work: Work) -> Steps[None]:
    """Propose and pool; the run ends here where that fails."""
    total = work.plan.settings.n_proposals
    proposals: dict[int, tuple[Proposed, Proposal | None]] = {}
    tasks = (_proposing(work, number) for number in until_stopped(work, total))
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


def _pool(work: Work, usable: list[Proposal]) -> None:
    if not usable:
        why = work.run.proposals[-1].message
        work.run = work.run.ended("criteria", f"none of the proposals can be used: {why}")
        return
    try:
        pooled = work.judge.pool(usable, work.plan.settings.n_criteria)
    except LLMError as error:
        work.spend(error.usage)
        kind = kind_of(error)
        if kind is None:
            work.stop(error)
        work.run = work.run.ended(*(work.stopping or ("criteria", str(error))))
        return
    work.spend(pooled.usage)
    work.run = replace(work.run, criteria=pooled.answer)


_ProposalOutcome = tuple[Proposed, Proposal | None, Usage, LLMError | None]


def _proposing(work: Work, number: int) -> Callable[[], _ProposalOutcome]:
    def propose() -> _ProposalOutcome:
        shown = work.plan.shown(work.plan.proposal_rows(number))
        try:
            reply = work.judge.propose(shown, number)
        except LLMError as error:
            fatal = error if kind_of(error) is None else None
            return Proposed(shown.rows, message=str(error)), None, error.usage, fatal
        proposal = reply.answer
        return Proposed(shown.rows, proposal.metadata, proposal.metric), proposal, reply.usage, None

    return propose
