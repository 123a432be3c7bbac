r"""What do the scores of the spectrum become when records are dealt to two sides at random?

The mean outer products of the two sides, C₁ and C₂, always have the same sum. So a difference of
mean distances, or of mean squared similarities, is a sum over records of ± what each one has to do
with all the others: one product for all deals. Entropies are not so simple, but
:math:`S(C_1) - S(C_2)` has no even terms in :math:`C_1 - C_2`: what is linear leaves an error of
third order only.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from diversity.arrays import Float32, Float64, Int32
from diversity.comparison.pool import Pool
from diversity.comparison.shuffled_vectors import on_first_side
from diversity.scores.embedding import NAMES

N_STRONGEST = 48
FAINT = 1e-9


@dataclass(frozen=True, eq=False)
class SpectrumPool(Pool):
    r"""The vectors of two groups of one size, the first group's first.

    Differences are those of the logarithm of `vendi_1` and of `vendi_inf`, of one over `vendi_2`
    with its sign turned, and of `mean_distance` itself. The first two are taken from the 48
    strongest directions of both groups together. What the others add to the entropy counts to
    first order, :math:`-\mathrm{tr}\,(C_1 - C_2)(1 + \ln \bar C)`: on real sets of 150 records a
    side and more, the result has a correlation of at least 0.999 with the exact one over random
    deals. A p-value holds for any statistic that treats all deals alike; so that none is smaller
    than the score itself deserves, `observed` is never further from 0 than the exact difference.

    Parameters
    ----------
    vectors : ndarray of shape (2 m, d), float32
        Unit rows.
    """

    names: ClassVar = NAMES
    vectors: Float32

    @property
    def n_records(self) -> int:
        """Records in the pool."""
        return len(self.vectors)

    @property
    def n_side(self) -> int:
        """Records a side."""
        return len(self.vectors) // 2

    def deals(self, orders: Int32) -> Float64:
        """Subtract the scores of the spectrum; see `Pool`."""
        signs = np.where(on_first_side(orders), 1.0, -1.0)
        linear = signs @ self._weights
        inside = np.array([self._strongest(order[: self.n_side]) for order in orders])
        return np.column_stack([
            inside[:, 0] + linear[:, 0], linear[:, 1], inside[:, 1], linear[:, 2],
        ])  # fmt: skip

    def observed(self) -> Float64:
        """Subtract the scores of the groups, those of the entropy with care."""
        found = super().observed()
        sides = [_spectrum(part) for part in np.split(self.vectors, [self.n_side])]
        exact = [sides[0][i] - sides[1][i] for i in range(2)]
        found[0], found[2] = nearer(found[0], exact[0]), nearer(found[2], exact[1])
        return found

    def _strongest(self, side: Int32) -> tuple[float, float]:
        """Subtract entropies and logarithms of one over the largest share, strongest directions."""
        part = self._components[side]
        one = (part.T @ part).astype(np.float64) / self.n_side
        shares = np.linalg.eigvalsh(np.stack([one, self._together - one]))
        entropies = [_entropy(share) for share in shares]
        return entropies[0] - entropies[1], float(np.log(shares[1, -1] / shares[0, -1]))

    @cached_property
    def _directions(self) -> tuple[Float64, Float64]:
        """Eigenvalues of the sum of outer products, falling, and components of each record."""
        exact = self.vectors.astype(np.float64)
        n, d = exact.shape
        values, found = np.linalg.eigh(exact.T @ exact if n >= d else exact @ exact.T)
        kept = np.flatnonzero(values > FAINT * n)[::-1]
        if n >= d:
            return values[kept], exact @ found[:, kept]
        return values[kept], found[:, kept] * np.sqrt(values[kept])

    @cached_property
    def _components(self) -> Float32:
        found = self._directions[1][:, :N_STRONGEST]
        return np.ascontiguousarray(found, dtype=np.float32)

    @cached_property
    def _together(self) -> Float64:
        exact = self._components.astype(np.float64)
        found: Float64 = exact.T @ exact / self.n_side
        return found

    @cached_property
    def _weights(self) -> Float64:
        """What a record adds to its side: entropy beyond the strongest, likeness, distance."""
        values, components = self._directions
        m, squared = self.n_side, components**2
        lengths = squared.sum(axis=1)
        weak = slice(N_STRONGEST, None)
        entropy = -squared[:, weak] @ (1 + np.log(values[weak] / len(self.vectors))) / m
        likeness = squared @ values - lengths**2
        closeness = components @ components.sum(axis=0) - lengths
        return np.column_stack([entropy, -likeness / (m * (m - 1)), -closeness / (m * (m - 1))])


def nearer(one: float, other: float) -> float:
    """Take the one nearer to 0, or 0 where their signs differ.

    Examples
    --------
    >>> nearer(-3.0, -2.0), nearer(-3.0, 2.0)
    (-2.0, 0.0)
    """
    if one * other <= 0:
        return 0.0
    return min(one, other, key=abs)


def _spectrum(vectors: Float32) -> tuple[float, float]:
    """Compute the exact entropy, and the logarithm of one over the largest share."""
    exact = vectors.astype(np.float64)
    n, d = exact.shape
    shares = np.linalg.eigvalsh((exact.T @ exact if n >= d else exact @ exact.T) / n)
    return _entropy(shares), -float(np.log(shares[-1]))


def _entropy(shares: Float64) -> float:
    held = shares[shares > FAINT]
    return -float(held @ np.log(held))
