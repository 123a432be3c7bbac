"""Which records keep every group in its share, or give each the same?"""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Int64
from diversity.progress import Steps
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Method, within
from diversity.selection.random import drawn


@dataclass(frozen=True)
class Stratified(Method):
    """Share the places out over the groups, and draw lots within each.

    Parameters
    ----------
    k : int
        Records to choose.
    exponent : float, default=0
        In [0, 1]. A group of s records gets places in proportion to s to this power: 0 gives every
        group the same number (balanced), 1 its share of the dataset (proportional).
    quality_weight : float, default=0
        In [0, 1]. 0 draws lots within a group, 1 takes its best.
    random_state : int, default=0
        Another number, another lot.
    """

    exponent: float = 0.0
    quality_weight: float = 0.0
    random_state: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, "exponent", 0, 1)
        within(self, "quality_weight", 0, 1)
        within(self, "random_state", 0)


def choose(method: Stratified, inputs: Inputs) -> Steps[Int64]:
    """Hand out one place after the other to the group that lacks most of its share.

    The i-th record of a group of s (i = 0, 1, ...) has the claim s^exponent / (2 i + 1); places go
    to the largest claims, ties to the smaller label. Webster and Sainte-Laguë's method: shares
    are met as closely as whole records allow for every prefix, and a group that is used up leaves
    its places to the others. O(n log n) time.
    """
    yield from ()
    inputs.need("labels", "stratified")
    assert inputs.labels is not None
    labels = np.asarray(inputs.labels)[inputs.rows]
    turns = drawn(inputs, method.quality_weight, method.random_state)
    order = np.lexsort((turns, labels))
    _, starts, sizes = np.unique(labels[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(starts, sizes)
    claims = np.repeat(sizes.astype(np.float64) ** method.exponent, sizes) / (2 * place + 1)
    return inputs.rows[order[np.argsort(-claims, kind="stable")[: method.k]]]
