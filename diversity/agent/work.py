"""What does a run in the making know, and which failures end it?"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from diversity.agent.criteria import Criteria
from diversity.agent.judges import Judge
from diversity.agent.plans import Plan
from diversity.agent.prompting import versions
from diversity.agent.rounds import Round
from diversity.agent.runs import Ending, Run
from diversity.errors import (
    AnswerError,
    CapReachedError,
    LLMError,
    RefusedError,
    UnauthorizedError,
    UnavailableError,
)
from diversity.progress import Progress
from diversity.usage import Usage

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


@dataclass(eq=False)
class Work:
    """A run in the making.

    Parameters
    ----------
    judge : Judge
    plan : Plan
    dataset : str
        Fingerprint of the dataset.
    criteria : Criteria or None
        Given ones.
    run : Run
        What there is by now.
    done : dict of (int, str) to Round
        Rounds that are done, by number and group; some may be ahead of those in `run`.
    stopping : (str, str) or None
        Why no further call may begin.
    """

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
        """Add what a call cost."""
        self.run = replace(self.run, usage=self.run.usage + usage)

    def stop(self, error: LLMError) -> None:
        """Take note that no later call can succeed; the first such error is the reason."""
        self.stopping = self.stopping or ending_of(error)

    def progress(self, stage: str, done: int, total: int) -> AgentProgress:
        """Report how far the run has come."""
        elapsed = time.perf_counter() - self.began_s
        return AgentProgress(stage, done, total, elapsed, self.run)


def until_stopped(work: Work, total: int) -> Iterator[int]:
    """Count up to a total, or until there is a reason to begin nothing further."""
    for number in range(total):
        if work.stopping or work.run.ending != "running":
            return
        yield number


def ending_of(error: LLMError) -> tuple[Ending, str]:
    """Name the ending that an error is after which no call can succeed, and say why."""
    if isinstance(error, CapReachedError):
        return "cap", str(error)
    return "unauthorized" if isinstance(error, UnauthorizedError) else "not_accepted", str(error)


def kind_of(error: LLMError) -> str | None:
    """Name the violation that an error is; None for an error after which no call can succeed."""
    if isinstance(error, UnauthorizedError | CapReachedError):
        return None
    return next((kind for form, kind in _KINDS.items() if isinstance(error, form)), None)
