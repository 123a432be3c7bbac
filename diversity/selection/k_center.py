"""Which records leave no record far from a chosen one? Farthest first."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int64
from diversity.neighbors import Neighbors
from diversity.progress import Progress, Steps
from diversity.search import TIE
from diversity.selection.columns import BATCH, Columns
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Method, within


@dataclass(frozen=True)
class KCenter(Method):
    """Choose the record farthest from all that are chosen, again and again.

    Parameters
    ----------
    k : int
        Records to choose.
    outlier_guard : float, default=0.05
        In [0, 1). This share of the candidates, those in the emptiest regions, is chosen only when
        all others are; without it the first records are mostly oddities.
    quality_weight : float, default=0
        In [0, 1]. At 1 the distance counts in proportion to the standing by quality.
    """

    outlier_guard: float = 0.05
    quality_weight: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, "outlier_guard", 0, np.nextafter(1, 0))
        within(self, "quality_weight", 0, 1)


def choose(method: KCenter, inputs: Inputs) -> Steps[Int64]:
    """Run the greedy 2-approximation of Gonzalez (1985), from the most central record on.

    The chosen record maximises ``factor * (1 - largest similarity to a chosen one)``; values
    closer than 1e-6 are ties. O(n k d) time, O(n) memory.
    """
    vectors = inputs.candidate_vectors("k_center")
    factor = inputs.factor(method.quality_weight)
    held_back = np.zeros(len(vectors), np.bool_)
    if n_guarded := int(method.outlier_guard * len(vectors)):
        neighbors = yield from inputs.graph()
        held_back[_emptiest(neighbors, inputs.rows, n_guarded)] = True
    k, started = method.n_wanted(len(vectors)), time.perf_counter()
    chosen: list[int] = []
    for place in _farthest_first(vectors, factor, held_back, k):
        chosen.append(place)
        if len(chosen) % BATCH == 0:
            yield Progress("choosing records", len(chosen), k, time.perf_counter() - started)
    return inputs.rows[np.array(chosen, dtype=np.int64)]


def _emptiest(neighbors: Neighbors, rows: Int64, n: int) -> Int64:
    """Find the n candidates least similar to their neighbors, ties by the later row."""
    crowding = np.round(neighbors.similarities[rows].mean(axis=1, dtype=np.float64) / TIE)
    return np.lexsort((-rows, crowding))[:n]


def _farthest_first(vectors: Float32, factor: Float64, held_back: Bool, k: int) -> Iterator[int]:
    """Walk from the centre to wherever is farthest; `held_back` comes when all else is chosen."""
    from diversity.selection.kernels import next_farthest

    blocked = held_back.copy()
    nearest = np.full(len(vectors), -np.inf, np.float32)
    columns = Columns(vectors)
    n_free = len(vectors) - int(np.count_nonzero(blocked))
    place = _most_central(vectors, factor, blocked)
    for done in range(1, k + 1):
        similarities = columns.get(place)
        if similarities is None:
            likely = np.where(blocked, -np.inf, factor * (1 - nearest))
            similarities = columns.compute(place, likely)
        yield place
        blocked[place] = True
        if done == n_free:
            blocked[held_back] = False
        place = next_farthest(nearest, similarities, factor, blocked)


def _most_central(vectors: Float32, factor: Float64, blocked: Bool) -> int:
    if blocked.all():
        return 0
    centre = vectors[~blocked].mean(axis=0, dtype=np.float64).astype(np.float32)
    closeness = np.round(factor * (1 + vectors @ centre) / TIE)
    return int(np.where(blocked, -np.inf, closeness).argmax())
