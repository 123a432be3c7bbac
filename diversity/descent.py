"""How does one epoch of UMAP move the records? Compiled by numba, so import this late.

Edges pull their two ends together; each pull is answered by pushes from records drawn at random
(McInnes, Healy and Melville, arXiv 1802.03426, section 3.2 and algorithm 5). One thread, so that
the same seed gives the same map.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from diversity.arrays import Float32, Float64, Int32

NEGATIVE_RATE = 5
_LONGEST_STEP = 4.0

Seeds = npt.NDArray[np.uint64]
Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def _compiled(function: Compiled) -> Compiled:
    """Compile on first call and keep the machine code on disk."""
    return cast("Compiled", njit(cache=True, fastmath=True)(function))


@_compiled
def _square_distance(coordinates: Float32, i: int, j: int) -> float:
    total: float = 0.0
    for d in range(coordinates.shape[1]):
        total += (coordinates[i, d] - coordinates[j, d]) ** 2
    return total


@_compiled
def _step(coordinates: Float32, i: int, j: int, d: int, strength: float) -> float:
    step: float = strength * (coordinates[i, d] - coordinates[j, d])
    return min(max(step, -_LONGEST_STEP), _LONGEST_STEP)


@_compiled
def _pull(coordinates: Float32, i: int, j: int, a: float, b: float, rate: float) -> None:
    square = _square_distance(coordinates, i, j)
    if square > 0:
        power = square**b
        strength = -2 * a * b * power / (square * (a * power + 1))
        for d in range(coordinates.shape[1]):
            step = rate * _step(coordinates, i, j, d, strength)
            coordinates[i, d] += step
            coordinates[j, d] -= step


@_compiled
def _push(coordinates: Float32, i: int, j: int, a: float, b: float, rate: float) -> None:
    square = _square_distance(coordinates, i, j)
    if square > 0:
        strength = 2 * b / ((0.001 + square) * (a * square**b + 1))
        for d in range(coordinates.shape[1]):
            coordinates[i, d] += rate * _step(coordinates, i, j, d, strength)


@_compiled
def _draw(seeds: Seeds, i: int, n_records: int) -> int:
    """Draw a record by the xorshift generator of record i (Marsaglia, 2003)."""
    seed = seeds[i]
    seed ^= seed << np.uint64(13)
    seed ^= seed >> np.uint64(7)
    seed ^= seed << np.uint64(17)
    seeds[i] = seed
    return int(np.int64(seed >> np.uint64(11)) % n_records)


@_compiled
def descend(
    coordinates: Float32,
    heads: Int32,
    tails: Int32,
    wait: Float64,
    due: Float64,
    push_due: Float64,
    seeds: Seeds,
    curve: tuple[float, float],
    epochs: tuple[int, int, int],
) -> None:
    """Visit every edge as often as its weight asks; changes the arrays it is given.

    Parameters
    ----------
    coordinates : ndarray of shape (n_records, n_dimensions)
        Moved in place.
    heads, tails, wait : ndarray of shape (n_edges,)
        The two ends of each edge, and the epochs between two visits to it.
    due, push_due : ndarray of shape (n_edges,)
        Epoch of the next visit and of the next push; carried from call to call.
    seeds : ndarray of shape (n_records,)
        State of each record's random numbers.
    curve : tuple of float
        a and b of the low-dimensional strength 1 / (1 + a d^2b).
    epochs : tuple of int
        The first epoch, the one to stop before, and how many there are in all.
    """
    a, b = curve
    first, last, n_epochs = epochs
    for epoch in range(first, last):
        rate = 1 - epoch / n_epochs
        for edge in range(len(heads)):
            if due[edge] <= epoch:
                due[edge] += wait[edge]
                _pull(coordinates, heads[edge], tails[edge], a, b, rate)
                between = wait[edge] / NEGATIVE_RATE
                n_pushes = int((epoch - push_due[edge]) / between)
                push_due[edge] += n_pushes * between
                for _ in range(n_pushes):
                    stranger = _draw(seeds, heads[edge], len(coordinates))
                    _push(coordinates, heads[edge], stranger, a, b, rate)
