"""What do the scores of clusters, and the share of repeats, become when records are dealt?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.comparison.pool import Pool
from diversity.scores import groups
from diversity.scores.kernels import compiled

REPEATS = "near_duplicate_share"


@dataclass(frozen=True, eq=False)
class LabelPool(Pool):
    """Clusters and near-duplicates of two groups of one size, the first group's first.

    Parameters
    ----------
    labels : ndarray of shape (2 m,), int32
        Cluster of each record, -1 for noise.
    repeats : ndarray of shape (2 m,), int64
        Numbers without gaps, equal for records that repeat each other.
    """

    names: ClassVar = (*groups.NAMES, REPEATS)
    labels: Int32
    repeats: Int64

    @property
    def n_records(self) -> int:
        """Records in the pool."""
        return len(self.labels)

    def deals(self, orders: Int32) -> Float64:
        """Subtract the scores of groups, and the share of repeats; see `Pool`."""
        m = self.n_records // 2
        counts, kinds = _counted(orders, self.labels, self.repeats)
        sides = [np.column_stack([_scores(counts[side]), 1 - kinds[side] / m]) for side in range(2)]
        found: Float64 = sides[0] - sides[1]
        return found


def numbered(kinds: Int32) -> Int64:
    """Renumber kinds without gaps, so that counting them stays cheap."""
    found: Int64 = np.unique(kinds, return_inverse=True)[1].astype(np.int64)
    return found


def _scores(counts: Int64) -> Float64:
    """Score many sets of counts, one a row, as `groups.score_counts` does one."""
    n = counts.sum(axis=1).astype(np.float64)
    n[n == 0] = np.nan
    shares = counts / n[:, None]
    surprise = np.where(counts > 0, -np.log(np.where(counts > 0, shares, 1.0)), 0.0)
    pairs = (counts * (counts - 1)).sum(axis=1).astype(np.float64)
    pairs[pairs == 0] = np.nan
    return np.column_stack([
        (counts > 0).sum(axis=1) + 0 * n,
        np.exp((shares * surprise).sum(axis=1)),
        n * (n - 1) / pairs,
        1 - (counts == 1).sum(axis=1) / n,
    ])  # fmt: skip


@compiled
def _counted(orders: Int32, labels: Int32, repeats: Int64) -> tuple[Int64, Int64]:
    """Count the records of each label, and the different kinds, on both sides of each deal."""
    n_deals, n = orders.shape
    counts = np.zeros((2, n_deals, max(1, labels.max() + 1)), np.int64)
    kinds = np.zeros((2, n_deals), np.int64)
    met = np.full(repeats.max() + 1, -1, np.int64)
    for deal in range(n_deals):
        for side in range(2):
            mark = 2 * deal + side
            for place in range(side * (n // 2), n if side else n // 2):
                record = orders[deal, place]
                if labels[record] >= 0:
                    counts[side, deal, labels[record]] += 1
                if met[repeats[record]] != mark:
                    met[repeats[record]] = mark
                    kinds[side, deal] += 1
    return counts, kinds
