"""What goes over the wire, and what comes back? One request, one reply or one failure."""

from dataclasses import dataclass, field
from typing import Any

from diversity.llm.asking import Reply
from diversity.llm.bounds import bounded
from diversity.llm.chat import Message
from diversity.llm.failures import Failure, understand
from diversity.llm.library import litellm, missing_keys
from diversity.llm.prices import count_tokens
from diversity.usage import Usage

REFUSED = ("content_filter", "refusal")
NO_KEY = "no-key-needed"
OLLAMA_WINDOW = 16_384  # its own default is so small that it cuts prompts without a word
Tokens = tuple[int, int]


@dataclass(frozen=True)
class Request:
    """What all requests of one model have in common.

    Parameters
    ----------
    model : str
    api_base, api_key : str or None
    temperature : float
    max_tokens : int or None
        None leaves the limit to the server.
    timeout_s : float
    """

    model: str
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    temperature: float = 0.0
    max_tokens: int | None = None
    timeout_s: float = 120.0


def send(
    request: Request, messages: list[Message], held: dict[str, Any] | None
) -> tuple[Reply | Failure, Tokens | None]:
    """Send one request.

    Parameters
    ----------
    request : Request
    messages : list of Message
    held : dict or None
        The form that the provider shall hold the model to, see `response_format`.

    Returns
    -------
    outcome : Reply or Failure
        An answer that is too large to be one is a reply too: it was paid for.
    tokens : (int, int) or None
        In and out; None where there was no answer to count. Of an answer that is too large, as
        many as the limit allows: it was not read to where the server says how many.
    """
    try:
        with bounded():
            answer = litellm().completion(**_arguments(request, messages, held))
        return _read(answer, messages, request.model)
    except Exception as error:
        # litellm's errors have no common base of their own; `understand` tells them apart
        failure = understand(error, request.model, (request.api_key or "",))
    if failure.oversized:
        most = count_tokens(request.model, messages), request.max_tokens or 0
        return Reply("", Usage(), "oversized"), most
    return failure, None


def _arguments(
    request: Request, messages: list[Message], held: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "model": request.model,
        "messages": messages,
        "api_base": request.api_base,
        "api_key": request.api_key or _stand_in_key(request),
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "timeout": request.timeout_s,
        "max_retries": 0,
        "num_retries": 0,
        "drop_params": True,
        **({"response_format": held} if held else {}),
        **({"num_ctx": OLLAMA_WINDOW} if request.model.startswith("ollama") else {}),
    }


def _stand_in_key(request: Request) -> str | None:
    """Invent a key for a server of one's own: it needs none, but the protocol wants one."""
    if request.api_base is None or not missing_keys(request.model):
        return None
    return NO_KEY


def _read(answer: Any, messages: list[Message], model: str) -> tuple[Reply, Tokens]:  # noqa: ANN401
    choice = answer.choices[0]
    refusal = _refusal(choice)
    text = speakable(refusal or choice.message.content or "")
    finish = "refused" if refusal or choice.finish_reason in REFUSED else choice.finish_reason
    text = text or ("(content filter)" if finish == "refused" else "")
    return Reply(text, Usage(), str(finish or "stop")), _tokens(answer, text, messages, model)


def _refusal(choice: Any) -> str | None:  # noqa: ANN401  (litellm has no types)
    extra = getattr(choice.message, "provider_specific_fields", None) or {}
    refusal = getattr(choice.message, "refusal", None) or extra.get("refusal")
    return str(refusal) if refusal else None


def _tokens(answer: Any, text: str, messages: list[Message], model: str) -> Tokens:  # noqa: ANN401
    """Read what the server counted, or count where it did not."""
    usage = getattr(answer, "usage", None)
    counted = getattr(usage, "prompt_tokens", 0) or 0, getattr(usage, "completion_tokens", 0) or 0
    if any(counted):
        return counted
    written = [Message(role="assistant", content=text)]
    return count_tokens(model, messages), count_tokens(model, written)


def speakable(text: str) -> str:
    """Replace lone surrogates, which neither a protocol nor a database can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
