"""Which records have, together, the mean of the whole, or of another set?"""

import time
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float32, Float64, Int64
from diversity.progress import Progress, Steps
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Weighted
from diversity.selection.rough import Rough

REPORT_EVERY = 32


@dataclass(frozen=True)
class Herding(Weighted):
    """Choose the record that brings the mean of the chosen ones nearest to a target.

    The target is the mean of the reference where `Inputs` holds one, else that of the candidates.

    Parameters
    ----------
    k : int
        Records to choose.
    quality_weight : float, default=0
        In [0, 1]. Standing by quality, times this, is added to what a record does for the mean.
    """


def choose(method: Herding, inputs: Inputs) -> Steps[Int64]:
    """Walk as in Welling (2009), equations 2 and 3, each record at most once.

    w starts as the target m; the record with the largest w·x is taken and w grows by m - x. For
    unit vectors that is the record that leaves the sum of the chosen ones nearest to (t + 1) m.
    O(n k d) time over a byte a number, n d bytes of memory.
    """
    vectors = inputs.candidate_vectors("herding")
    target = _target(vectors, inputs)
    rough, wanting = Rough(vectors), target.copy()
    bonus = method.quality_weight * inputs.standing
    k, started = method.n_wanted(len(vectors)), time.perf_counter()
    chosen = np.empty(k, np.int64)
    for done in range(k):
        place = rough.first_largest(wanting, bonus)
        chosen[done], bonus[place] = place, -np.inf
        wanting += target - vectors[place]
        if done % REPORT_EVERY == 0:
            yield Progress("choosing records", done + 1, k, time.perf_counter() - started)
    return inputs.rows[chosen]


def _target(vectors: Float32, inputs: Inputs) -> Float64:
    if inputs.reference is None:
        return _mean(vectors)
    if inputs.reference.ndim != 2 or inputs.reference.shape[1] != vectors.shape[1]:
        raise ValueError(
            f"the reference has shape {inputs.reference.shape}, and the vectors have "
            f"{vectors.shape[1]} dimensions"
        )
    if not len(inputs.reference):
        raise ValueError("the reference holds no vectors")
    return _mean(inputs.reference)


def _mean(vectors: Float32) -> Float64:
    mean: Float64 = vectors.mean(axis=0, dtype=np.float64)
    return mean
