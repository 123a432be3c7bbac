"""What do the greedy selectors do for every record at every step? Loops, compiled once."""

import numpy as np

from diversity.arrays import Bool, Float32, Float64
from diversity.scores.kernels import compiled

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
