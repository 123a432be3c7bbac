"""How is the cluster-agent run? Propose criteria, judge rounds, stop when it is known well enough.

Nothing here is random and nothing depends on which answer comes first: rounds are scored in the
order of their numbers, and whether it is time to stop is asked in that order too. With a ledger
under the judge's model, a run that was cut off is resumed by running it again.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from diversity.agent.crew import in_parallel
from diversity.agent.criteria import Criteria
from diversity.agent.discovery import criteria_steps
from diversity.agent.judges import Judge
from diversity.agent.judging import judged
from diversity.agent.plans import plan
from diversity.agent.round_values import values_of
from diversity.agent.rounds import Round
from diversity.agent.runs import Ending, Run
from diversity.agent.scoring import effective_groups
from diversity.agent.settings import Settings, is_check
from diversity.agent.work import AgentProgress, Work, until_stopped
from diversity.dataset import Dataset
from diversity.errors import LLMError
from diversity.progress import Progress, Steps, finish
from diversity.usage import Usage

MOST_UNAVAILABLE = 10


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
    work = Work(judge, plan(dataset, settings), dataset.fingerprint, criteria)
    if criteria is None:
        yield from criteria_steps(work)
    if work.run.ending == "running":
        yield from _rounds(work)
    return work.run


def _rounds(work: Work) -> Steps[None]:
    """Judge round after round, all groups in step, until there is a reason to stop.

    Calls that are in flight by then are waited for and counted: they are paid for.
    """
    settings, names = work.plan.settings, list(work.plan.groups)
    total = settings.n_rounds * len(names)

    def wanted(place: int) -> tuple[int, str]:
        number, group = divmod(place, len(names))
        return number, names[group]

    tasks = (_judging(work, *wanted(place)) for place in until_stopped(work, total))
    outcomes = in_parallel(tasks, settings.concurrency)
    began_s = time.perf_counter()
    try:
        for place, (held, usage, fatal) in outcomes:
            work.spend(usage)
            if fatal:
                work.stop(fatal)
            elif held is not None and work.run.ending == "running":
                work.done[wanted(place)] = held
                _take_in(work, names)
            n_done = len(work.done)
            elapsed = time.perf_counter() - began_s
            yield AgentProgress("judging rounds", n_done, total, elapsed, work.run)
    finally:
        outcomes.close()
    if work.run.ending == "running":
        work.run = work.run.ended(*(work.stopping or ("rounds", "")))


def _judging(
    work: Work, number: int, group: str
) -> Callable[[], tuple[Round | None, Usage, LLMError | None]]:
    def judge() -> tuple[Round | None, Usage, LLMError | None]:
        assert work.run.criteria is not None
        shown = work.plan.shown(work.plan.round_rows(group, number))
        held, fatal = judged(work.judge, work.run.criteria, shown, number, group)
        return (None if fatal else held), held.usage, fatal

    return judge


def _take_in(work: Work, names: list[str]) -> None:
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


def _longer(work: Work, new: list[Round]) -> Run:
    rows = {row for held in new for row in held.rows} - work.run.texts.keys()
    return replace(
        work.run,
        rounds=(*work.run.rounds, *new),
        texts={**work.run.texts, **{row: work.plan.shown_text(row) for row in sorted(rows)}},
        n_cut=work.run.n_cut + sum(work.plan.is_cut(row) for row in rows),
    )


def _ending(work: Work, rounds: list[Round], n_complete: int) -> tuple[Ending, str] | None:
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
