"""Which neighbors does a record have on its own side? Walks down a list made once."""

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int32
from diversity.scores.kernels import compiled


@compiled
def nearest_similarity(first: Bool, nearest: Int32, similarities: Float32) -> Float64:
    """Find the similarity of each record to the nearest other one on its side.

    Where the list holds none of its side, all records are looked at; 1 where it is alone.
    """
    n = len(first)
    found = np.empty(n)
    for i in range(n):
        best = -2.0
        for j in nearest[i]:
            if j != i and first[j] == first[i]:
                best = similarities[i, j]
                break
        if best == -2.0:
            for j in range(n):
                if j != i and first[j] == first[i] and similarities[i, j] > best:
                    best = similarities[i, j]
        found[i] = best if best > -2.0 else 1.0
    return found


@compiled
def novelty(
    first: Bool,
    nearest: Int32,
    distances: Float32,
    inverses: Float32,
    n_neighbors: int,
    floor: float,
    power: float,
) -> Float64:
    """Compute what each record adds to `novelsum` on its side, before the sum of the weights.

    `distances` are those to `nearest`, rising; `inverses` are 0, 1, 1/2, 1/3, ...
    """
    n = len(first)
    found = np.empty(n)
    for i in range(n):
        rank, total, spread, n_near, place = 0, 0.0, 0.0, 0, 0
        while place < n and n_near < n_neighbors:
            if first[nearest[i, place]] == first[i]:
                rank += 1
                distance = distances[i, place]
                total += distance * inverses[rank]
                if rank > 1:
                    spread += distance
                    n_near += 1
            place += 1
        for later in range(place, n):
            same = first[nearest[i, later]] == first[i]
            rank += same
            total += distances[i, later] * inverses[rank] * same
        found[i] = total / max(2 * spread / max(1, n_near), floor) ** power
    return found
