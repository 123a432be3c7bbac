"""Which records repeat another one, to the letter or in meaning?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float32, Int32, Int64, frozen
from diversity.duplicates.exact import first_with_same
from diversity.neighbors import Neighbors
from diversity.search import TIE


@dataclass(frozen=True, eq=False)
class Duplicates:
    """For every record, the one it repeats.

    Parameters
    ----------
    exact : ndarray of shape (n_records,), int32
        Row number of the first record with the same normalised text; itself if it is the first.
    near : ndarray of shape (n_records,), int32
        Row number of the kept record it repeats, to the letter or in meaning; itself if kept.
    min_similarity : float
        Cosine similarity from which two records count as near-duplicates.
    """

    exact: Int32
    near: Int32
    min_similarity: float

    def exact_share(self, rows: Int64 | None = None) -> float:
        """Share of `rows` (default: all) that repeat another of them to the letter, in [0, 1)."""
        return _share(self.exact, rows)

    def near_share(self, rows: Int64 | None = None) -> float:
        """Share of `rows` (default: all) that share their kept record with another, in [0, 1)."""
        return _share(self.near, rows)


def find(
    texts: Sequence[str], vectors: Float32, neighbors: Neighbors, min_similarity: float = 0.95
) -> Duplicates:
    """Find exact and semantic duplicates.

    Parameters
    ----------
    texts : sequence of str
        One text a record.
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows.
    neighbors : Neighbors
        Neighbors of the same rows.
    min_similarity : float, default=0.95
        Larger finds fewer; 1 finds only texts with equal vectors.

    Returns
    -------
    Duplicates
        Records are read in row order; one is a near-duplicate if it is at least that similar to a
        record already *kept*, and repeats the most similar of those. A chain a ~ b ~ c with a and
        c apart therefore keeps both a and c.

    Notes
    -----
    Greedy, as in SemHash. O(n k) time where every list of neighbors ends below the threshold;
    records whose list is full of near-duplicates are compared with the kept ones of their kind.
    """
    if not len(texts) == len(vectors) == len(neighbors.indices):
        raise ValueError("texts, vectors and neighbors must have one row a record")
    exact = first_with_same(texts)
    near = _greedy(exact, vectors, neighbors, min_similarity - TIE)
    return Duplicates(frozen(exact), frozen(near[exact]), min_similarity)


def _greedy(exact: Int32, vectors: Float32, neighbors: Neighbors, least: float) -> Int32:
    """Walk down the rows; each repeats the most similar kept one above it, or is kept."""
    near = exact.copy()
    later, earlier, similarity = _pairs(exact, neighbors, least)
    crowd = _Crowd(vectors, _crowded(exact, neighbors, least))
    rows = np.union1d(later, crowd.rows)
    starts, stops = np.searchsorted(later, rows), np.searchsorted(later, rows, side="right")
    for row, start, stop in zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True):
        candidates = zip(similarity[start:stop].tolist(), earlier[start:stop].tolist(), strict=True)
        found = [(value, -other) for value, other in candidates if near[other] == other]
        found += crowd.most_similar(row, least)
        if found:
            near[row] = -max(found)[1]
        else:
            crowd.keep(row)
    return near


def _pairs(exact: Int32, neighbors: Neighbors, least: float) -> tuple[Int32, Int32, Float32]:
    """List pairs of different texts at least that similar: the later row, the earlier, how much.

    Sorted by later row, the most similar first, ties by row number.
    """
    row, place = np.nonzero(neighbors.similarities >= least)
    one, other = exact[row], exact[neighbors.indices[row, place]]
    later, earlier = np.maximum(one, other), np.minimum(one, other)
    similarity = neighbors.similarities[row, place]
    order = np.lexsort((earlier, -np.round(similarity / TIE), later))
    order = order[later[order] != earlier[order]]
    return later[order], earlier[order], similarity[order]


def _crowded(exact: Int32, neighbors: Neighbors, least: float) -> Int32:
    """Find first records with so many near-duplicates that their list cannot hold them all."""
    if neighbors.k == 0 or neighbors.k == len(exact) - 1:
        return np.empty(0, np.int32)
    full = neighbors.similarities[:, -1] >= least
    return np.flatnonzero(full & (exact == np.arange(len(exact)))).astype(np.int32)


class _Crowd:
    """Kept records with crowded neighborhoods, compared without the help of the lists."""

    def __init__(self, vectors: Float32, rows: Int32) -> None:
        self.rows = rows
        self._vectors = vectors
        self._crowded = frozenset(rows.tolist())
        self._kept: list[int] = []
        self._kept_vectors = np.empty((len(rows), vectors.shape[1]), np.float32)

    def keep(self, row: int) -> None:
        if row in self._crowded:
            self._kept_vectors[len(self._kept)] = self._vectors[row]
            self._kept.append(row)

    def most_similar(self, row: int, least: float) -> list[tuple[float, int]]:
        """Find the nearest kept crowded record, if near enough, as (similarity, -row)."""
        if row not in self._crowded or not self._kept:
            return []
        similarities = self._kept_vectors[: len(self._kept)] @ self._vectors[row]
        best = int(similarities.argmax())
        if similarities[best] < least:
            return []
        return [(float(similarities[best]), -self._kept[best])]


def _share(firsts: Int32, rows: Int64 | None) -> float:
    if rows is None:
        rows = np.arange(len(firsts))
    if not len(rows):
        return 0.0
    seen = np.zeros(len(firsts), bool)
    seen[firsts[rows]] = True
    return 1 - np.count_nonzero(seen) / len(rows)
