"""How is a neighbor graph laid out in a few dimensions, so that neighbors lie together? UMAP.

McInnes, Healy and Melville, "UMAP" (arXiv 1802.03426): a fuzzy graph (section 3.1), then
stochastic gradient descent on its cross entropy (section 3.2). Written out here, and held
against umap-learn in the tests, because importing umap-learn compiles for half a minute on a
fresh machine, shows no progress and cannot be stopped; this compiles one loop in a second.

Left out: supervised and density-preserving maps, spectral starts, other metrics.
"""

import time
from dataclasses import dataclass
from functools import cache

import numpy as np

from diversity.arrays import Float32, Float64, Int32
from diversity.neighbors import Neighbors
from diversity.progress import Progress, Steps

_LEAST_SPREAD = 1e-3
_SAME = 1e-6
_EPOCHS_A_STEP = 10
_MANY = 50_000


@dataclass(frozen=True, eq=False)
class FuzzyGraph:
    """Weighted, symmetric edges; each stands twice, once in each direction.

    Parameters
    ----------
    heads, tails : ndarray of shape (n_edges,), int32
        The two ends, sorted by head.
    weights : ndarray of shape (n_edges,), float32
        Membership strength in (0, 1], larger between closer records.
    n_records : int
        Nodes.
    """

    heads: Int32
    tails: Int32
    weights: Float32
    n_records: int


def fuzzy_graph(neighbors: Neighbors, n_neighbors: int) -> FuzzyGraph:
    """Turn neighbor similarities into membership strengths on each record's own scale.

    Parameters
    ----------
    neighbors : Neighbors
        At least ``n_neighbors - 1`` neighbors a record, as far as there are that many records.
    n_neighbors : int
        Size of a neighborhood, the record itself included, as in umap-learn.

    Returns
    -------
    FuzzyGraph
        The union a + b - ab of the two directed strengths.

    Notes
    -----
    Distance is the chord between unit vectors, √(2 - 2 similarity). O(n k) time.
    """
    from scipy.sparse import csr_array

    k = min(n_neighbors - 1, neighbors.k)
    n_records = len(neighbors.indices)
    distances = np.sqrt(np.maximum(0, 2 - 2 * neighbors.similarities[:, :k].astype(np.float64)))
    distances[neighbors.similarities[:, :k] > 1 - _SAME] = 0
    strengths = _strengths(distances, np.log2(k + 1))
    starts = np.arange(0, n_records * k + 1, max(1, k))[: n_records + 1]
    one_way = csr_array(
        (strengths.ravel(), neighbors.indices[:, :k].ravel(), starts), shape=(n_records, n_records)
    )
    both = one_way + one_way.T - one_way * one_way.T
    both.sort_indices()
    edges = both.tocoo()
    heads, tails = edges.coords
    return FuzzyGraph(
        heads.astype(np.int32), tails.astype(np.int32), edges.data.astype(np.float32), n_records
    )


def lay_out(
    graph: FuzzyGraph,
    start: Float32,
    *,
    min_dist: float,
    random_state: int,
    stage: str,
    n_epochs: int | None = None,
) -> Steps[Float32]:
    """Move records until strong edges are short and strangers apart.

    Parameters
    ----------
    graph : FuzzyGraph
        What belongs together.
    start : ndarray of shape (n_records, n_dimensions)
        First coordinates; each axis is stretched to [0, 10].
    min_dist : float
        Smallest distance at which neighbors are content, in [0, 1).
    random_state : int
        Seed of the strangers that push away.
    stage : str
        What to call this work in the reported progress.
    n_epochs : int, optional
        Times the strongest edge is visited; by default 200, and 100 for more than 50,000 records.

    Returns
    -------
    generator of Progress, returning ndarray of shape (n_records, n_dimensions), float32
        The same bits for the same arguments on the same machine.
    """
    from diversity.descent import NEGATIVE_RATE, descend

    began = time.perf_counter()
    n_epochs = n_epochs or (200 if graph.n_records <= _MANY else 100)
    coordinates = _stretched(start)
    keep = graph.weights >= graph.weights.max(initial=0) / n_epochs
    heads, tails, weights = graph.heads[keep], graph.tails[keep], graph.weights[keep]
    wait = (weights.max(initial=0) / weights).astype(np.float64)
    due, push_due = wait.copy(), wait / NEGATIVE_RATE
    seeds = np.random.default_rng(random_state).integers(1, 2**63, graph.n_records, np.uint64)
    curve = _curve(min_dist)
    for first in range(0, n_epochs, _EPOCHS_A_STEP):
        last = min(first + _EPOCHS_A_STEP, n_epochs)
        epochs = (first, last, n_epochs)
        descend(coordinates, heads, tails, wait, due, push_due, seeds, curve, epochs)
        yield Progress(stage, last, n_epochs, time.perf_counter() - began)
    return coordinates


def principal_axes(vectors: Float32, n_dimensions: int) -> Float32:
    """Project onto the directions of largest variance, as a start that depends on no chance.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_columns)
        Any rows.
    n_dimensions : int
        Columns of the result; zeros where the data has fewer.

    Returns
    -------
    ndarray of shape (n_records, n_dimensions), float32
        Each axis points where its largest entry is positive.
    """
    centered = vectors - vectors.sum(axis=0) / np.float32(max(1, len(vectors)))
    _, axes = np.linalg.eigh((centered.T @ centered).astype(np.float64))
    axes = axes[:, ::-1][:, :n_dimensions]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    projected = centered @ axes.astype(np.float32)
    return np.pad(projected, ((0, 0), (0, n_dimensions - projected.shape[1])))


def _strengths(distances: Float64, target: float) -> Float64:
    """Find, by bisection, each row's scale at which its strengths sum to `target` (algorithm 3)."""
    nearest = np.where(distances > 0, distances, np.inf).min(axis=1, initial=np.inf)
    nearest = np.where(np.isfinite(nearest), nearest, 0)
    beyond = np.maximum(0, distances - nearest[:, None])
    low, high = np.zeros(len(distances)), np.full(len(distances), np.inf)
    scale = np.ones(len(distances))
    for _ in range(64):
        too_much = np.exp(-beyond / scale[:, None]).sum(axis=1) > target
        high, low = np.where(too_much, scale, high), np.where(too_much, low, scale)
        scale = np.where(np.isinf(high), 2 * scale, (low + np.where(np.isinf(high), 0, high)) / 2)
    floor = np.where(nearest > 0, distances.mean(axis=1), distances.mean())
    scale = np.maximum(scale, _LEAST_SPREAD * floor)
    strengths: Float64 = np.exp(-beyond / np.maximum(scale, _SAME)[:, None])
    return strengths


def _stretched(start: Float32) -> Float32:
    """Stretch every axis to [0, 10] and part the coinciding."""
    low, high = start.min(axis=0), start.max(axis=0)
    coordinates = 10 * (start - low) / np.where(high > low, high - low, 1)
    jitter = np.random.default_rng(0).normal(scale=1e-3, size=start.shape)
    return np.ascontiguousarray(coordinates + jitter, dtype=np.float32)


@cache
def _curve(min_dist: float) -> tuple[float, float]:
    """Fit 1 / (1 + a d^2b) to a strength of 1 up to `min_dist` and a decay beyond (section 3.2)."""
    from scipy.optimize import curve_fit

    distance = np.linspace(0, 3, 300)
    wanted = np.where(distance < min_dist, 1, np.exp(min_dist - distance))
    (a, b), _ = curve_fit(lambda d, a, b: 1 / (1 + a * d ** (2 * b)), distance, wanted)
    return float(a), float(b)
