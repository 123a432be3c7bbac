"""How many different things are said? Scores of the spectrum of the vectors of a sample.

Vectors are unit rows, similarity is their dot product, and sums run in float64. What is left out:
scores of pairs of records (nearest neighbors, crowding), which are in `pairwise`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diversity.arrays import Float32, Float64
from diversity.scores.values import Estimate

NAMES = ("vendi_1", "vendi_2", "vendi_inf", "mean_distance")
N_INFLUENCE = 500
DEGREE = 4
BLOCK_ROWS = 4_096
SMALLEST_SHARE = 1e-14
SHIFT = 1e-8


@dataclass(frozen=True)
class EmbeddingSample:
    """Unit vectors of a sample of records, in sampling order, float64 or float32."""

    vectors: Float64 | Float32

    @property
    def n_records(self) -> int:
        """Records in the sample."""
        return len(self.vectors)

    @cached_property
    def gram(self) -> Float64:
        """Products of columns, or of rows where there are fewer records than dimensions."""
        if self._is_short:
            rows = self.vectors.astype(np.float64, copy=False)
            short: Float64 = rows @ rows.T
            return short
        size = self.vectors.shape[1]
        gram = np.zeros((size, size))
        for first in range(0, self.n_records, BLOCK_ROWS):
            block = self.vectors[first : first + BLOCK_ROWS].astype(np.float64, copy=False)
            gram += block.T @ block
        return gram

    @cached_property
    def purity(self) -> float:
        """Mean squared similarity of two different records; needs two records."""
        n = self.n_records
        return float((np.vdot(self.gram, self.gram) - self.squares @ self.squares) / (n * (n - 1)))

    @cached_property
    def squares(self) -> Float64:
        """Squared length of each row, 1 but for rounding."""
        found: Float64 = np.einsum("ij,ij->i", self.vectors, self.vectors, dtype=np.float64)
        return found

    @cached_property
    def shares(self) -> Float64:
        """Eigenvalues of the mean outer product: positive, ascending, summing to 1."""
        kept = self._eigenvalues[self._eigenvalues > SMALLEST_SHARE]
        shares: Float64 = kept / kept.sum()
        return shares

    @cached_property
    def moments(self) -> Float64:
        """Mean over the directions of a record of their shares to the powers 0 to 4.

        Of shape (n_rows, 5), for the first records of the sample, relative to the largest share.
        That is what the intervals need, at a fifth of the price of the directions themselves.
        """
        rows = self.vectors[:N_INFLUENCE].astype(np.float32)
        once, twice = self._spread(rows)
        pairs = ((rows, rows), (rows, once), (once, once), (once, twice), (twice, twice))
        return np.stack([np.einsum("ij,ij->i", *pair, dtype=np.float64) for pair in pairs], axis=1)

    @cached_property
    def along_strongest(self) -> Float64:
        """Squared component of the first records along the direction of the largest share."""
        size = len(self.gram)
        beyond = self._eigenvalues[-1] * self.n_records * (1 + SHIFT)
        shifted = np.diag(np.full(size, beyond)) - self.gram
        direction = np.linalg.solve(shifted, np.random.default_rng(0).standard_normal(size))
        if self._is_short:
            direction = direction @ self.vectors
        along = self.vectors[:N_INFLUENCE] @ (direction / np.linalg.norm(direction))
        squared: Float64 = along.astype(np.float64) ** 2
        return squared

    def _spread(self, rows: Float32) -> tuple[Float32, Float32]:
        """Multiply rows, once and twice, by the mean outer product over its largest eigenvalue."""
        largest = self.n_records * self._eigenvalues[-1]
        if self._is_short:
            short = self.vectors.astype(np.float32)
            scaled = short / np.float32(largest)
            once = (rows @ short.T) @ scaled
            return once, (once @ short.T) @ scaled
        product = (self.gram / largest).astype(np.float32)
        once = rows @ product
        return once, once @ product

    @cached_property
    def _eigenvalues(self) -> Float64:
        return np.linalg.eigvalsh(self.gram / self.n_records).astype(np.float64, copy=False)

    @property
    def _is_short(self) -> bool:
        return self.n_records < int(self.vectors.shape[1])


def score_embedding(
    sample: EmbeddingSample, names: Iterable[str], *, interval: bool
) -> dict[str, Estimate]:
    """Compute the spectral scores; O(n d min(n, d)) time for n records in d dimensions."""
    wanted = set(names)
    if sample.n_records == 0:
        return dict.fromkeys(wanted, Estimate(None, reason="no records"))
    return {name: _FUNCTIONS[name](sample, interval=interval) for name in names}


def vendi(shares: Float64, order: float) -> float:
    r"""Compute the effective number of directions among shares that sum to 1.

    :math:`(\sum_i \lambda_i^q)^{1/(1-q)}`, its limit :math:`\exp(-\sum_i \lambda_i \ln
    \lambda_i)` at order 1, and :math:`1 / \max_i \lambda_i` at infinity. In [1, number of
    shares]: 1 when all records coincide, the number of shares when all are orthogonal.
    Friedman and Dieng 2023, "The Vendi Score"; Pasarkar and Dieng 2024, "Cousins of
    the Vendi Score" (orders).

    Examples
    --------
    >>> round(vendi(np.array([0.5, 0.5]), 1), 12), vendi(np.array([0.5, 0.5]), 2)
    (2.0, 2.0)
    """
    if order == 1:
        return math.exp(-float(shares @ np.log(shares)))
    if order == math.inf:
        return 1 / float(shares.max())
    return math.pow(float((shares**order).sum()), 1 / (1 - order))


def vendi_1(sample: EmbeddingSample, *, interval: bool) -> Estimate:
    """Compute the Vendi score of order 1, in [1, min(n, d)]; see `vendi`."""
    value = vendi(sample.shares, 1)
    variance = None
    if interval:
        leverage = sample.n_records / max(1.0, sample.n_records - value)
        surprise = sample.moments @ _fitted_logarithm(sample.shares)
        variance = leverage * value**2 * float(surprise.var()) / sample.n_records
    return Estimate(value, variance, sample.n_records, "log")


def vendi_2(sample: EmbeddingSample, *, interval: bool) -> Estimate:
    """Compute the Vendi score of order 2 without its bias from sample size, in [1, d].

    One over the mean squared similarity of two *different* records, capped at the number of
    dimensions: the same in expectation for 100 records as for a million. Departs from the
    published score by leaving each record's similarity to itself out of the mean.
    """
    if sample.n_records < 2:
        return Estimate(None, reason="needs two records")
    if sample.purity < SMALLEST_SHARE:
        return Estimate(None, reason="no two records have anything in common")
    dimensions = sample.vectors.shape[1]
    value = min(1 / sample.purity, float(dimensions))
    variance = None
    if interval:
        likeness = sample.moments[:, 1] * sample.shares[-1]
        variance = value**4 * 4 * float(likeness.var()) / sample.n_records
    return Estimate(
        max(1.0, value), variance, sample.n_records, "log", parameters={"cap": dimensions}
    )


def vendi_inf(sample: EmbeddingSample, *, interval: bool) -> Estimate:
    """Compute one over the largest share, in [1, min(n, d)]: the weight of the main theme."""
    value = vendi(sample.shares, math.inf)
    variance = None
    if interval:
        variance = value**4 * float(sample.along_strongest.var()) / sample.n_records
    return Estimate(value, variance, sample.n_records, "log")


def mean_distance(sample: EmbeddingSample, *, interval: bool) -> Estimate:
    r"""Compute the mean cosine distance of two different records, in [0, 2]; O(n d).

    :math:`1 - (\lVert\sum_i u_i\rVert^2 - n) / (n (n - 1))`. Its expectation does not depend on
    the size of the sample.
    """
    n = sample.n_records
    if n < 2:
        return Estimate(None, reason="needs two records")
    total = sample.vectors.sum(axis=0, dtype=np.float64)
    value = 1 - (float(total @ total) - float(sample.squares.sum())) / (n * (n - 1))
    variance = None
    if interval:
        likeness = (sample.vectors @ total - 1) / (n - 1)
        variance = 4 * float(likeness.var()) / n + 2 * sample.purity / n**2
    return Estimate(min(2.0, max(0.0, value)), variance, n)


_FUNCTIONS = {
    "vendi_1": vendi_1,
    "vendi_2": vendi_2,
    "vendi_inf": vendi_inf,
    "mean_distance": mean_distance,
}


def _fitted_logarithm(shares: Float64) -> Float64:
    """Fit the logarithm of shares by a polynomial in shares over the largest.

    Each direction weighs as much as the records have of it, so the fit is poor only where there
    is nothing. On ten kinds of spectra the standard error came out 1 % below to 5 % above.
    """
    weight = np.sqrt(shares)
    powers = np.vander(shares / shares[-1], DEGREE + 1, increasing=True)
    fitted: Float64 = np.linalg.lstsq(
        powers * weight[:, None], np.log(shares) * weight, rcond=1e-10
    )[0]
    return fitted
