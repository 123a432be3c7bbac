"""What do the greedy selectors do for every record at every step? Loops, compiled once."""

import heapq

import numpy as np
import numpy.typing as npt

from diversity.arrays import Bool, Float32, Float64, Int32, Int64
from diversity.scores.kernels import compiled

Int8 = npt.NDArray[np.int8]
Int16 = npt.NDArray[np.int16]
PER_UNIT = 1e6


@compiled
def next_farthest(nearest: Float32, similarities: Float32, factor: Float64, blocked: Bool) -> int:
    """Take a choice into account, and find the next.

    `nearest`, the largest similarity of each record to a chosen one, is raised in place. Returns
    the record that maximises ``factor * (1 - nearest)`` rounded to 1e-6, the first of several;
    -1 where all are blocked.
    """
    best, most = -1, -np.inf
    for place in range(len(nearest)):
        nearest[place] = max(nearest[place], similarities[place])
        if not blocked[place]:
            gain = np.rint(factor[place] * (1 - nearest[place]) * PER_UNIT)
            if gain > most:
                best, most = place, gain
    return best


@compiled
def maybe_largest(rows: Int8, steps: Int16, units: Float64, off: Float64, bonus: Float64) -> Int64:
    """Find the rows that may have the largest ``units * (rows @ steps) + bonus``, off by `off`.

    Sums stay within 32 bits if the caller keeps `steps` small enough.
    """
    most = np.empty(len(rows))
    least = -np.inf
    for place in range(len(rows)):
        total = np.int32(0)
        for at in range(len(steps)):
            total = np.int32(total + np.int32(rows[place, at]) * np.int32(steps[at]))
        value = units[place] * total + bonus[place]
        most[place] = value + off[place]
        least = max(least, value - off[place])
    return np.flatnonzero((most >= least) & (bonus > -np.inf))


@compiled
def represent(
    graph: tuple[Float32, Int32, Int32, Float32],
    weights: Float64,
    factor: Float64,
    least: float,
    bounds: Float64,
    held: Float32,
    visited: Int32,
    n_wanted: int,
    until: float,
) -> Int64:
    """Choose the nodes that add most, one after the other (lazy greedy).

    What node j gives node i is their similarity s, or, where `least` is not negative, 1 if
    s >= least and 0 otherwise; a node gives itself 1. What i holds is the most that a chosen node
    gives it. Node j adds, to itself and to those it knows, ``factor[j] * sum_i weights[i] *
    max(0, given - held[i])``; rounded to 1e-6, ties to the smaller node. What a choice gives to
    nodes farther off is followed along the graph as far as it gives.

    Parameters
    ----------
    graph : (vectors, starts, others, similarities)
    bounds : ndarray of shape (n_nodes,)
        What each node adds at most; -inf where chosen. Brought up to date in place, as are `held`
        and `visited`, the number of the choice that looked at a node last.
    n_wanted : int
        Stop after so many choices.
    until : float
        Stop when the nodes together hold so much.
    """
    n_nodes = len(weights)
    heap = [(-bounds[node], node) for node in range(n_nodes) if bounds[node] > -np.inf]
    heapq.heapify(heap)
    n_before = n_nodes - len(heap)
    total = (weights * held).sum()
    stack = np.empty(n_nodes, np.int32)
    chosen = np.empty(min(n_wanted, len(heap)), np.int64)
    for place in range(len(chosen)):
        if total >= until:
            return chosen[:place]
        while True:
            _, node = heapq.heappop(heap)
            gain = _gain(node, graph, weights, least, held)
            bounds[node] = np.rint(factor[node] * gain * PER_UNIT)
            if len(heap) == 0 or (-bounds[node], node) <= heap[0]:
                break
            heapq.heappush(heap, (-bounds[node], node))
        chosen[place] = node
        bounds[node] = -np.inf
        total += _hand_out(node, graph, weights, least, held, visited, n_before + place, stack)
    return chosen


@compiled
def _gain(
    node: int,
    graph: tuple[Float32, Int32, Int32, Float32],
    weights: Float64,
    least: float,
    held: Float32,
) -> float:
    _, starts, others, similarities = graph
    gain: float = weights[node] * (1 - held[node])
    for at in range(starts[node], starts[node + 1]):
        other = others[at]
        given = _given(similarities[at], least)
        if given > held[other]:
            gain += weights[other] * (given - held[other])
    return gain


@compiled
def _hand_out(
    node: int,
    graph: tuple[Float32, Int32, Int32, Float32],
    weights: Float64,
    least: float,
    held: Float32,
    visited: Int32,
    number: int,
    stack: Int32,
) -> float:
    """Raise what others hold, from one to the next as long as it helps; return by how much."""
    vectors, starts, others, _ = graph
    total: float = weights[node] * (1 - held[node])
    held[node], visited[node] = 1, number
    stack[0], height = node, 1
    while height > 0:
        height -= 1
        here = stack[height]
        for at in range(starts[here], starts[here + 1]):
            other = others[at]
            if visited[other] == number:
                continue
            visited[other] = number
            given = _given(_dot(vectors[node], vectors[other]), least)
            if given > held[other]:
                total += weights[other] * (given - held[other])
                held[other] = given
            elif least < 0 or given == 0:
                continue
            stack[height] = other
            height += 1
    return total


@compiled
def _given(similarity: float, least: float) -> float:
    if least < 0:
        return similarity
    return 1.0 if similarity >= least else 0.0


@compiled
def _dot(one: Float32, other: Float32) -> float:
    similarity: float = np.dot(one, other)
    return similarity


@compiled
def keep_unlike(table: Float32, closest: Float64, most: float) -> None:
    """Compare the rows of a block with those kept before them; raises `closest` in place.

    `table` holds the similarities within the block; a row is kept if `closest` is at most `most`.
    """
    for row in range(len(table)):
        if closest[row] <= most:
            for later in range(row + 1, len(table)):
                closest[later] = max(closest[later], np.float64(table[row, later]))
