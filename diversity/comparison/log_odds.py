"""How much more often does something occur in one group than in another?

Counts of records, or of words, are not independent: copies repeat each other and a word that came
once in a text comes again. So the unit of evidence is a set of records that repeat each other, and
the variance of each count is widened by how unevenly the units share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma

import numpy as np
from scipy.special import ndtr

from diversity.arrays import Float64, Int64
from diversity.scores.kernels import compiled

PRIOR = 0.5
Z = 1.959964
FEW_EXPECTED = 10
FAINT = 1e-12


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each feature occurs in one group.

    Parameters
    ----------
    found : ndarray of shape (n_features,), float64
        Occurrences.
    total : float
        Everything that could have been one: records, or words.
    squares : ndarray of shape (n_features,), float64
        Sum over units of their squared occurrences.
    products : ndarray of shape (n_features,), float64
        Sum over units of their occurrences times their size.
    size_squares : float
        Sum over units of their squared sizes.
    """

    found: Float64
    total: float
    squares: Float64
    products: Float64
    size_squares: float


def added(counts: Sequence[Counts]) -> Counts:
    """Take several groups as one; units never reach from one into another."""
    return Counts(
        np.sum([one.found for one in counts], axis=0),
        sum(one.total for one in counts),
        np.sum([one.squares for one in counts], axis=0),
        np.sum([one.products for one in counts], axis=0),
        sum(one.size_squares for one in counts),
    )


def log_odds(a: Counts, b: Counts) -> tuple[Float64, Float64, Float64]:
    r"""Compute log odds ratios with half-widths of their 95 % intervals and p-values.

    :math:`\log \frac{y_a + \alpha}{n_a - y_a + \alpha'} - \log \frac{y_b + \alpha}{n_b - y_b +
    \alpha'}` (Monroe et al. 2008, "Fightin' Words", equations 15 to 20) with a weak Dirichlet
    prior: :math:`\alpha` and :math:`\alpha'` are half an occurrence, or the pooled share where that
    is more. Their variance is widened by the design effect of the units (Kish 1965), pooled over
    both groups and at least 1. Where fewer than 10 occurrences are expected in some cell, p is that
    of Fisher's exact test if that is larger, of counts divided by the design effect: a normal
    distribution is no guide to a single record of a small group.

    Returns
    -------
    three ndarrays of shape (n_features,), float64
    """
    n = a.total + b.total
    pooled = (a.found + b.found) / n
    more = np.maximum(PRIOR, pooled)
    less = np.maximum(PRIOR, 1 - pooled)
    cells = [(c.found + more, c.total - c.found + less) for c in (a, b)]
    ratio = np.log(cells[0][0] / cells[0][1]) - np.log(cells[1][0] / cells[1][1])
    effect = design_effect(a, b, pooled)
    error = np.sqrt(sum(1 / hit + 1 / miss for hit, miss in cells) * effect)
    p: Float64 = 2 * ndtr(-np.abs(ratio) / error)
    expected = np.minimum(pooled, 1 - pooled) * min(a.total, b.total) / effect
    rare = np.flatnonzero(expected < FEW_EXPECTED)
    if len(rare):
        p[rare] = np.maximum(p[rare], exact_p(a, b, rare, effect[rare]))
    return ratio, Z * error, p


def exact_p(a: Counts, b: Counts, features: Int64, effect: Float64) -> Float64:
    """Compute twice the smaller tail of Fisher's exact test, of counts over a design effect.

    Examples
    --------
    >>> none = np.zeros(1)
    >>> one = Counts(np.array([3.0]), 3.0, none, none, 0.0)
    >>> other = Counts(np.array([0.0]), 3.0, none, none, 0.0)
    >>> exact_p(one, other, np.array([0]), np.ones(1)).round(3).tolist()
    [0.1]
    """
    hit, all_hits, n_a, n = (
        np.broadcast_to(np.rint(part / effect).astype(np.int64), effect.shape)
        for part in (a.found[features], (a.found + b.found)[features], a.total, a.total + b.total)
    )
    found: Float64 = _fisher(hit, all_hits, n_a, n)
    return found


@compiled
def _fisher(hits: Int64, all_hits: Int64, of_a: Int64, of_both: Int64) -> Float64:
    """Walk from each count to both ends of its hypergeometric distribution."""
    found = np.empty(len(hits))
    for i in range(len(hits)):
        n, k, m = of_both[i], all_hits[i], of_a[i]
        low, high = max(0, m + k - n), min(m, k)
        hit = min(max(hits[i], low), high)
        chosen = lgamma(k + 1) + lgamma(n - k + 1) + lgamma(m + 1) + lgamma(n - m + 1)
        cells = lgamma(hit + 1) + lgamma(k - hit + 1) + lgamma(m - hit + 1)
        own = np.exp(chosen - lgamma(n + 1) - cells - lgamma(n - k - m + hit + 1))
        smaller = 1.0
        for step in (-1, 1):
            tail, term, x = own, own, hit
            while low <= x + step <= high and term > FAINT * tail:
                if step > 0:
                    term *= (k - x) / (x + 1) * ((m - x) / (n - k - m + x + 1))
                else:
                    term *= x / (k - x + 1) * ((n - k - m + x) / (m - x + 1))
                tail += term
                x += step
            smaller = min(smaller, tail)
        found[i] = min(1.0, 2 * smaller)
    return found


def design_effect(a: Counts, b: Counts, pooled: Float64) -> Float64:
    """Compute by how much units that share a feature unevenly widen its variance, at least 1."""
    spread = sum(
        one.squares - 2 * pooled * one.products + pooled**2 * one.size_squares for one in (a, b)
    )
    expected = (a.total + b.total) * pooled * (1 - pooled)
    ratio = np.divide(spread, expected, out=np.ones_like(expected), where=expected > 0)
    effect: Float64 = np.maximum(1.0, ratio)
    return effect
