"""Which records have, between them, something much like every record?"""

import time
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float64, Int64
from diversity.progress import Progress, Steps
from diversity.selection.graph import Graph, build
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Weighted

SLICE = 256
NO_LEAST = -1.0


@dataclass(frozen=True)
class FacilityLocation(Weighted):
    """Choose the record that most raises the similarity of all records to the chosen ones.

    Parameters
    ----------
    k : int
        Records to choose.
    quality_weight : float, default=0
        In [0, 1]. At 1 what a record adds counts in proportion to its standing by quality.
    """


def choose(method: FacilityLocation, inputs: Inputs) -> Steps[Int64]:
    """Maximise ``sum_i max_{j chosen} max(0, similarity_ij)`` by lazy greedy steps.

    What a record would add is counted over the records that know it (the graph of neighbors);
    what a chosen one gives is followed along the graph as far as it gives anything. With a graph
    of all pairs this is the plain greedy algorithm, within 1 - 1/e of the best choice. About
    O(n d log k) time beside the graph.
    """
    graph = yield from build(inputs, "facility_location")
    factor = inputs.factor(method.quality_weight)
    n_nodes = method.n_wanted(len(graph.weights))
    nodes, _ = yield from covered(graph, factor, n_nodes, NO_LEAST, np.inf)
    return graph.rows(nodes, inputs, factor)[: method.k]


def covered(
    graph: Graph, factor: Float64, n_wanted: int, least: float, until: float
) -> Steps[tuple[Int64, float]]:
    """Choose nodes with `kernels.represent`, a slice at a time; say also how much is held then."""
    from diversity.selection.kernels import represent

    n_nodes, started = len(graph.weights), time.perf_counter()
    bounds, held = np.full(n_nodes, np.inf), np.zeros(n_nodes, np.float32)
    visited = np.full(n_nodes, -1, np.int32)
    edges = (graph.vectors, graph.starts, graph.others, graph.similarities)
    state, factor = (bounds, held, visited), graph.factor(factor)
    chosen = [np.empty(0, np.int64)]
    for done in range(0, n_wanted, SLICE):
        wanted = min(SLICE, n_wanted - done)
        nodes = represent(edges, graph.weights, factor, least, *state, wanted, until)
        chosen.append(nodes)
        if len(nodes) < wanted:
            break
        elapsed_s = time.perf_counter() - started
        yield Progress("choosing records", done + wanted, n_wanted, elapsed_s)
    return np.concatenate(chosen), float(graph.weights @ held)
