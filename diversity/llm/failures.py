"""Why did a call fail, and is it worth trying again?

litellm's errors have no common base, but nearly all carry the HTTP status, and somewhere down the
chain of causes the server's headers. Their texts may quote the key, so none is shown before every
known secret is taken out of it, and none is chained to what is raised.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from diversity.errors import LLMError, RefusedError, UnauthorizedError, UnavailableError
from diversity.wording import cut, plain

MOST_SHOWN = 300
MIN_SECRET = 6
_TRACE = "Traceback (most recent call last)"
_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)S?$")
_IN_ADDRESS = re.compile(r"//[^/\s@]+@")
_PREFIX = re.compile(r"^.*?Exception - |^(\w+Error: )+")
_LOOKS_SECRET = re.compile(r"\b(sk|pk|gsk|xai|key|AIza)[-_A-Za-z0-9]{12,}|Bearer\s+\S+")


@dataclass(frozen=True)
class Failure:
    """One failed request.

    Parameters
    ----------
    error : LLMError
        What to raise if it is not tried again.
    again : bool
        Whether another try may succeed.
    wait_s : float or None
        What the server asks to wait before.
    oversized : bool
        Whether it failed only because the answer is too large.
    timed_out : bool
        Whether the time limit ended it: the server may have worked, and billed, all the same.
    too_long : bool
        Whether prompt and answer together are more than the model takes.
    invalid : bool
        Whether the request itself was refused, perhaps for the form of answer it asks for.
    of_this : bool
        Whether it may be this request alone that is not accepted, if others are.
    """

    error: LLMError
    again: bool = False
    wait_s: float | None = None
    oversized: bool = False
    timed_out: bool = False
    too_long: bool = False
    invalid: bool = False
    of_this: bool = False


def understand(error: Exception, model: str, secrets: tuple[str, ...] = ()) -> Failure:
    """Sort what litellm raised.

    Parameters
    ----------
    error : Exception
    model : str
        Name of the model, for the message.
    secrets : tuple of str
        Texts that must not be shown, beside the values of variables that are named as keys.
    """
    chain = list(_chain(error))
    names = {type(link).__name__ for link in chain}
    status = _status(error)
    said = _without_secrets(str(error), secrets)
    if "OversizedError" in names:
        return Failure(LLMError(f"{model} sent too much."), oversized=True)
    if names & {"ContentPolicyViolationError", "ContextWindowExceededError"}:
        declined = RefusedError(f"{model} declined the request: {said}")
        return Failure(declined, too_long="ContextWindowExceededError" in names)
    if status in (401, 402, 403, 404) or _out_of_credit(error):
        return Failure(_unauthorized(model, status, said), of_this=status == 403)
    if status in (400, 413, 422) and "UnsupportedParamsError" not in names:
        refused = LLMError(f"{model} does not accept the request: {said}", "Check its settings.")
        return Failure(refused, invalid=True, of_this=True)
    if isinstance(error, TypeError | ValueError) and status is None:
        return Failure(LLMError(f"{model} cannot be called: {said}"))
    hint = "Check the network and the address, then start again: nothing is paid for twice."
    gone = UnavailableError(f"{model} gave no answer: {_kind(error, status)} ({said}).", hint)
    timed_out = "Timeout" in type(error).__name__
    return Failure(gone, again=True, wait_s=_asked_to_wait(chain), timed_out=timed_out)


def _unauthorized(model: str, status: int | None, said: str) -> UnauthorizedError:
    reason, hint = {
        401: ("The key is missing or wrong", "Set the provider's key in the environment."),
        403: ("The key has no right to use it", "Choose another model or another key."),
        404: ("No such model or address", "Check the model's name and the API's address."),
    }.get(status or 0, ("The account has no credit left", "Top it up with the provider."))
    return UnauthorizedError(f"{model} cannot be used. {reason}: {said}", hint)


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _out_of_credit(error: Exception) -> bool:
    return "insufficient_quota" in str(error)


def _kind(error: Exception, status: int | None) -> str:
    if "Timeout" in type(error).__name__:
        return "it took too long"
    if status == 429:
        return "too many requests"
    return f"the server failed ({status})" if status else "the connection failed"


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(20):
        if link is None:
            return
        yield link
        link = link.__cause__ or link.__context__


def _asked_to_wait(chain: list[BaseException]) -> float | None:
    """Read Retry-After, in seconds or as a date."""
    for link in chain:
        holders = getattr(link, "response", None), link
        for headers in (getattr(holder, "headers", None) for holder in holders):
            if isinstance(headers, Mapping) and headers.get("retry-after"):
                return _seconds(str(headers["retry-after"]))
    return None


def _seconds(text: str) -> float | None:
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


def _without_secrets(text: str, secrets: tuple[str, ...]) -> str:
    """Cut a message to what may be shown.

    Examples
    --------
    >>> _without_secrets("wrong key: abcdefgh at http://me:pw@here/", ("abcdefgh",))
    'wrong key: … at http://…@here/'
    """
    kept = [value for name, value in os.environ.items() if _SECRET_NAME.search(name)]
    for secret in sorted((*secrets, *kept), key=len, reverse=True):
        if len(secret) >= MIN_SECRET:
            text = text.replace(secret, "…")
    text = _LOOKS_SECRET.sub("…", _IN_ADDRESS.sub("//…@", text))
    return presentable(_PREFIX.sub("", text.partition(_TRACE)[0].removeprefix("litellm.")))


def presentable(text: str) -> str:
    r"""Cut a foreign text to one line that no terminal takes for an order.

    Examples
    --------
    >>> presentable("no\x1b[31m\n  credit")
    'no [31m credit'
    """
    return cut(" ".join(plain(text).split()), MOST_SHOWN)
