"""Which records are most like each record? One graph feeds map, clusters and near-duplicates.

Small sets are searched exactly, large ones approximately; then the share of true neighbors found
is measured, never assumed.
"""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Bool, Float32, Int32, Int64, frozen
from diversity.progress import Steps, finish
from diversity.search import blocks, look, recall, search_all, search_cells

EXACT_BELOW = 20_000


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The k nearest neighbors of every record.

    Parameters
    ----------
    indices : ndarray of shape (n_records, k), int32
        Row numbers, most similar first, ties by row number; the record itself is left out.
    similarities : ndarray of shape (n_records, k), float32
        Cosine similarities in [-1, 1], falling along each row.
    exact : bool
        Whether every pair was looked at.
    recall : float
        Share of true neighbors found, in [0, 1]; 1 when exact, else measured on a sample of rows.
    """

    indices: Int32
    similarities: Float32
    exact: bool
    recall: float

    @property
    def k(self) -> int:
        """Neighbors a record."""
        return int(self.indices.shape[1])


def nearest(
    vectors: Float32, k: int = 30, *, random_state: int = 0, exact_below: int | None = None
) -> Neighbors:
    """Find the k most similar other records of every record.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows; similarity is their dot product.
    k : int, default=30
        Neighbors a record, lowered to n_records - 1 where there are fewer.
    random_state : int, default=0
        Seed of the approximate search.
    exact_below : int, optional
        Up to this many records every pair is looked at; by default `EXACT_BELOW`.

    Returns
    -------
    Neighbors
        Similarities closer than 1e-6 count as tied, so that repeated records come in row order.

    Raises
    ------
    ValueError
        If `vectors` is not a table or `k` is negative.

    Notes
    -----
    Exact: O(n² d) time, O(n k) memory. Approximate: about O(n^1.5 d) time; an inverted file as in
    Sivic and Zisserman, "Video Google" (ICCV 2003).

    Examples
    --------
    >>> nearest(np.eye(2, dtype=np.float32)[[0, 0, 1]], k=1).indices.ravel().tolist()
    [1, 0, 0]
    """
    return finish(nearest_steps(vectors, k, random_state=random_state, exact_below=exact_below))


def nearest_steps(
    vectors: Float32, k: int = 30, *, random_state: int = 0, exact_below: int | None = None
) -> Steps[Neighbors]:
    """Do the work of `nearest` in steps that report how far they have come."""
    if vectors.ndim != 2 or k < 0:
        raise ValueError(f"need a table of vectors and k >= 0, got {vectors.shape} and k={k}")
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    n_records = len(vectors)
    k = max(0, min(k, n_records - 1))
    if n_records <= (EXACT_BELOW if exact_below is None else exact_below) or k == 0:
        indices, similarities = yield from search_all(vectors, k)
        return Neighbors(frozen(indices), frozen(similarities), exact=True, recall=1.0)
    indices, similarities = yield from search_cells(vectors, k, random_state)
    found = recall(vectors, similarities, random_state)
    return Neighbors(frozen(indices), frozen(similarities), exact=False, recall=found)


def nearest_distinct(
    vectors: Float32, neighbors: Neighbors, k: int, *, random_state: int = 0
) -> tuple[Int64, Int64, Neighbors]:
    """Fold repeated vectors into one and find the k nearest *different* vectors of each.

    A text repeated many times has only itself for neighbors; a graph of those falls to pieces.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows.
    neighbors : Neighbors
        Neighbors of all records; reused wherever k different ones are among them.
    k : int
        Neighbors a distinct vector.

    Returns
    -------
    rows : ndarray of shape (n_distinct,)
        Row number of the first record with each vector, rising.
    inverse : ndarray of shape (n_records,)
        Position in `rows` of each record's vector.
    neighbors : Neighbors
        Neighbors among ``vectors[rows]``.
    """
    rows, inverse = _distinct(vectors)
    k = max(0, min(k, len(rows) - 1))
    if len(rows) == len(vectors) and k <= neighbors.k:
        indices, similarities = neighbors.indices[:, :k], neighbors.similarities[:, :k]
        return rows, inverse, Neighbors(indices, similarities, neighbors.exact, neighbors.recall)
    indices, similarities, complete = _fold(neighbors, rows, inverse, k)
    lacking = np.flatnonzero(~complete)
    if len(lacking) > len(rows) // 4:
        return rows, inverse, nearest(vectors[rows], k, random_state=random_state)
    different = vectors[rows]
    for few in blocks(lacking, len(rows)):
        indices[few], similarities[few] = look(different, few, k)
    found = Neighbors(frozen(indices), frozen(similarities), neighbors.exact, neighbors.recall)
    return rows, inverse, found


def _distinct(vectors: Float32) -> tuple[Int64, Int64]:
    """Find the first row of every different vector, and each row's place among those."""
    whole = np.ascontiguousarray(vectors, dtype=np.float32) + np.float32(0)
    keys = whole.view(np.dtype((np.void, whole.dtype.itemsize * whole.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.sort(first), rank[inverse]


def _fold(neighbors: Neighbors, rows: Int64, inverse: Int64, k: int) -> tuple[Int32, Float32, Bool]:
    """Keep the first k different neighbors of each distinct vector; say which have that many."""
    names = inverse[neighbors.indices[rows]]
    order = np.argsort(names, axis=1, kind="stable")
    ranked = np.take_along_axis(names, order, 1)
    again = np.zeros(names.shape, bool)
    repeated = np.pad(ranked[:, 1:] == ranked[:, :-1], ((0, 0), (1, 0)))
    np.put_along_axis(again, order, repeated, 1)
    again |= names == np.arange(len(rows))[:, None]
    taken = np.argsort(again, axis=1, kind="stable")[:, :k]
    complete = (~again).sum(axis=1) >= k
    similarities = np.take_along_axis(neighbors.similarities[rows], taken, 1)
    return np.take_along_axis(names, taken, 1).astype(np.int32), similarities, complete
