"""What does a judge make of one round? Groups, verdicts on them, and what went wrong, counted."""

from diversity.agent.criteria import Criteria
from diversity.agent.judges import Judge, Shown
from diversity.agent.rounds import Round, answered, failed, verified, with_form
from diversity.agent.work import kind_of
from diversity.errors import AnswerError, LLMError

MOST_UNREAD = 2_000


def judged(
    judge: Judge, criteria: Criteria, shown: Shown, number: int, group: str
) -> tuple[Round, LLMError | None]:
    """Let a judge group and verify the texts of one round.

    Parameters
    ----------
    judge : Judge
    criteria : Criteria
    shown : Shown
    number : int
        Of the round, from 0, within its group.
    group : str
        Group of records the texts are of.

    Returns
    -------
    (Round, LLMError or None)
        The error is one after which no call can succeed; then the round tells only what was spent.
    """
    held = Round(number, group, shown.rows)
    try:
        grouped = judge.group(shown, criteria, number)
        held = answered(number, group, shown.rows, grouped.answer, grouped.usage)
        held = with_form(held, grouped.form)
        if held.failed or not held.needs_verdicts:
            return held, None
        verdicts = judge.verify(shown, held.clusters, number)
        if verdicts is None:
            return held, None
        return with_form(verified(held, verdicts.answer, verdicts.usage), verdicts.form), None
    except LLMError as error:
        kind = kind_of(error)
        held = failed(held, kind or "unavailable", _message(error), error.usage)
        return held, error if kind is None else None


def _message(error: LLMError) -> str:
    """Say what went wrong, with the answer that could not be read."""
    unread = error.texts[-1][:MOST_UNREAD] if isinstance(error, AnswerError) and error.texts else ""
    return f"{error} It answered: {unread}" if unread else str(error)
