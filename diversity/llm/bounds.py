"""How long and how large may an answer be? Bounded on the way in, whatever the server does.

A time limit of httpx starts again with every byte, so a server that drips never times out, and
nothing limits the size. Here the time limit holds for the whole answer, and a body that is too
large is not read on.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx

MAX_BYTES = 2_000_000
_BOUNDED: ContextVar[bool] = ContextVar("bounded", default=False)


class OversizedError(httpx.StreamError):
    """The body is larger than any answer can be."""


@contextmanager
def bounded() -> Iterator[None]:
    """Hold the bounds for the requests made inside; others of this process are left alone."""
    token = _BOUNDED.set(True)
    try:
        yield
    finally:
        _BOUNDED.reset(token)


def hooks() -> dict[str, list[Callable[..., None]]]:
    """Return the event hooks that hold the bounds for an `httpx.Client`."""
    return {"request": [_begin], "response": [_bound]}


def _begin(request: httpx.Request) -> None:
    if not _BOUNDED.get():
        return
    request.headers["accept-encoding"] = "identity"
    request.extensions["began_s"] = time.monotonic()


def _bound(response: httpx.Response) -> None:
    if "began_s" not in response.request.extensions:
        return
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = _BoundedStream(response.stream, response.request)


class _BoundedStream(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, request: httpx.Request) -> None:
        limit_s = request.extensions.get("timeout", {}).get("read")
        self._stream, self._request = stream, request
        self._ends = None if limit_s is None else request.extensions["began_s"] + limit_s

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if size > MAX_BYTES:
                raise OversizedError(f"more than {MAX_BYTES:,} bytes")
            if self._ends is not None and time.monotonic() > self._ends:
                raise httpx.ReadTimeout("the whole answer took too long", request=self._request)
            yield part

    def close(self) -> None:
        self._stream.close()
