"""How do coordinates reach the browser? Once, by plain HTTP, under a name nobody can guess.

A route of `st.App` has no session and no login, so nothing but positions and category numbers is
ever served here: no text, no name, no number of a dataset.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from diversity.arrays import Float32, frozen
from diversity.fingerprint import fingerprint

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MAX_BYTES = 512 * 2**20
Categories: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Encoding": "identity",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Points:
    """A map's points as the browser knows them; made by `publish`.

    Parameters
    ----------
    coordinates : ndarray of shape (n_records, 2), float32, read-only
        Where each record lies.
    colors : ndarray of shape (n_records,), uint8 or uint16, read-only
        Row of the legend each record belongs to.
    coordinates_token, colors_token : str
        The names under which the two arrays can be fetched.
    """

    coordinates: Float32
    colors: Categories
    coordinates_token: str
    colors_token: str

    def __len__(self) -> int:
        return len(self.coordinates)


class _Shelf:
    """Bytes by unguessable token, least recently used out first; a token's name is never reused."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._tokens: dict[str, str] = {}
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def put(self, content: bytes) -> str:
        name = fingerprint(content)
        with self._lock:
            token = self._tokens.setdefault(name, secrets.token_urlsafe(24))
            self._store(token, content)
        return token

    def get(self, token: str) -> bytes | None:
        with self._lock:
            content = self._contents.get(token)
            if content is not None:
                self._contents.move_to_end(token)
            return content

    def restore(self, token: str, make: Callable[[], bytes]) -> None:
        if self.get(token) is None:
            content = make()
            with self._lock:
                self._store(token, content)

    def _store(self, token: str, content: bytes) -> None:
        self._contents[token] = content
        self._contents.move_to_end(token)
        held = sum(map(len, self._contents.values()))
        while held > self._max_bytes and len(self._contents) > 1:
            held -= len(self._contents.popitem(last=False)[1])


_SHELF = _Shelf(MAX_BYTES)


def publish(coordinates: Float32, colors: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> Points:
    """Let the browser fetch a map's points.

    Parameters
    ----------
    coordinates : ndarray of shape (n_records, 2), float32
        Finite positions.
    colors : ndarray of shape (n_records,), uint8 or uint16
        Row of the legend each record belongs to.

    Returns
    -------
    Points
        The same arrays, named. Equal arrays get equal names for as long as this process lives and
        remembers them, so a recoloured map sends its coordinates only once.

    Raises
    ------
    ValueError
        If shapes, types or numbers are not as above.

    Notes
    -----
    Hashing costs about 15 ms per million records; keep the result in a cache.
    """
    if coordinates.ndim != 2 or coordinates.shape[1] != 2 or coordinates.dtype != np.float32:
        raise ValueError(
            f"coordinates must be float32 of shape (n_records, 2), "
            f"got {coordinates.dtype} of shape {coordinates.shape}"
        )
    if colors.shape != (len(coordinates),) or colors.dtype not in (np.uint8, np.uint16):
        raise ValueError(
            f"colors must be uint8 or uint16 of shape ({len(coordinates)},), "
            f"got {colors.dtype} of shape {colors.shape}"
        )
    if not np.isfinite(coordinates).all():
        raise ValueError("coordinates must be finite")
    return Points(
        frozen(coordinates.copy()),
        frozen(colors.copy()),
        _SHELF.put(coordinates.T.tobytes()),
        _SHELF.put(colors.tobytes()),
    )


def keep(points: Points) -> None:
    """Make sure that points published earlier can still be fetched under their names."""
    _SHELF.restore(points.coordinates_token, lambda: points.coordinates.T.tobytes())
    _SHELF.restore(points.colors_token, lambda: points.colors.tobytes())


def url(token: str) -> str:
    """Where the browser finds what was published under a token."""
    return f"{base()}/points/{token}.bin"


def routes() -> "list[Route]":
    """Return the HTTP routes for ``st.App(routes=...)``: raw little-endian bytes by token.

    Coordinates come as float32 x[n_records], then y[n_records]; categories as uint8 or uint16.
    An unknown token is answered with 404.
    """
    from starlette.routing import Route

    return [Route(f"{base()}/points/{{token}}.bin", _serve, methods=["GET"])]


async def _serve(request: "Request") -> "Response":
    from starlette.responses import Response

    content = _SHELF.get(request.path_params["token"])
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type="application/octet-stream", headers=HEADERS)


def base() -> str:
    """Return what stands before every path of this server."""
    import streamlit as st

    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{prefix}" if prefix else ""
