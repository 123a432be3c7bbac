"""Who may stand for whom? The candidates as a graph, repeats folded into one node.

A record and its copies are one node that weighs as much as all of them. Without that, a text
repeated a hundred times would have only itself for neighbors, and look like a hundred needs.
"""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float32, Float64, Int32, Int64
from diversity.neighbors import Neighbors, nearest_distinct, nearest_steps
from diversity.progress import Steps
from diversity.selection.inputs import Inputs

MIN_SHARE_LEFT = 0.5
N_DIFFERENT = 5


@dataclass(frozen=True, eq=False)
class Graph:
    """Different candidates and the similarities known between them.

    Parameters
    ----------
    vectors : ndarray of shape (n_nodes, n_dimensions)
    node_of : ndarray of shape (n_candidates,)
        Node of each candidate.
    weights : ndarray of shape (n_nodes,)
        Candidates at each node.
    starts, others, similarities : ndarrays
        Node i knows ``others[starts[i]:starts[i + 1]]``, who know it too.
    """

    vectors: Float32
    node_of: Int64
    weights: Float64
    starts: Int32
    others: Int32
    similarities: Float32

    def factor(self, factor: Float64) -> Float64:
        """Let each node have the largest factor of its candidates."""
        largest = np.zeros(len(self.weights))
        np.maximum.at(largest, self.node_of, factor)
        return largest

    def rows(self, nodes: Int64, inputs: Inputs, factor: Float64) -> Int64:
        """Turn chosen nodes into rows, the best of each; when nodes run out come the copies.

        Parameters
        ----------
        nodes : ndarray of shape (at most n_nodes,)
            In order of choice.
        inputs : Inputs
        factor : ndarray of shape (n_candidates,)
            The copy with the largest stands for its node, ties by row number.
        """
        order = np.lexsort((-factor, self.node_of))
        first = order[np.searchsorted(self.node_of[order], np.arange(len(self.weights)))]
        if len(nodes) < len(self.weights):
            return inputs.rows[first[nodes]]
        copies = np.ones(len(order), np.bool_)
        copies[first] = False
        rest = np.flatnonzero(copies)
        rest = rest[np.argsort(-factor[rest], kind="stable")]
        places: Int64 = np.concatenate([first[nodes], rest])
        return inputs.rows[places]


def build(inputs: Inputs, selector: str) -> Steps[Graph]:
    """Fold repeats and lay out who knows whom.

    Where the candidates are so few of the dataset that less than half of what they knew is left,
    neighbors are sought again among the candidates alone.
    """
    inputs.need("vectors", selector)
    assert inputs.vectors is not None
    known = yield from inputs.graph()
    firsts, inverse, few = nearest_distinct(inputs.vectors, known, min(known.k, N_DIFFERENT))
    nodes, node_of = np.unique(inverse[inputs.rows], return_inverse=True)
    vectors = np.ascontiguousarray(inputs.vectors[firsts[nodes]], dtype=np.float32)
    own = Neighbors(
        inverse[known.indices[firsts]].astype(np.int32),
        known.similarities[firsts],
        known.exact,
        1.0,
    )
    lists, share_left = _among(nodes, [own, few], len(firsts))
    if share_left < MIN_SHARE_LEFT:
        again = yield from nearest_steps(vectors, known.k)
        lists, _ = _among(np.arange(len(nodes)), [again], len(nodes))
    weights = np.bincount(node_of, minlength=len(nodes)).astype(np.float64)
    return Graph(vectors, node_of, weights, *_laid_out(*lists, len(nodes)))


def _among(
    nodes: Int64, known: list[Neighbors], n_all: int
) -> tuple[tuple[Int64, Int64, Float32], float]:
    """List pairs of chosen nodes by their places, and say what share of their lists that is."""
    place = np.full(n_all, -1, np.int64)
    place[nodes] = np.arange(len(nodes))
    ones = [np.repeat(np.arange(len(nodes)), lists.k) for lists in known]
    others = [place[lists.indices[nodes]].ravel() for lists in known]
    similarities = [lists.similarities[nodes].ravel() for lists in known]
    one, other = np.concatenate(ones), np.concatenate(others)
    inside = other >= 0
    share = float(inside.mean()) if len(inside) else 1.0
    kept = inside & (one != other)
    return (one[kept], other[kept], np.concatenate(similarities)[kept]), share


def _laid_out(
    one: Int64, other: Int64, similarities: Float32, n_nodes: int
) -> tuple[Int32, Int32, Float32]:
    """Sort pairs by node, each both ways and once."""
    keys = np.concatenate([one * n_nodes + other, other * n_nodes + one])
    keys, places = np.unique(keys, return_index=True)
    sizes = np.bincount(keys // max(1, n_nodes), minlength=n_nodes)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    twice = np.concatenate([similarities, similarities]).astype(np.float32)
    return starts.astype(np.int32), (keys % max(1, n_nodes)).astype(np.int32), twice[places]
