"""Has this text been embedded before? Then its vector is here, on disk, for ever.

One folder a model holds two append-only files: ``keys.bin``, 16 bytes of hash a text, and
``vectors.f32``, one float32 row a text, in the same order. Vectors are written before keys, and a
torn tail is cut at the next append, so a process killed at any moment loses at most the batch in
flight. A lock file lets several processes append.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from filelock import FileLock

from diversity.arrays import Bool, Float32, Int64
from diversity.fingerprint import fingerprint
from diversity.store import Store, mending

KEY_BYTES = 16
KEY = f"S{KEY_BYTES}"
Keys = npt.NDArray[np.bytes_]


class VectorCache:
    """The vectors of one model, by text.

    Parameters
    ----------
    store : Store
        Whose folder holds them.
    model : str
        Everything that changes a vector: name, revision, engine, precision.
    """

    def __init__(self, store: Store, model: str) -> None:
        self.folder: Path = store.folder / "vectors" / fingerprint(model)
        self.model = model

    def lookup(self, keys: Keys) -> tuple[Bool, Float32]:
        """Find vectors.

        Parameters
        ----------
        keys : array of shape (n,)
            From `text_keys`.

        Returns
        -------
        known : bool array of shape (n,)
        vectors : float32 array of shape (known.sum(), d)
            Copies, in the order of the known keys.
        """
        kept, rows = self._read()
        if not len(kept):
            return np.zeros(len(keys), bool), np.zeros((0, 0), np.float32)
        position, known = _positions(kept, keys)
        return known, rows[position[known]]

    def append(self, keys: Keys, vectors: Float32) -> None:
        """Keep the vectors of new texts.

        Raises
        ------
        StoreError
            If the disk refuses, or another process holds the lock for more than a minute.
        """
        with mending(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / "lock", timeout=60):
                (self.folder / "model.txt").write_text(self.model, encoding="utf-8")
                self._cut_torn_tail(vectors.shape[1])
                _append(self.folder / "vectors.f32", np.ascontiguousarray(vectors, np.float32))
                _append(self.folder / "keys.bin", keys)

    def _read(self) -> tuple[Keys, Float32]:
        try:
            keys = np.fromfile(self.folder / "keys.bin", KEY)
            dimensions = int((self.folder / "dimensions.txt").read_text())
            rows = np.memmap(self.folder / "vectors.f32", np.float32, mode="r")
        except (OSError, ValueError):
            return np.zeros(0, KEY), np.zeros((0, 0), np.float32)
        whole = min(len(keys), len(rows) // dimensions)
        return keys[:whole], rows[: whole * dimensions].reshape(whole, dimensions)

    def _cut_torn_tail(self, dimensions: int) -> None:
        (self.folder / "dimensions.txt").write_text(str(dimensions))
        keys, vectors = self.folder / "keys.bin", self.folder / "vectors.f32"
        whole = min(_size(keys) // KEY_BYTES, _size(vectors) // (4 * dimensions))
        for path, width in ((keys, KEY_BYTES), (vectors, 4 * dimensions)):
            if _size(path) != whole * width:
                with path.open("r+b") as file:
                    file.truncate(whole * width)


def text_keys(texts: Sequence[str]) -> Keys:
    """Hash texts to 16 bytes each; equal texts get equal keys.

    Examples
    --------
    >>> first, second, third = text_keys(["a", "b", "a"])
    >>> first == third, first == second
    (True, False)
    """
    digests = b"".join(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
        for text in texts
    )
    return np.frombuffer(digests, KEY)


def distinct(keys: Keys) -> tuple[Int64, Int64]:
    """Find the first row of each distinct key, and for each row which of them it is."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first.astype(np.int64), inverse.astype(np.int64)


def _positions(kept: Keys, wanted: Keys) -> tuple[Int64, Bool]:
    order = np.argsort(kept, kind="stable")
    place = np.searchsorted(kept, wanted, sorter=order)
    position = order[np.minimum(place, len(order) - 1)].astype(np.int64)
    return position, kept[position] == wanted


def _append(path: Path, array: npt.NDArray[np.generic]) -> None:
    with path.open("ab") as file:
        file.write(array.tobytes())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
