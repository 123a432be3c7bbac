"""How is a conversation rehearsed without a model? With answers written beforehand."""

import threading
from collections.abc import Callable, Iterable, Sequence

from diversity.llm.asking import Reply, ask_until_valid
from diversity.llm.chat import A, Completion, Message
from diversity.usage import Usage

Answer = str | Exception


class Scripted:
    """A `ChatModel` that gives prepared answers, read and checked as a real model's are.

    Parameters
    ----------
    answers : iterable of str or Exception, or callable
        Given one after the other, whoever asks; an exception is raised. A callable gets the
        messages and returns the answer.
    name : str, default="scripted"

    Examples
    --------
    >>> from pydantic import BaseModel
    >>> class Yes(BaseModel):
    ...     yes: bool
    >>> model = Scripted(["no idea", '{"yes": true}'])
    >>> model.complete([{"role": "user", "content": "?"}], Yes).tries
    2
    >>> len(model.asked)
    2
    """

    def __init__(
        self,
        answers: Iterable[Answer] | Callable[[Sequence[Message]], Answer],
        name: str = "scripted",
    ) -> None:
        self.name = name
        self.asked: list[list[Message]] = []
        self._answer = answers if callable(answers) else None
        self._answers = iter(() if callable(answers) else answers)
        self._lock = threading.Lock()

    def complete(
        self, messages: Sequence[Message], answer: type[A], *, key: str = ""
    ) -> Completion[A]:
        """Give the next answer; a list that has come to its end is an IndexError."""
        return ask_until_valid(self._reply, messages, answer, self.name)

    def _reply(self, messages: Sequence[Message]) -> Reply:
        with self._lock:
            self.asked.append(list(messages))
            given = self._answer(messages) if self._answer else next(self._answers, None)
        if given is None:
            raise IndexError("the script has no further answer")
        if isinstance(given, Exception):
            raise given
        return Reply(given, Usage(calls=1))
