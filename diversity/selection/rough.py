"""Which row has the largest product with a vector? A rough look at all, a close one at a few.

Reading the rows takes most of the time of a product, and a byte a number is a quarter to read.
What a byte leaves out is known for each row, so that rows that cannot be it are passed over and
the answer is that of the full numbers.
"""

from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from diversity.arrays import Float32, Float64, Int64
from diversity.search import TIE

LARGEST = 127
FINEST = 2**15 - 1
MAX_SHARE_CLOSE = 1 / 8
_BLOCK = 4096


class Rough:
    """Rows in a byte a number, with how far off each is at most.

    Parameters
    ----------
    vectors : ndarray of shape (n, n_dimensions)
        Held as they are, and once more in a byte a number.
    """

    def __init__(self, vectors: Float32) -> None:
        self._vectors = vectors
        n, n_dimensions = vectors.shape
        self._bytes = np.empty((n, n_dimensions), np.int8)
        self._units, self._norms, self._off = np.empty(n), np.empty(n), np.empty(n)
        for first in range(0, n, _BLOCK):
            self._fill(slice(first, first + _BLOCK))
        sum_of_bytes = LARGEST * max(1, n_dimensions)
        self._finest = min(FINEST, (2**31 - 1) // sum_of_bytes)

    def first_largest(self, direction: Float64, bonus: Float64) -> int:
        """Find the row that maximises ``row @ direction + bonus`` rounded to 1e-6.

        Parameters
        ----------
        direction : ndarray of shape (n_dimensions,)
        bonus : ndarray of shape (n,)
            -inf takes a row out.

        Returns
        -------
        int
            The first of several; 0 where all are taken out.
        """
        from diversity.selection.kernels import maybe_largest

        unit = float(np.abs(direction).max(initial=0)) / self._finest or 1.0
        steps = np.rint(direction / unit).astype(np.int16)
        norm = float(np.linalg.norm(direction))
        off = self._off * norm + self._norms * float(np.linalg.norm(direction - steps * unit))
        off += TIE * (1 + norm)
        close = maybe_largest(self._bytes, steps, self._units * unit, off, bonus)
        if len(close) > MAX_SHARE_CLOSE * len(bonus):
            different, group = self._different
            values = (different @ direction.astype(np.float32))[group] + bonus
            return int(np.round(values / TIE).argmax())
        values = self._vectors[close].astype(np.float64) @ direction + bonus[close]
        return int(close[np.round(values / TIE).argmax()]) if len(close) else 0

    @cached_property
    def _different(self) -> tuple[Float32, Int64]:
        """Fold copies, of which there are many where a rough look leaves many rows."""
        known: dict[bytes, int] = {}
        names = (blake2b(row.tobytes(), digest_size=16).digest() for row in self._vectors)
        group = np.array([known.setdefault(name, len(known)) for name in names], np.int64)
        first = np.unique(group, return_index=True)[1]
        return self._vectors[first], group

    def _fill(self, rows: slice) -> None:
        block = self._vectors[rows].astype(np.float64)
        units = np.abs(block).max(axis=1, initial=0) / LARGEST
        units[units == 0] = 1
        steps: npt.NDArray[np.float64] = np.rint(block / units[:, None])
        near = steps * units[:, None]
        self._bytes[rows], self._units[rows] = steps, units
        self._norms[rows] = np.linalg.norm(near, axis=1)
        self._off[rows] = np.linalg.norm(block - near, axis=1)
