"""Which records represent a wanted share of the dataset, each standing for those like it?"""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int64
from diversity.progress import Steps
from diversity.search import TIE
from diversity.selection.facility_location import covered
from diversity.selection.graph import Graph, build
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Method, within

N_HALVINGS = 10
_BLOCK = 4096


@dataclass(frozen=True)
class Coverage(Method):
    """Choose the record that represents most records that no chosen one represents yet.

    Parameters
    ----------
    k : int or None
        Records to choose; None, with a `min_similarity`, as many as represent the share.
    share : float, default=0.9
        In (0, 1]. The share of the candidates that shall be represented. With k alone, the
        similarity from which one record represents another is set as high as that allows, to
        1/1024.
    min_similarity : float, optional
        In [0, 1]. From this similarity on one record represents another. With k given too, `share`
        is not looked at.
    quality_weight : float, default=0
        In [0, 1]. At 1 what a record represents counts in proportion to its standing by quality.
    """

    share: float = 0.9
    min_similarity: float | None = None
    quality_weight: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, "share", np.nextafter(0, 1), 1)
        if self.min_similarity is not None:
            within(self, "min_similarity", 0, 1)
        within(self, "quality_weight", 0, 1)

    def has_own_end(self) -> bool:
        """Say whether k may be left out: where `min_similarity` says what is represented."""
        return self.min_similarity is not None


def choose(method: Coverage, inputs: Inputs) -> Steps[Int64]:
    """Run greedy maximum coverage, at the similarity that a binary search finds.

    As in `facility_location.choose`, what a record would add is counted over the records that
    know it, and followed along the graph once it is chosen. When all are represented, records
    follow in row order. About O(n d log k) time for each of 11 similarities.
    """
    graph = yield from build(inputs, "coverage")
    factor = inputs.factor(method.quality_weight)
    n_wanted = method.n_wanted(len(graph.weights))
    least = method.min_similarity
    if least is None:
        least = yield from _highest(graph, factor, n_wanted, method.share)
    until = _amount(graph, method.share) if method.k is None else np.inf
    nodes, _ = yield from covered(graph, factor, n_wanted, max(0, least - TIE), until)
    if method.k is None:
        return graph.rows(nodes, inputs, factor)[: len(nodes)]
    return graph.rows(nodes, inputs, factor)[: method.k]


def represented(vectors: Float32, rows: Int64, among: Int64 | Bool) -> tuple[Int64, Float32]:
    """Find which chosen record stands for each record: the one most like it.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows.
    rows : ndarray of int64
        Chosen records, at least one.
    among : ndarray of row numbers or of shape (n_records,), bool
        The records to be represented.

    Returns
    -------
    by : ndarray of int64
        For each of `among`, the place in `rows` of the record that stands for it; ties to the
        earlier choice. ``numpy.bincount(by, minlength=len(rows))`` says how many each stands for.
    similarities : ndarray of float32
        How like it that one is.

    Notes
    -----
    O(n k d) time.
    """
    among = np.flatnonzero(among) if among.dtype == np.bool_ else among
    by, similarities = np.empty(len(among), np.int64), np.empty(len(among), np.float32)
    for first in range(0, len(among), _BLOCK):
        block = slice(first, first + _BLOCK)
        found = vectors[among[block]] @ vectors[rows].T
        by[block] = np.round(found / TIE).argmax(axis=1)
        similarities[block] = np.take_along_axis(found, by[block, None], 1)[:, 0]
    return by, similarities


def _highest(graph: Graph, factor: Float64, n_wanted: int, share: float) -> Steps[float]:
    """Find the highest similarity at which the records wanted represent the share."""
    until = _amount(graph, share)
    low, high = 0.0, 1.0
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        _, held = yield from covered(graph, factor, n_wanted, middle - TIE, until)
        low, high = (middle, high) if held >= until else (low, middle)
    return low


def _amount(graph: Graph, share: float) -> float:
    """Return how much must be represented, less what float sums may be off."""
    return float(share * graph.weights.sum()) - TIE
