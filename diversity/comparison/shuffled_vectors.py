"""What do the scores of vectors become when records are dealt to two sides at random?

Two pools: pairs of the first 1,000 records of each group, and of the first 500. The spectrum is in
`shuffled_spectra`. Similarities, their order and the sum of both sides are computed once.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int32
from diversity.comparison import pair_kernels
from diversity.comparison.pool import Pool
from diversity.scores.novelsum import DENSITY_FLOOR, DENSITY_POWER, N_NEIGHBORS, N_NOVELSUM
from diversity.scores.pairwise import N_PAIRED, TEMPERATURE

MOST_NEAREST = 64


@dataclass(frozen=True, eq=False)
class PairPool(Pool):
    """Similarities of the first records of two groups, the first group's first.

    Parameters
    ----------
    similarities : ndarray of shape (2 m, 2 m), float32
    """

    names: ClassVar = ("chamfer", "dcscore")
    similarities: Float32

    @property
    def n_records(self) -> int:
        """Records in the pool."""
        return len(self.similarities)

    def deals(self, orders: Int32) -> Float64:
        """Subtract `chamfer` and `dcscore`; see `Pool`."""
        first = on_first_side(orders)
        crowds = (self._closeness @ first.T.astype(np.float32)).T
        shares = self._own / np.where(first, crowds, self._crowds - crowds)
        nearest = [
            pair_kernels.nearest_similarity(one, self._nearest, self.similarities) for one in first
        ]
        signs = np.where(first, 1, -1) / (self.n_records // 2)
        distances = np.maximum(1 - np.array(nearest), 0)
        return np.column_stack([(signs * part).sum(axis=1) for part in (distances, shares)])

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
class NoveltyPool(Pool):
    """Similarities of the few records that `novelsum` sees, the first group's first."""

    names: ClassVar = ("novelsum",)
    similarities: Float32

    @property
    def n_records(self) -> int:
        """Records in the pool."""
        return len(self.similarities)

    def deals(self, orders: Int32) -> Float64:
        """Subtract `novelsum`; see `Pool`."""
        m = self.n_records // 2
        weight = (1 / np.arange(1, m + 1)).sum()
        sums = [self._sums(orders[at : at + pair_kernels.LANES])
                for at in range(0, len(orders), pair_kernels.LANES)]  # fmt: skip
        both = np.concatenate(sums, axis=1)
        found: Float64 = ((both[0] - both[1]) / (m * weight))[:, None]
        return found

    def _sums(self, orders: Int32) -> Float64:
        """Sum the terms of both sides of up to 16 deals, shape (2, n_deals)."""
        signs = np.ones((self.n_records, pair_kernels.LANES), np.float32)
        signs[:, : len(orders)] = np.where(on_first_side(orders), 1, -1).T
        found: Float64 = pair_kernels.novelty(
            signs, *self._ordered, N_NEIGHBORS, DENSITY_FLOOR, DENSITY_POWER
        )
        return found[:, : len(orders)]

    @cached_property
    def _ordered(self) -> tuple[Int32, Float32]:
        """Neighbors of each record and their distances."""
        order = ordered_neighbors(self.similarities, self.n_records)
        return order, np.maximum(1 - np.take_along_axis(self.similarities, order, axis=1), 0)


def first_of_both(vectors: Float32, most: int) -> Float32:
    """Take the first records of two groups that lie one after the other."""
    m = len(vectors) // 2
    n = min(most, m)
    return np.concatenate([vectors[:n], vectors[m : m + n]])


def pair_pools(vectors: Float32) -> tuple[PairPool, NoveltyPool]:
    """Prepare both pools of pairs from the vectors of two groups of one size."""
    paired, novel = first_of_both(vectors, N_PAIRED), first_of_both(vectors, N_NOVELSUM)
    return PairPool(paired @ paired.T), NoveltyPool(novel @ novel.T)


def on_first_side(orders: Int32) -> Bool:
    """Tell which records are on the first side of each deal, shape (n_deals, n_records)."""
    first = np.zeros(orders.shape, np.bool_)
    np.put_along_axis(first, orders[:, : orders.shape[1] // 2], values=True, axis=1)
    return first


def ordered_neighbors(similarities: Float32, n_kept: int) -> Int32:
    """List the most similar records of each record, itself among them, the most similar first."""
    rows = np.arange(len(similarities))[:, None]
    if n_kept < len(similarities):
        kept = np.argpartition(-similarities, n_kept - 1, axis=1)[:, :n_kept]
    else:
        kept = np.broadcast_to(rows.T, similarities.shape)
    order = np.argsort(-similarities[rows, kept], axis=1, kind="stable")
    return np.take_along_axis(kept, order, axis=1).astype(np.int32)
