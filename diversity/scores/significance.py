"""How likely is a difference by chance alone, and how many of many would be?"""

import math
from collections.abc import Sequence

import numpy as np

from diversity.arrays import Bool, Float64

TIE = 1e-6
LEVEL = 0.05
ENOUGH = 20


def permutation_p(observed: float, dealt: Float64) -> float:
    """Compute how often a random deal differs at least as much, in either direction.

    ``(1 + deals at least as far from 0) / (1 + deals)``, never 0: the observed deal is one of
    those possible (Phipson and Smyth 2010). Once 20 deals were as far the answer is clear enough,
    and later ones do not count: 20 over the number it took (Besag and Clifford 1991). A deal that
    leaves the score undefined counts as one that differs more.

    Parameters
    ----------
    observed : float
        Difference of the two groups.
    dealt : ndarray of shape (n_deals,), float64
        Difference of the two sides of each random deal; NaN where undefined.

    Examples
    --------
    >>> permutation_p(2.0, np.array([0.5, -2.0, 1.0]))
    0.5
    """
    reached = np.flatnonzero(as_far(observed, dealt))
    if len(reached) >= ENOUGH:
        return float(ENOUGH / (1 + reached[ENOUGH - 1]))
    return float((1 + len(reached)) / (1 + len(dealt)))


def as_far(observed: float, dealt: Float64) -> Bool:
    """Tell which deals differ at least as much as was observed; ties up to rounding count."""
    far: Bool = ~(np.abs(dealt) < abs(observed) * (1 - TIE) - TIE**2)
    return far


def holm(p: Sequence[float]) -> list[float]:
    """Adjust p-values so that the chance of any false claim stays below the level (Holm 1979).

    Examples
    --------
    >>> [round(one, 3) for one in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    adjusted, highest = [0.0] * len(p), 0.0
    for place, index in enumerate(order.tolist()):
        highest = max(highest, min(1.0, (len(p) - place) * p[index]))
        adjusted[index] = highest
    return adjusted


def benjamini_hochberg(p: Float64) -> Float64:
    """Turn p-values into q-values: the share of false claims if all up to this one are made.

    Benjamini and Hochberg 1995.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    n = len(p)
    order = np.argsort(-p, kind="stable")
    q = np.empty(n)
    q[order] = np.minimum.accumulate(p[order] * n / np.arange(n, 0, -1))
    return np.minimum(q, 1)


def interval_of_difference(
    a: float, interval_a: tuple[float, float], b: float, interval_b: tuple[float, float]
) -> tuple[float, float]:
    """Combine the intervals of two independent values into one of ``a - b``.

    Zou and Donner 2008 (MOVER): intervals need not be symmetrical.

    Examples
    --------
    >>> interval_of_difference(5, (2, 8), 1, (-3, 5))
    (-1.0, 9.0)
    """
    below = math.hypot(a - interval_a[0], interval_b[1] - b)
    above = math.hypot(interval_a[1] - a, b - interval_b[0])
    return a - b - below, a - b + above
