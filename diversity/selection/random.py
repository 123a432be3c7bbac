"""Which records would chance choose? The baseline that every other selector must beat."""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Int64
from diversity.progress import Steps
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Method, within


@dataclass(frozen=True)
class Random(Method):
    """Choose by lot.

    Parameters
    ----------
    k : int
        Records to choose.
    quality_weight : float, default=0
        In [0, 1]. 0 is chance alone, 1 the best by quality; between, a lot and the standing by
        quality are mixed.
    random_state : int, default=0
        Another number, another lot.
    """

    quality_weight: float = 0.0
    random_state: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, "quality_weight", 0, 1)
        within(self, "random_state", 0)


def choose(method: Random, inputs: Inputs) -> Steps[Int64]:
    """Draw the lots; a record's lot does not depend on who else may be chosen. O(n log n) time."""
    yield from ()
    turns = drawn(inputs, method.quality_weight, method.random_state)
    return inputs.rows[np.argsort(turns)[: method.k]]


def drawn(inputs: Inputs, quality_weight: float, random_state: int) -> Int64:
    """Give each candidate its turn, from 0 on; equals by quality take turns by lot."""
    lots = np.random.default_rng(random_state).random(inputs.n_records)[inputs.rows]
    mixed = (1 - quality_weight) * lots + quality_weight * inputs.standing
    turns = np.empty(len(lots), np.int64)
    turns[np.lexsort((-lots, -mixed))] = np.arange(len(lots))
    return turns
