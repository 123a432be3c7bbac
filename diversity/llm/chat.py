"""What is asked of a language model, and what comes back?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypedDict, TypeVar

from pydantic import BaseModel

from diversity.usage import Usage

A = TypeVar("A", bound=BaseModel)


class Message(TypedDict):
    """One turn of a conversation: a ``role`` (system, user, assistant) and its ``content``."""

    role: str
    content: str


@dataclass(frozen=True)
class Completion(Generic[A]):
    """An answer that was read and found valid.

    Parameters
    ----------
    answer : pydantic model
        What was asked for.
    text : str
        The answer as the model wrote it.
    usage : Usage
        What this answer cost, its failed tries among it.
    tries : int
        Answers that were read until one was valid, at least 1.
    cached : bool
        Whether every answer came from the ledger.
    mended : tuple of str
        What had to be overlooked to read it, such as ``"text around the JSON"``. Only the form:
        nothing of the content is ever changed.
    """

    answer: A
    text: str
    usage: Usage
    tries: int = 1
    cached: bool = False
    mended: tuple[str, ...] = ()


class ChatModel(Protocol):
    """A language model that answers in a given form. Blocking; may be called from any thread."""

    @property
    def name(self) -> str:
        """What it is called, such as ``openai/gpt-4o-mini``."""

    def complete(
        self, messages: Sequence[Message], answer: type[A], *, key: str = ""
    ) -> Completion[A]:
        """Ask, and ask again until the answer has the form of `answer`.

        Parameters
        ----------
        messages : sequence of Message
        answer : type of pydantic model
            Form of the answer.
        key : str
            Tells equal prompts apart in the ledger, and the prompt's version.

        Raises
        ------
        AnswerError, RefusedError, UnavailableError
            This call failed; another may succeed.
        UnauthorizedError, CapReachedError, LLMError
            No later call can succeed.
        """
