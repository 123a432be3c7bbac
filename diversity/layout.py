"""How is a neighbor graph laid out in a few dimensions, so that neighbors lie together? UMAP.

McInnes, Healy and Melville, "UMAP" (arXiv 1802.03426), by umap-learn: a fuzzy graph (section 3.1),
then stochastic gradient descent on its cross entropy (section 3.2). The graph is made from the
neighbors that are known already and the start is the principal axes, which spares umap-learn its
own search and its eigensolver; its compiled code is kept on disk from one process to the next.
"""

import importlib
import time
from functools import cache
from types import ModuleType

import numpy as np
from scipy.sparse import csr_matrix

from diversity.arrays import Float32
from diversity.neighbors import Neighbors
from diversity.progress import Progress, Steps

_NEGATIVE_RATE = 5
_MANY = 50_000
_COMPILED = ("umap_", "layouts", "utils", "distances", "sparse")


def lay_out(
    neighbors: Neighbors,
    start: Float32,
    *,
    n_neighbors: int,
    min_dist: float,
    random_state: int,
    stage: str,
    n_epochs: int | None = None,
) -> Steps[Float32]:
    """Move records until neighbors are near and strangers apart.

    Parameters
    ----------
    neighbors : Neighbors
        At least ``n_neighbors - 1`` neighbors a record, as far as there are that many records.
    start : ndarray of shape (n_records, n_dimensions)
        First coordinates; each axis is stretched to [0, 10].
    n_neighbors : int
        Size of a neighborhood, the record itself included, as in umap-learn.
    min_dist : float
        Smallest distance at which neighbors are content, in [0, 1).
    random_state : int
        Seed of the strangers that push away.
    stage : str
        What to call this work in the reported progress.
    n_epochs : int, optional
        Times the strongest edge is visited; by default 500 up to 2,000 records, 200 up to 50,000
        and 100 beyond.

    Returns
    -------
    generator of Progress, returning ndarray of shape (n_records, n_dimensions), float32
        The same bits for the same arguments on the same machine.
    """
    began = time.monotonic()
    yield Progress(stage, 0, 1, 0.0)
    umap = _umap()
    graph = fuzzy_graph(neighbors, n_neighbors)
    a, b = umap.find_ab_params(1.0, min_dist)
    coordinates, _ = umap.simplicial_set_embedding(
        data=start,
        graph=graph,
        n_components=start.shape[1],
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=_NEGATIVE_RATE,
        n_epochs=n_epochs or _epochs(len(start)),
        init=_stretched(start),
        random_state=_random(random_state),
        metric="euclidean",
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        parallel=False,
    )
    yield Progress(stage, 1, 1, time.monotonic() - began)
    return np.asarray(coordinates, np.float32)


def fuzzy_graph(neighbors: Neighbors, n_neighbors: int) -> csr_matrix:
    """Turn neighbor similarities into membership strengths on each record's own scale.

    Parameters
    ----------
    neighbors : Neighbors
        At least ``n_neighbors - 1`` neighbors a record, as far as there are that many records.
    n_neighbors : int
        Size of a neighborhood, the record itself included, as in umap-learn.

    Returns
    -------
    csr_matrix of shape (n_records, n_records)
        Symmetric strengths in (0, 1], larger between closer records.
    """
    near = min(n_neighbors - 1, neighbors.k)
    similarities = np.minimum(neighbors.similarities[:, :near], 1)
    own = np.arange(len(similarities), dtype=np.int32)[:, None]
    indices = np.hstack([own, neighbors.indices[:, :near]])
    distances = np.hstack([np.zeros((len(own), 1), np.float32), np.sqrt(2 - 2 * similarities)])
    graph, _, _ = _umap().fuzzy_simplicial_set(
        own, near + 1, _random(0), "euclidean", knn_indices=indices, knn_dists=distances
    )
    return csr_matrix(graph)


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


def _epochs(n_records: int) -> int:
    return 500 if n_records <= 2_000 else 200 if n_records <= _MANY else 100


def _stretched(start: Float32) -> Float32:
    """Stretch every axis to [0, 10] and part the coinciding."""
    low, high = start.min(axis=0), start.max(axis=0)
    coordinates = 10 * (start - low) / np.where(high > low, high - low, 1)
    jitter = np.random.default_rng(0).normal(scale=1e-3, size=start.shape)
    return np.ascontiguousarray(coordinates + jitter, dtype=np.float32)


def _random(seed: int) -> np.random.RandomState:
    """Make the kind of generator that umap-learn takes."""
    return np.random.RandomState(seed)


@cache
def _umap() -> ModuleType:
    """Import umap-learn, and let numba keep on disk what umap-learn compiles anew every time."""
    from numba.core.dispatcher import Dispatcher

    for name in _COMPILED:
        for value in vars(importlib.import_module(f"umap.{name}")).values():
            if isinstance(value, Dispatcher) and not value.overloads:
                value.enable_caching()
    return importlib.import_module("umap.umap_")
