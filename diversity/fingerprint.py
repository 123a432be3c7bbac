"""By what name does a result go? A hash of what it was made from.

The same name is the key in the store, the key of the app's cache, and the provenance in an
exported manifest.
"""

import dataclasses
import hashlib
from typing import Protocol

import numpy as np


class Hash(Protocol):
    """What `hashlib` hands out."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take in more bytes."""


def fingerprint(*parts: object) -> str:
    """Name a value by its content.

    Parameters
    ----------
    *parts : object
        What the value depends on, in order: str, bytes, bool, int, float, None, ndarray,
        dataclass, or a sequence or dict of them.

    Returns
    -------
    str
        32 hexadecimal digits (blake2b, 128 bits). Types count: ``1``, ``1.0`` and ``"1"`` differ.

    Raises
    ------
    TypeError
        For a part without a stable content, such as a function.

    Examples
    --------
    >>> fingerprint("umap", 15) == fingerprint("umap", 15)
    True
    >>> fingerprint(1) == fingerprint("1")
    False
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        _take(digest, part)
    return digest.hexdigest()


def _take(digest: Hash, part: object) -> None:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        fields = [(f.name, getattr(part, f.name)) for f in dataclasses.fields(part)]
        return _take(digest, (type(part).__name__, *fields))
    if isinstance(part, np.ndarray):
        _mark(digest, "array", f"{part.dtype.str}{part.shape}".encode())
        return digest.update(np.ascontiguousarray(part).data)
    if isinstance(part, dict):
        part = tuple(part.items())
    if isinstance(part, list | tuple):
        _mark(digest, "sequence", str(len(part)).encode())
        for item in part:
            _take(digest, item)
        return None
    if isinstance(part, bytes):
        return _mark(digest, "bytes", part)
    if part is None or isinstance(part, str | bool | int | float):
        return _mark(digest, type(part).__name__, str(part).encode("utf-8", "surrogatepass"))
    raise TypeError(f"a {type(part).__name__} has no stable content to fingerprint")


def _mark(digest: Hash, kind: str, content: bytes) -> None:
    digest.update(f"{kind}:{len(content)}:".encode())
    digest.update(content)
