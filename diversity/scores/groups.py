"""How many different groups are there? Hill numbers and coverage of any column of labels.

Noise (-1) is no group: it is left out, and counted in the parameters of each score. What is left
out: how different the groups are from each other.
"""

import math
from collections.abc import Iterable

import numpy as np

from diversity.arrays import Int32, Int64
from diversity.scores.intervals import guess_assemblage
from diversity.scores.values import Estimate

NAMES = ("hill_0", "hill_1", "hill_2", "coverage")


def score_groups_of(labels: Int32, names: Iterable[str], *, interval: bool) -> dict[str, Estimate]:
    """Compute the scores of the labels of a sample; linear in its records."""
    held = labels[labels >= 0]
    n_noise = len(labels) - len(held)
    counts = count_groups(held)
    return {
        name: _with_noise(score_counts(counts, name, interval=interval), n_noise) for name in names
    }


def count_groups(labels: Int32) -> Int64:
    """Count the records of each group that occurs; labels must not be negative."""
    return np.unique(labels, return_counts=True)[1].astype(np.int64)


def score_counts(counts: Int64, name: str, *, interval: bool) -> Estimate:
    """Compute one score of the sizes of groups, all of them positive."""
    n = int(counts.sum())
    if n == 0:
        return Estimate(None, reason="no record is in a group")
    value = _VALUES[name](counts)
    if value is None:
        return Estimate(None, n_records=n, reason="no two records share a group")
    variance = _VARIANCES[name](counts, value) if interval and n > 1 else None
    return Estimate(value, variance, n, "linear" if name in ("hill_0", "coverage") else "log")


def hill(counts: Int64, order: float) -> float:
    r"""Compute the effective number of groups of order q.

    :math:`(\sum_i p_i^q)^{1/(1-q)}` with :math:`p_i` the share of group i; at order 0 the number
    of groups, at order 1 the exponential of the entropy, at infinity one over the largest share.
    In [1, number of groups]: the number of groups when all are of one size. Hill 1973,
    "Diversity and evenness".

    Examples
    --------
    >>> hill(np.array([5, 5, 5]), 2)
    3.0
    """
    shares = counts[counts > 0] / counts.sum()
    if order == 1:
        return math.exp(-float(shares @ np.log(shares)))
    if order == math.inf:
        return 1 / float(shares.max())
    return math.pow(float((shares**order).sum()), 1 / (1 - order))


def hill_2_unbiased(counts: Int64) -> float | None:
    """Compute one over the chance that two different records share a group; None if none do.

    ``n (n - 1) / sum(c (c - 1))``: the chance has the same expectation in samples of any size
    (Simpson 1949, "Measurement of diversity"). At least 1, no upper bound but n (n - 1) / 2.
    """
    n = int(counts.sum())
    pairs = int((counts * (counts - 1)).sum())
    return n * (n - 1) / pairs if pairs else None


def coverage(counts: Int64) -> float:
    """Estimate the share of the population whose group was seen, ``1 - f1 / n``, in [0, 1].

    Good 1953, "The population frequencies of species"; f1 is the number of groups
    with one record.
    """
    return 1 - int((counts == 1).sum()) / int(counts.sum())


def _with_noise(estimate: Estimate, n_noise: int) -> Estimate:
    return Estimate(
        estimate.value, estimate.variance, estimate.n_records, estimate.scale, estimate.degrees,
        {"noise": "left out", "n_noise": n_noise}, estimate.reason,
    )  # fmt: skip


def _richness_variance(counts: Int64, _value: float) -> float:
    """Sum over groups the variance of being seen; a fixed total takes off the second term."""
    guess = guess_assemblage(np.bincount(counts))
    absent = np.exp(-guess.rates)
    seen = guess.total(absent * (1 - absent))
    return max(0.0, seen - guess.total(guess.rates * absent) ** 2 / int(counts.sum()))


def _coverage_variance(counts: Int64, _value: float) -> float:
    """Sum over groups the variance of being seen once, as for the number of groups."""
    guess = guess_assemblage(np.bincount(counts))
    once = guess.rates * np.exp(-guess.rates)
    n = int(counts.sum())
    slope = guess.total(once * (1 - guess.rates))
    return max(0.0, guess.total(once * (1 - once)) - slope**2 / n) / n**2


def _entropy_variance(counts: Int64, value: float) -> float:
    """Leave one record out of each group in turn; n times the entropy loses `surprise`."""
    n = int(counts.sum())
    surprise = counts * np.log(counts) - (counts - 1) * np.log(np.maximum(counts - 1, 1))
    spread = float(counts @ surprise**2 / n - (counts @ surprise / n) ** 2)
    return value**2 * spread / n


def _simpson_variance(counts: Int64, value: float) -> float:
    n = int(counts.sum())
    shares = counts / n
    chance = float(shares @ shares)
    linear = 4 * float(shares @ shares**2 - chance**2) / n
    return value**4 * (linear + 2 * chance * (1 - chance) / n**2)


_VALUES = {
    "hill_0": lambda counts: float(len(counts)),
    "hill_1": lambda counts: hill(counts, 1),
    "hill_2": hill_2_unbiased,
    "coverage": coverage,
}
_VARIANCES = {
    "hill_0": _richness_variance,
    "hill_1": _entropy_variance,
    "hill_2": _simpson_variance,
    "coverage": _coverage_variance,
}
