"""Which records repeat which, at any threshold, with any preference for what stays?

All pairs down to a floor are found once and kept with their similarity; then a threshold moves
within a blink, and so does the preference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from diversity.arrays import Float32, Float64, Int32, Int64, frozen
from diversity.search import TIE

Keep = Literal["first", "longest", "central", "best"]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Records that are alike, and how much.

    Parameters
    ----------
    exact : ndarray of shape (n_records,), int32
        Row of the first record with the same normalised text. Copies count as one record here:
        whatever is like one is like all.
    starts, others, similarities : ndarrays
        A first record i is like ``others[starts[i]:starts[i + 1]]``, first records too, and they
        are like it.
    floor : float
        Pairs less alike than this were not kept.
    kind : {"semantic", "lexical"}
        Cosine similarity of vectors, or the share of short runs of words that two texts have in
        common (Jaccard).
    """

    exact: Int32
    starts: Int64
    others: Int32
    similarities: Float32
    floor: float
    kind: Literal["semantic", "lexical"]

    def __len__(self) -> int:
        """Count the pairs, each once, copies apart."""
        return len(self.others) // 2

    def stand_ins(self, min_similarity: float, ordered: Int64 | None = None) -> Int32:
        """Find which record stands for each: the kept one most like it, or itself if kept.

        Parameters
        ----------
        min_similarity : float
            From `floor` on. Larger keeps more.
        ordered : ndarray of int64, optional
            The records that are there, those to be kept rather coming first; all in row order by
            default. `preference` makes such an order.

        Returns
        -------
        ndarray of shape (n_records,), int32
            A record goes only if it repeats one that is *kept*: a chain a ~ b ~ c with a and c
            apart keeps both a and c. Records not in `ordered` stand for themselves.

        Raises
        ------
        ValueError
            If `min_similarity` is less than the floor.

        Notes
        -----
        O(n + pairs) time, some ten milliseconds for 100,000 records and a million pairs.
        """
        from diversity.duplicates.kernels import stand_in

        if min_similarity < self.floor - TIE:
            raise ValueError(f"pairs less than {self.floor:g} alike were not kept")
        ordered = np.arange(len(self.exact), dtype=np.int64) if ordered is None else ordered
        least = min_similarity - TIE
        graph = (self.starts, self.others, self.similarities)
        return frozen(stand_in(ordered.astype(np.int64), self.exact, graph, least))

    def preference(
        self,
        keep: Keep,
        min_similarity: float,
        *,
        texts: Sequence[str] | None = None,
        quality: Float64 | None = None,
    ) -> Int64:
        """Order all records by which of several that repeat one another shall stay.

        Parameters
        ----------
        keep : {"first", "longest", "central", "best"}
            In row order; the longest text; the one most alike to those it repeats, added up; the
            largest `quality`, NaN last. Ties by row number.
        min_similarity : float
            Which pairs count for ``central``.
        texts : sequence of str, optional
            For ``longest``.
        quality : ndarray of shape (n_records,), optional
            For ``best``.
        """
        rows = np.arange(len(self.exact), dtype=np.int64)
        if keep == "first":
            return rows
        if keep == "central":
            return np.lexsort((rows, -np.round(self._closeness(min_similarity) / TIE)))
        if keep == "longest" and texts is not None:
            lengths = np.fromiter(map(len, texts), np.int64, len(texts))
            return np.lexsort((rows, -lengths))
        if keep == "best" and quality is not None:
            return np.lexsort((rows, -np.where(np.isnan(quality), -np.inf, quality)))
        raise ValueError(f"cannot keep {keep!r} without what it goes by")

    def _closeness(self, min_similarity: float) -> Float64:
        """Add up how alike each record is to those it repeats; copies count fully."""
        counts = np.bincount(self.exact, minlength=len(self.exact))
        alike = self.similarities * (self.similarities >= min_similarity - TIE)
        weights = alike * counts[self.others]
        sums = np.bincount(self._one, weights=weights, minlength=len(self.exact))
        closeness: Float64 = (sums + (counts - 1.0))[self.exact]
        return closeness

    @cached_property
    def _one(self) -> Int32:
        """Return the record that each of `others` belongs to."""
        return np.repeat(np.arange(len(self.exact), dtype=np.int32), np.diff(self.starts))


def made(
    exact: Int32,
    one: Int32,
    other: Int32,
    similarities: Float32,
    floor: float,
    kind: Literal["semantic", "lexical"],
) -> Pairs:
    """Lay out pairs in any order, any of them twice, by record."""
    one, other = exact[one], exact[other]
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((-similarities, high, low))
    low, high, similarities = low[order], high[order], similarities[order]
    new = np.ones(len(low), np.bool_)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    new &= (low != high) & (similarities >= floor - TIE)
    low, high, similarities = low[new], high[new], similarities[new]
    ends = np.concatenate([low, high])
    order = np.argsort(ends, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(exact)))])
    return Pairs(
        frozen(exact),
        frozen(starts.astype(np.int64)),
        frozen(np.concatenate([high, low])[order].astype(np.int32)),
        frozen(np.concatenate([similarities, similarities])[order].astype(np.float32)),
        floor,
        kind,
    )
