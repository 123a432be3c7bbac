"""Which of the best records are unlike every better one that is kept?"""

import time
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float32, Float64, Int64
from diversity.progress import Progress, Steps
from diversity.search import TIE
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Method, within

BLOCK = 512


@dataclass(frozen=True)
class Threshold(Method):
    """Go down the records from the best on, and choose those that are unlike all chosen ones.

    Parameters
    ----------
    k : int or None
        Records to choose; None chooses every one that is unlike the better ones.
    max_similarity : float, default=0.9
        In [0, 1]. No two records chosen this way are more similar. Where there are fewer than k
        such records, the others follow, those least similar to the chosen ones first.
    """

    max_similarity: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, "max_similarity", 0, 1)

    def has_own_end(self) -> bool:
        """Say that k may be left out."""
        return True


def choose(method: Threshold, inputs: Inputs) -> Steps[Int64]:
    """Filter as DEITA's Repr Filter does (Liu et al. 2024, algorithm 1), without its batches.

    Records without a quality, or equal by it, come in row order. O(m k d) time, m being the
    records looked at until k are found.
    """
    vectors = inputs.candidate_vectors("threshold")
    order = inputs.best_first()
    k, started = method.n_wanted(len(order)), time.perf_counter()
    kept, n_kept = np.empty((k, vectors.shape[1]), np.float32), 0
    closest = np.full(len(order), -np.inf)
    for first in range(0, len(order), BLOCK):
        places = order[first : first + BLOCK]
        block = vectors[places]
        closest[first : first + len(places)] = _closest(block, kept[:n_kept], method.max_similarity)
        passed = block[closest[first : first + len(places)] <= method.max_similarity + TIE]
        passed = passed[: k - n_kept]
        kept[n_kept : n_kept + len(passed)] = passed
        n_kept += len(passed)
        if n_kept == k:
            break
        yield Progress("choosing records", first, len(order), time.perf_counter() - started)
    return inputs.rows[order[_in_turn(closest, method)[:k]]]


def _closest(block: Float32, kept: Float32, max_similarity: float) -> Float64:
    """Find the largest similarity of each row to those kept before it, in this block or earlier."""
    from diversity.selection.kernels import keep_unlike

    closest = np.full(len(block), -np.inf)
    if len(kept):
        closest[:] = (block @ kept.T).max(axis=1)
    keep_unlike(block @ block.T, closest, max_similarity + TIE)
    return closest


def _in_turn(closest: Float64, method: Threshold) -> Int64:
    """Put those that passed first, in order; without a k nobody else comes after them."""
    passed = closest <= method.max_similarity + TIE
    others = np.flatnonzero(~passed)
    others = others[np.argsort(np.round(closest[others] / TIE), kind="stable")]
    return np.concatenate([np.flatnonzero(passed), others[: 0 if method.k is None else None]])
