"""What do the scores of vectors become when records are dealt to two sides at random?

Two pools: one for the spectrum (all records of the budget) and one for pairs (the first 1,000 of
each group). Similarities, their order and the sum of both sides are computed once.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diversity.arrays import Float32, Float64, Int32, Int64
from diversity.comparison import pair_kernels
from diversity.scores.embedding import SMALLEST_SHARE, vendi
from diversity.scores.pairwise import (
    DENSITY_FLOOR,
    DENSITY_POWER,
    N_NEIGHBORS,
    N_NOVELSUM,
    N_PAIRED,
    TEMPERATURE,
)

SPECTRAL = ("vendi_1", "vendi_2", "vendi_inf", "mean_distance")
PAIRED = ("chamfer", "dcscore", "novelsum")
MOST_NEAREST = 64
FAINT = 1e-9


@dataclass(frozen=True, eq=False)
class VectorPool:
    """The vectors of two groups of one size, the first group's first.

    Parameters
    ----------
    vectors : ndarray of shape (2 m, d), float32
        Unit rows.
    """

    vectors: Float32

    @property
    def n_side(self) -> int:
        """Records a side."""
        return len(self.vectors) // 2

    def deal(self, order: Int64) -> Float64:
        """Score both sides of a deal, shape (2, 4), in the order of `SPECTRAL`."""
        sides = order[: self.n_side], order[self.n_side :]
        if self._is_short:
            grams = [self._products[np.ix_(side, side)] for side in sides]
        else:
            chosen = self.vectors[sides[0]]
            gram = chosen.T @ chosen
            grams = [gram, self._products - gram]
        return np.stack([self._scores(*pair) for pair in zip(sides, grams, strict=True)])

    def _scores(self, side: Int64, gram: Float32) -> Float64:
        from scipy.linalg import eigvalsh

        m = self.n_side
        total = self.vectors[side].sum(axis=0, dtype=np.float64)
        scores = np.full(4, np.nan)
        shares = eigvalsh(gram, driver="ev", check_finite=False).astype(np.float64) / m
        shares = shares[shares > FAINT] / shares[shares > FAINT].sum()
        scores[0], scores[2] = vendi(shares, 1), vendi(shares, np.inf)
        if m < 2:
            return scores
        squares = float(np.vdot(gram, gram))
        purity = (squares - self._fourths[side].sum()) / (m * (m - 1))
        if purity > SMALLEST_SHARE:
            scores[1] = max(1.0, min(1 / purity, float(self.vectors.shape[1])))
        scores[3] = 1 - (float(total @ total) - self._squares[side].sum()) / (m * (m - 1))
        return scores

    @cached_property
    def _products(self) -> Float32:
        """Similarities of all pairs, or products of columns where there are more records."""
        if self._is_short:
            rows: Float32 = self.vectors @ self.vectors.T
            return rows
        columns: Float32 = self.vectors.T @ self.vectors
        return columns

    @cached_property
    def _squares(self) -> Float64:
        found: Float64 = np.einsum("ij,ij->i", self.vectors, self.vectors, dtype=np.float64)
        return found

    @cached_property
    def _fourths(self) -> Float64:
        return self._squares**2

    @property
    def _is_short(self) -> bool:
        return self.n_side < int(self.vectors.shape[1])


@dataclass(frozen=True, eq=False)
class PairPool:
    """Similarities of the first records of two groups, the first group's first.

    Parameters
    ----------
    similarities : ndarray of shape (2 m, 2 m), float32
    """

    similarities: Float32

    def deal(self, order: Int64) -> Float64:
        """Score both sides of a deal, shape (2, 2): `chamfer` and `dcscore`."""
        first = np.zeros(len(order), np.bool_)
        first[order[: len(order) // 2]] = True
        crowds = self._closeness @ first.astype(np.float32)
        of_own = self._own / np.where(first, crowds, self._crowds - crowds)
        nearest = pair_kernels.nearest_similarity(first, self._nearest, self.similarities)
        distances = np.maximum(1 - nearest, 0)
        sides = first, ~first
        return np.array([[distances[side].mean(), of_own[side].mean()] for side in sides])

    @cached_property
    def _closeness(self) -> Float32:
        found: Float32 = np.exp((self.similarities - 1) / np.float32(TEMPERATURE))
        return found

    @cached_property
    def _own(self) -> Float32:
        return np.diag(self._closeness).copy()

    @cached_property
    def _crowds(self) -> Float32:
        found: Float32 = self._closeness.sum(axis=1, dtype=np.float64).astype(np.float32)
        return found

    @cached_property
    def _nearest(self) -> Int32:
        n_kept = min(MOST_NEAREST, len(self.similarities))
        return ordered_neighbors(self.similarities, n_kept)


@dataclass(frozen=True, eq=False)
class NoveltyPool:
    """Similarities of the few records that `novelsum` sees, the first group's first."""

    similarities: Float32

    def deal(self, order: Int64) -> Float64:
        """Score both sides of a deal, shape (2, 1)."""
        m = len(order) // 2
        first = np.zeros(len(order), np.bool_)
        first[order[:m]] = True
        nearest, distances, inverses = self._ordered
        terms = pair_kernels.novelty(
            first, nearest, distances, inverses, N_NEIGHBORS, DENSITY_FLOOR, DENSITY_POWER
        )
        weight = (1 / np.arange(1, m + 1)).sum()
        return np.array([[terms[side].mean() / weight] for side in (first, ~first)])

    @cached_property
    def _ordered(self) -> tuple[Int32, Float32, Float32]:
        """Neighbors of each record, their distances, and one over each rank."""
        n = len(self.similarities)
        order = ordered_neighbors(self.similarities, n)
        distances = np.maximum(1 - np.take_along_axis(self.similarities, order, axis=1), 0)
        inverses = np.concatenate([[0.0], 1 / np.arange(1, n + 1)])
        return order, distances, inverses.astype(np.float32)


def first_of_both(vectors: Float32, most: int) -> Float32:
    """Take the first records of two groups that lie one after the other."""
    m = len(vectors) // 2
    n = min(most, m)
    return np.concatenate([vectors[:n], vectors[m : m + n]])


def pair_pools(vectors: Float32) -> tuple[PairPool, NoveltyPool]:
    """Prepare both pools of pairs from the vectors of two groups of one size."""
    paired, novel = first_of_both(vectors, N_PAIRED), first_of_both(vectors, N_NOVELSUM)
    return PairPool(paired @ paired.T), NoveltyPool(novel @ novel.T)


def ordered_neighbors(similarities: Float32, n_kept: int) -> Int32:
    """List the most similar records of each record, itself among them, the most similar first."""
    rows = np.arange(len(similarities))[:, None]
    if n_kept < len(similarities):
        kept = np.argpartition(-similarities, n_kept - 1, axis=1)[:, :n_kept]
    else:
        kept = np.broadcast_to(rows.T, similarities.shape)
    order = np.argsort(-similarities[rows, kept], axis=1, kind="stable")
    return np.take_along_axis(kept, order, axis=1).astype(np.int32)
