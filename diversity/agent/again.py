"""What would another judge say of the very same texts? A run's rounds, shown to another judge.

Two runs with equal settings share their rounds already. A run that was drawn otherwise, such as
the recorded one of the sample, or one that stopped early, is judged again from what it kept: its
texts as they were shown. `diversity.agent.agree` then has pairs that both judges saw.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from diversity.agent.crew import in_parallel
from diversity.agent.criteria import Criteria
from diversity.agent.judges import Judge, Shown
from diversity.agent.judging import judged
from diversity.agent.prompting import versions
from diversity.agent.rounds import Round
from diversity.agent.runs import Run
from diversity.agent.work import AgentProgress, ending_of
from diversity.errors import AgentError, LLMError
from diversity.progress import Progress, Steps, finish
from diversity.usage import Usage


def judge_again(
    run: Run,
    judge: Judge,
    criteria: Criteria | None = None,
    *,
    concurrency: int = 16,
    report: Callable[[Progress], object] | None = None,
) -> Run:
    """Show a run's rounds to another judge and wait; see `judge_again_steps`.

    Examples
    --------
    >>> from diversity import agent, samples
    >>> recorded = agent.recorded_run()
    >>> other = agent.judge_again(recorded, agent.EmbeddingJudge(samples.vectors()))
    >>> agent.agree(recorded, other).n_rounds
    48
    """
    return finish(judge_again_steps(run, judge, criteria, concurrency=concurrency), report)


def judge_again_steps(
    run: Run, judge: Judge, criteria: Criteria | None = None, *, concurrency: int = 16
) -> Steps[Run]:
    """Show a run's rounds to another judge, reporting progress.

    Parameters
    ----------
    run : Run
        Whose rounds are judged again: the same texts, in the same order, as they were shown.
    judge : Judge
        A judge that looks rows up, such as `EmbeddingJudge`, must hold the same dataset.
    criteria : Criteria, optional
        Given ones; by default those of the run. A judge that is no language model has its own.
    concurrency : int, default=16
        Rounds in flight at most. It changes no result.

    Yields
    ------
    AgentProgress

    Returns
    -------
    Run
        With the numbers and groups of the first; rounds without an answer of the first are judged
        too. Where the judge lets nobody in, or a limit is reached, what there is by then.

    Raises
    ------
    AgentError
        If a language model is to judge and there are no criteria that one could judge by.

    Notes
    -----
    At most two calls a round.
    """
    by = _criteria(run, judge, criteria)
    found = _begun(run, judge, by, concurrency)
    done: dict[int, Round] = {}
    fatal: list[LLMError] = []

    def tasks() -> Iterator[Callable[[], tuple[Round, LLMError | None]]]:
        for held in run.rounds:
            if fatal:
                return
            yield _judging(run, judge, by, held)

    began_s = time.perf_counter()
    for place, (held, error) in in_parallel(tasks(), concurrency):
        fatal += [error] if error else []
        if not error:
            done[place] = held
        rounds = tuple(done[number] for number in sorted(done))
        found = replace(found, rounds=rounds, usage=found.usage + held.usage)
        elapsed = time.perf_counter() - began_s
        yield AgentProgress("judging rounds", len(done), len(run.rounds), elapsed, found)
    return found.ended(*(ending_of(fatal[0]) if fatal else ("rounds", "")))


def _criteria(run: Run, judge: Judge, criteria: Criteria | None) -> Criteria:
    if not judge.is_llm:
        return judge.pool((), 0).answer
    given = criteria or (run.criteria if run.is_llm else None)
    if given is None:
        raise AgentError(
            f"{run.label} judged by no criteria that a language model could judge by.",
            "Give the criteria.",
        )
    return given


def _begun(run: Run, judge: Judge, criteria: Criteria, concurrency: int) -> Run:
    return replace(
        run,
        judge=judge.name,
        is_llm=judge.is_llm,
        settings=replace(run.settings, concurrency=concurrency),
        criteria=criteria,
        proposals=(),
        rounds=(),
        usage=Usage(),
        prompts=versions() if judge.is_llm else {},
        ending="running",
        message="",
    )


def _judging(
    run: Run, judge: Judge, criteria: Criteria, held: Round
) -> Callable[[], tuple[Round, LLMError | None]]:
    shown = Shown(held.rows, tuple(run.texts[row] for row in held.rows))
    return lambda: judged(judge, criteria, shown, held.number, held.group)
