"""What if an answer cannot be read? Say what is wrong and ask again, twice at most."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diversity.errors import AnswerError, LLMError, RefusedError
from diversity.llm.chat import A, Completion, Message
from diversity.llm.failures import presentable
from diversity.llm.parsing import MalformedError, parse
from diversity.usage import Usage

MOST_TRIES = 3
MOST_SENT_BACK = 4_000
_DECLINES = re.compile(
    r"^\W*(i['’]?m sorry|i am sorry|sorry|i apologi[sz]e|i (can(no|['’]?)t|won['’]?t|am unable)|"
    r"i['’]?m (unable|not able)|as an ai)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reply:
    """One raw answer.

    Parameters
    ----------
    text : str
    usage : Usage
    finish : str
        Why the model stopped: ``stop``, ``length`` (cut off), ``refused``, ``oversized``.
    """

    text: str
    usage: Usage
    finish: str = "stop"


Ask = Callable[[Sequence[Message]], Reply]


def ask_until_valid(
    ask: Ask, messages: Sequence[Message], answer: type[A], name: str
) -> Completion[A]:
    """Ask until the answer is valid, each time telling the model what was wrong with the last.

    Parameters
    ----------
    ask : callable
        Sends a conversation and returns the `Reply`.
    messages : sequence of Message
    answer : type of pydantic model
    name : str
        Of the model, for messages.

    Raises
    ------
    RefusedError
        If the model declined.
    AnswerError
        If no answer was valid.
    LLMError
        Whatever `ask` raises, with the usage of the tries before it added.
    """
    talk, texts, spent = list(messages), [], Usage()
    complaint = ""
    for tries in range(1, MOST_TRIES + 1):
        reply = _asked(ask, talk, spent)
        spent += reply.usage
        texts.append(reply.text)
        _refuse(reply, name, spent)
        try:
            valid, mended = parse(reply.text, answer)
        except MalformedError as error:
            complaint = _with_reason(str(error), reply)
            talk = [*messages, *_told(reply.text, complaint)]
            continue
        cached = spent.calls == 0
        return Completion(valid, reply.text, spent, tries, cached, mended)
    if all(_DECLINES.match(text) for text in texts):
        raise RefusedError(f"{name} declined to answer: {presentable(texts[-1])}", usage=spent)
    raise AnswerError(
        f"{name} gave no valid answer in {MOST_TRIES} tries: {presentable(complaint)}",
        "A larger model, or one with structured output, keeps to the form.",
        spent,
        tuple(texts),
    )


def _asked(ask: Ask, talk: Sequence[Message], spent: Usage) -> Reply:
    try:
        return ask(talk)
    except LLMError as error:
        error.usage = spent + error.usage
        raise


def _refuse(reply: Reply, name: str, spent: Usage) -> None:
    if reply.finish == "refused":
        raise RefusedError(f"{name} declined to answer: {presentable(reply.text)}", usage=spent)
    if reply.finish == "oversized":
        raise AnswerError(f"{name} sent more than can be an answer.", "", spent, (reply.text,))


def _with_reason(complaint: str, reply: Reply) -> str:
    if reply.finish != "length":
        return complaint
    return f"{complaint} The answer was cut off because it is too long: be shorter."


def _told(text: str, complaint: str) -> list[Message]:
    return [
        {"role": "assistant", "content": text[:MOST_SENT_BACK] or "(nothing)"},
        {
            "role": "user",
            "content": f"That answer cannot be used. {complaint}\n"
            "Answer again, whole and with nothing but the JSON asked for.",
        },
    ]
