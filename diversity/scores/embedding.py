"""How many different things are said? Scores of the spectrum of the vectors of a sample.

Vectors are unit rows, similarity is their dot product, and sums run in float64. What is left out:
scores of pairs of records (nearest neighbors, crowding), which are in `pairwise`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from diversity.arrays import Float32, Float64
from diversity.scores.values import Estimate

NAMES = ("vendi_1", "vendi_2", "vendi_inf", "mean_distance")
N_INFLUENCE = 1_000
BLOCK_ROWS = 4_096
SMALLEST_SHARE = 1e-14


@dataclass(frozen=True)
class Spectrum:
    """The directions of a sample: shares of its variation, and where each record points.

    Parameters
    ----------
    shares : ndarray of shape (k,), float64
        Eigenvalues of the mean outer product, positive, ascending, summing to 1.
    weights : ndarray of shape (n_rows, k), float64, or None
        Squared component of (some) records along each direction; each row sums to 1.
    """

    shares: Float64
    weights: Float64 | None


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
        lengths = np.einsum("ij,ij->i", self.vectors, self.vectors, dtype=np.float64)
        return float((np.vdot(self.gram, self.gram) - lengths @ lengths) / (n * (n - 1)))

    @property
    def _is_short(self) -> bool:
        return self.n_records < int(self.vectors.shape[1])

    def spectrum(self, *, weights: bool) -> Spectrum:
        """Decompose the sample; `weights` costs three times as much."""
        if not weights:
            return Spectrum(_clean(np.linalg.eigvalsh(self.gram / self.n_records)), None)
        shares, directions = np.linalg.eigh(self.gram / self.n_records)
        kept = shares > SMALLEST_SHARE
        if self._is_short:
            along = directions[:, kept] ** 2 * (shares[kept] * self.n_records)
        else:
            rows = self.vectors[:N_INFLUENCE].astype(np.float32)
            along = (rows @ directions[:, kept].astype(np.float32)) ** 2
        return Spectrum(_clean(shares), along.astype(np.float64))


def score_embedding(
    sample: EmbeddingSample, names: Iterable[str], *, interval: bool
) -> dict[str, Estimate]:
    """Compute the spectral scores; O(n d min(n, d)) time for n records in d dimensions."""
    wanted = set(names)
    if sample.n_records == 0:
        return dict.fromkeys(wanted, Estimate(None, reason="no records"))
    estimates: dict[str, Estimate] = {}
    spectrum: Spectrum | None = None
    if wanted & {"vendi_1", "vendi_inf"} or (interval and "vendi_2" in wanted):
        spectrum = sample.spectrum(weights=interval)
    if "vendi_1" in wanted and spectrum:
        estimates["vendi_1"] = vendi_1(spectrum, sample.n_records)
    if "vendi_2" in wanted:
        estimates["vendi_2"] = vendi_2(sample, spectrum)
    if "vendi_inf" in wanted and spectrum:
        estimates["vendi_inf"] = vendi_inf(spectrum, sample.n_records)
    if "mean_distance" in wanted:
        estimates["mean_distance"] = mean_distance(sample, interval=interval)
    return estimates


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


def vendi_1(spectrum: Spectrum, n_records: int) -> Estimate:
    """Compute the Vendi score of order 1, in [1, min(n, d)]; see `vendi`."""
    value = vendi(spectrum.shares, 1)
    variance = None
    if spectrum.weights is not None:
        surprise = spectrum.weights @ np.log(spectrum.shares)
        leverage = n_records / max(1.0, n_records - value)
        variance = leverage * value**2 * float(surprise.var()) / n_records
    return Estimate(value, variance, n_records, "log")


def vendi_2(sample: EmbeddingSample, spectrum: Spectrum | None) -> Estimate:
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
    if spectrum is not None and spectrum.weights is not None:
        likeness = spectrum.weights @ spectrum.shares
        variance = value**4 * 4 * float(likeness.var()) / sample.n_records
    return Estimate(
        max(1.0, value), variance, sample.n_records, "log", parameters={"cap": dimensions}
    )


def vendi_inf(spectrum: Spectrum, n_records: int) -> Estimate:
    """Compute one over the largest share, in [1, min(n, d)]: the weight of the main theme."""
    value = vendi(spectrum.shares, math.inf)
    variance = None
    if spectrum.weights is not None:
        variance = value**4 * float(spectrum.weights[:, -1].var()) / n_records
    return Estimate(value, variance, n_records, "log")


def mean_distance(sample: EmbeddingSample, *, interval: bool) -> Estimate:
    r"""Compute the mean cosine distance of two different records, in [0, 2]; O(n d).

    :math:`1 - (\lVert\sum_i u_i\rVert^2 - n) / (n (n - 1))`. Its expectation does not depend on
    the size of the sample.
    """
    n = sample.n_records
    if n < 2:
        return Estimate(None, reason="needs two records")
    total = sample.vectors.sum(axis=0, dtype=np.float64)
    own = float(np.einsum("ij,ij->", sample.vectors, sample.vectors, dtype=np.float64))
    value = 1 - (float(total @ total) - own) / (n * (n - 1))
    variance = None
    if interval:
        likeness = (sample.vectors @ total - 1) / (n - 1)
        variance = 4 * float(likeness.var()) / n + 2 * sample.purity / n**2
    return Estimate(min(2.0, max(0.0, value)), variance, n)


def _clean(shares: npt.NDArray[np.floating[Any]]) -> Float64:
    """Drop the directions that are only rounding, and make the rest sum to 1."""
    kept = shares[shares > SMALLEST_SHARE]
    cleaned: Float64 = (kept / kept.sum()).astype(np.float64, copy=False)
    return cleaned
