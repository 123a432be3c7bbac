"""Which records belong together, and which to nothing?

The default lays the neighbor graph out in a few dimensions and keeps what is dense there; the
evidence for that choice is in docs/design/0002-clustering.md.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from diversity.arrays import Float32, Int32, frozen
from diversity.layout import lay_out, principal_axes
from diversity.neighbors import Neighbors, nearest_distinct
from diversity.progress import Steps, finish

NOISE = -1
FEWEST = 16
N_NEIGHBORS = 15


@dataclass(frozen=True)
class Hdbscan:
    """Dense regions of any number, the rest is noise.

    Parameters
    ----------
    min_cluster_size : int, optional
        Different texts that make a cluster; larger gives fewer, broader clusters. By default it
        grows with the square root of the data, see `default_min_cluster_size`.
    min_samples : int, default=5
        Neighbors that make a place dense; larger gives more noise.
    n_dimensions : int, default=5
        Dimensions the graph is laid out in first.
    random_state : int, default=0
        Seed of that layout.
    """

    min_cluster_size: int | None = None
    min_samples: int = 5
    n_dimensions: int = 5
    random_state: int = 0


@dataclass(frozen=True)
class KMeans:
    """A given number of clusters, no noise.

    Parameters
    ----------
    n_clusters : int
        Clusters; fewer where there are not as many different texts.
    random_state : int, default=0
        Seed of the first centres.
    """

    n_clusters: int
    random_state: int = 0


ClusterMethod: TypeAlias = Hdbscan | KMeans


@dataclass(frozen=True, eq=False)
class Clustering:
    """A cluster for every record, or noise.

    Parameters
    ----------
    labels : ndarray of shape (n_records,), int32
        0 for the largest cluster, 1 for the next, ...; -1 is noise.
    strengths : ndarray of shape (n_records,), float32
        How firmly a record belongs to its cluster, in [0, 1]; 0 for noise.
    method : Hdbscan or KMeans
        How it was made.
    """

    labels: Int32
    strengths: Float32
    method: ClusterMethod

    @property
    def n_clusters(self) -> int:
        """Clusters, noise not counted."""
        return int(self.labels.max(initial=NOISE)) + 1

    @property
    def noise_share(self) -> float:
        """Share of records in no cluster, in [0, 1]."""
        return float(np.mean(self.labels == NOISE)) if len(self.labels) else 0.0


def cluster(
    vectors: Float32, neighbors: Neighbors, method: ClusterMethod | None = None
) -> Clustering:
    """Put records into clusters.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows.
    neighbors : Neighbors
        Neighbors of the same rows.
    method : Hdbscan or KMeans, optional
        By default ``Hdbscan()``.

    Returns
    -------
    Clustering
        Repeats of a text are folded into one first: copies make no cluster and move no border.
        Fewer than ``2 * min_cluster_size``, or than 16, different texts are one cluster.

    Notes
    -----
    Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density
    estimates" (PAKDD 2013), on a UMAP layout; about O(n log n) time.
    """
    return finish(cluster_steps(vectors, neighbors, method))


def cluster_steps(
    vectors: Float32, neighbors: Neighbors, method: ClusterMethod | None = None
) -> Steps[Clustering]:
    """Do the work of `cluster` in steps that report how far they have come."""
    method = method or Hdbscan()
    rows, inverse, neighbors = nearest_distinct(
        vectors, neighbors, N_NEIGHBORS - 1, random_state=method.random_state
    )
    if isinstance(method, KMeans):
        labels, strengths = _partition(vectors[rows], method)
    else:
        labels, strengths = yield from _dense(vectors[rows], neighbors, method)
    labels = _by_size(labels[inverse])
    return Clustering(frozen(labels), frozen(strengths[inverse].astype(np.float32)), method)


def default_min_cluster_size(n_records: int) -> int:
    """Take a third of the square root of the number of different texts, at least 5.

    Examples
    --------
    >>> default_min_cluster_size(1_000), default_min_cluster_size(100_000)
    (11, 105)
    """
    return max(5, round(math.sqrt(n_records) / 3))


def _dense(vectors: Float32, neighbors: Neighbors, method: Hdbscan) -> Steps[tuple[Int32, Float32]]:
    least = method.min_cluster_size or default_min_cluster_size(len(vectors))
    if len(vectors) < max(FEWEST, 2 * least):
        return np.zeros(len(vectors), np.int32), np.ones(len(vectors), np.float32)
    places = yield from lay_out(
        neighbors,
        principal_axes(vectors, method.n_dimensions),
        n_neighbors=N_NEIGHBORS,
        min_dist=0.0,
        random_state=method.random_state,
        stage="clusters",
    )
    from hdbscan import HDBSCAN

    found = HDBSCAN(min_cluster_size=least, min_samples=method.min_samples, core_dist_n_jobs=1).fit(
        places
    )
    return found.labels_.astype(np.int32), found.probabilities_.astype(np.float32)


def _partition(vectors: Float32, method: KMeans) -> tuple[Int32, Float32]:
    """Cut by k-means; strength is how much nearer the own centre is than the next."""
    from sklearn.cluster import KMeans as Fit

    n_clusters = min(method.n_clusters, len(vectors))
    if n_clusters < 2:
        return np.zeros(len(vectors), np.int32), np.ones(len(vectors), np.float32)
    found = Fit(n_clusters, n_init=1, random_state=method.random_state).fit(vectors)
    two = np.partition(found.transform(vectors), 1, axis=1)[:, :2]
    strengths = 1 - two[:, 0] / np.maximum(two[:, 1], np.finfo(np.float32).tiny)
    return found.labels_.astype(np.int32), np.clip(strengths, 0, 1).astype(np.float32)


def _by_size(labels: Int32) -> Int32:
    """Rename clusters by size, the largest 0, ties by first record; noise stays -1."""
    names, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    first, sizes, names = first[names >= 0], sizes[names >= 0], names[names >= 0]
    renamed = np.full(int(labels.max(initial=NOISE)) + 2, NOISE, np.int32)
    renamed[names[np.lexsort((first, -sizes))]] = np.arange(len(names), dtype=np.int32)
    return renamed[labels]
