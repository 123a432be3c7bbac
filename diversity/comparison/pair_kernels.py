"""Which neighbors does a record have on its own side? Walks down a list made once."""

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int32
from diversity.scores.kernels import compiled

LANES = 16


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
    signs: Float32,
    nearest: Int32,
    distances: Float32,
    n_neighbors: int,
    floor: float,
    power: float,
) -> Float64:
    """Sum what records add to `novelsum` on their side, before the sum of the weights.

    `signs`, of shape (n_records, 16), says for 16 deals at once on which side a record is: 1 or
    -1. `distances` are those to `nearest`, rising. Returns the sums of both sides, shape (2, 16).
    """
    n = len(signs)
    found = np.zeros((2, LANES))
    rank, near = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    total, spread = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    half, one, most = np.float32(0.5), np.float32(1), np.float32(n_neighbors)
    for i in range(n):
        rank[:], near[:], total[:], spread[:] = 0, 0, 0, 0
        for place in range(n):
            j, distance = nearest[i, place], distances[i, place]
            for lane in range(LANES):
                same = half * (one + signs[j, lane] * signs[i, lane])
                later = min(rank[lane], one)
                rank[lane] += same
                total[lane] += same * distance / max(rank[lane], one)
                wanted = same * later * min(most - near[lane], one)
                near[lane] += wanted
                spread[lane] += wanted * distance
        for lane in range(LANES):
            density = max(2 * spread[lane] / max(near[lane], one), floor)
            found[0 if signs[i, lane] > 0 else 1, lane] += total[lane] / density**power
    return found
