"""Where does each record lie on the map?

Repeated texts share one place and are fanned out a little, so that a pile of copies looks like a
pile and does not bend the rest of the map.
"""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float32, Int64, frozen
from diversity.layout import lay_out, principal_axes
from diversity.neighbors import Neighbors, nearest, nearest_distinct
from diversity.progress import Steps, finish

FEWEST = 16
_FAN = 0.02


@dataclass(frozen=True)
class Umap:
    """A map by uniform manifold approximation.

    Parameters
    ----------
    n_neighbors : int, default=30
        Size of a neighborhood, itself included; larger shows coarser structure.
    min_dist : float, default=0.5
        Smallest distance between neighbors on the map, in [0, 1); larger spreads clusters out.
    random_state : int, default=0
        Seed.
    """

    n_neighbors: int = 30
    min_dist: float = 0.5
    random_state: int = 0


@dataclass(frozen=True, eq=False)
class Projection:
    """The map.

    Parameters
    ----------
    coordinates : ndarray of shape (n_records, 2), float32
        Place of each record. Axes and distances far apart carry no meaning, neighborhoods do.
    method : Umap
        How it was made.
    """

    coordinates: Float32
    method: Umap


def project(vectors: Float32, neighbors: Neighbors, method: Umap | None = None) -> Projection:
    """Lay records out in two dimensions.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows.
    neighbors : Neighbors
        Neighbors of the same rows.
    method : Umap, optional
        By default ``Umap()``.

    Returns
    -------
    Projection
        The same for the same arguments. Fewer than 16 different vectors lie along their principal
        axes instead.

    Notes
    -----
    O(n k) time for each of 200 epochs, 100 for more than 50,000 records. See
    docs/design/0002-clustering.md for the start along principal axes.
    """
    return finish(project_steps(vectors, neighbors, method))


def project_steps(
    vectors: Float32, neighbors: Neighbors, method: Umap | None = None
) -> Steps[Projection]:
    """Do the work of `project` in steps that report how far they have come."""
    method = method or Umap()
    k = method.n_neighbors - 1
    rows, inverse, neighbors = nearest_distinct(
        vectors, neighbors, k, random_state=method.random_state
    )
    places = principal_axes(vectors[rows], 2)
    if len(rows) >= FEWEST:
        places = yield from lay_out(
            neighbors,
            places,
            n_neighbors=method.n_neighbors,
            min_dist=method.min_dist,
            random_state=method.random_state,
            stage="map",
        )
    return Projection(frozen(places[inverse] + _fan(inverse)), method)


def warm_up() -> None:
    """Compile, or load from disk, what `project` and `cluster` need: seconds, once a machine.

    Call it in a thread while something else is being waited for.
    """
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(50, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    project(vectors, nearest(vectors, 5), Umap(n_neighbors=5))


def _fan(inverse: Int64) -> Float32:
    """Offset the copies of one record along a sunflower spiral; the first stays in its place."""
    order = np.argsort(inverse, kind="stable")
    starts = np.searchsorted(inverse[order], inverse[order])
    copy = np.empty(len(inverse))
    copy[order] = np.arange(len(inverse)) - starts
    angle = copy * np.pi * (3 - 5**0.5)
    radius = _FAN * np.sqrt(copy)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype(np.float32)
