"""Who may stand for whom? The candidates as a graph, repeats folded into one node.

A record and its copies are one node that weighs as much as all of them. Without that, a text
repeated a hundred times would have only itself for neighbors, and look like a hundred needs.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from diversity.arrays import Float32, Float64, Int32, Int64
from diversity.neighbors import Neighbors, nearest_distinct, nearest_steps
from diversity.progress import Steps
from diversity.selection.inputs import Inputs

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MIN_SHARE_LEFT = 0.5


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

    Where so few candidates are left of the dataset that their lists of neighbors are more than
    half empty, neighbors are sought again among the candidates alone.
    """
    inputs.need("vectors", selector)
    assert inputs.vectors is not None
    known = yield from inputs.graph()
    firsts, inverse, neighbors = nearest_distinct(inputs.vectors, known, known.k)
    nodes, node_of = np.unique(inverse[inputs.rows], return_inverse=True)
    vectors = np.ascontiguousarray(inputs.vectors[firsts[nodes]], dtype=np.float32)
    left = _table(neighbors)[nodes][:, nodes]
    if left.nnz < MIN_SHARE_LEFT * len(nodes) * min(neighbors.k, len(nodes) - 1):
        left = _table((yield from nearest_steps(vectors, known.k)))
    both = left.maximum(left.T).tocsr()
    both.sort_indices()
    return Graph(
        vectors,
        node_of,
        np.bincount(node_of, minlength=len(nodes)).astype(np.float64),
        both.indptr.astype(np.int32),
        both.indices.astype(np.int32),
        both.data.astype(np.float32),
    )


def _table(neighbors: Neighbors) -> "csr_matrix":
    """Write lists of neighbors as a sparse table; similarities of 0 and less are left out."""
    from scipy.sparse import csr_matrix

    n, k = neighbors.indices.shape
    values = np.maximum(neighbors.similarities.ravel(), 0)
    others = neighbors.indices.flatten()
    table = csr_matrix((values, others, np.arange(n + 1) * k), shape=(n, n))
    table.eliminate_zeros()
    return table
