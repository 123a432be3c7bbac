"""What do the scores of clusters, and the share of repeats, become when records are dealt?"""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.scores import groups

REPEATS = "near_duplicate_share"


@dataclass(frozen=True, eq=False)
class LabelPool:
    """Clusters and near-duplicates of two groups of one size, the first group's first.

    Parameters
    ----------
    labels : ndarray of shape (2 m,), int32
        Cluster of each record, -1 for noise.
    repeats : ndarray of shape (2 m,), int64
        Equal numbers for records that repeat each other.
    """

    labels: Int32
    repeats: Int64

    def deal(self, order: Int64) -> Float64:
        """Score both sides of a deal, shape (2, 5): `groups.NAMES` and the share of repeats."""
        m = len(order) // 2
        return np.array([self._scores(side) for side in (order[:m], order[m:])])

    def _scores(self, side: Int64) -> list[float]:
        counts = np.bincount(self.labels[side] + 1, minlength=1)[1:]
        counts = counts[counts > 0].astype(np.int64)
        found = [groups.score_counts(counts, name, interval=False).value for name in groups.NAMES]
        kinds = np.count_nonzero(np.bincount(self.repeats[side]))
        return [*(np.nan if value is None else value for value in found), 1 - kinds / len(side)]


def numbered(kinds: Int32) -> Int64:
    """Renumber kinds without gaps, so that counting them stays cheap."""
    found: Int64 = np.unique(kinds, return_inverse=True)[1].astype(np.int64)
    return found
