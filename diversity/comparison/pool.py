"""What can records be dealt from? Those of two groups, prepared once for many deals."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from diversity.arrays import Float64, Int32


class Pool(ABC):
    """The records of two groups, the first group's first, and some scores of either side of a deal.

    Parameters
    ----------
    names : tuple of str
        The scores.
    deals_a_block : int
        Deals that are scored together.
    """

    names: ClassVar[tuple[str, ...]]
    deals_a_block: ClassVar[int] = 64

    @property
    @abstractmethod
    def n_records(self) -> int:
        """Records in the pool."""

    @abstractmethod
    def deals(self, orders: Int32) -> Float64:
        """Subtract the scores of the second side from those of the first, for each deal.

        Parameters
        ----------
        orders : ndarray of shape (n_deals, n_records), int32
            The first side takes records from the front, the second takes what follows.

        Returns
        -------
        ndarray of shape (n_deals, n_scores), float64
            In the order of `names`; NaN where a score is undefined. On a scale of its own where
            a pool says so, which is the same for every deal.
        """

    def observed(self) -> Float64:
        """Subtract the scores of the two groups as they are, shape (n_scores,)."""
        found: Float64 = self.deals(np.arange(self.n_records, dtype=np.int32)[None])[0]
        return found


def dealt(n_records: int, n_deals: int, seed: tuple[int, ...]) -> Int32:
    """Deal records at random.

    Returns
    -------
    ndarray of shape (n_deals, n_records), int32
    """
    random = np.random.default_rng(seed)
    orders = np.empty((n_deals, n_records), np.int32)
    orders[:] = np.arange(n_records, dtype=np.int32)
    return random.permuted(orders, axis=1, out=orders)
