"""Which records are most like each record? One graph feeds map, clusters and near-duplicates.

Small sets are searched exactly, a block of rows at a time. Large ones are cut into cells around
centres (an inverted file), each record looks into the cells nearest to it, and the share of true
neighbors found is measured, never assumed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Bool, Float32, Int32, Int64, frozen
from diversity.progress import Progress, Steps, finish

EXACT_BELOW = 20_000
N_PROBES = 32
TIE = 1e-6
_BLOCK_ENTRIES = 2**24
_RECALL_ROWS = 500


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
        indices, similarities = yield from _search_all(vectors, k)
        return Neighbors(frozen(indices), frozen(similarities), exact=True, recall=1.0)
    indices, similarities = yield from _search_cells(vectors, k, random_state)
    recall = _recall(vectors, similarities, random_state)
    return Neighbors(frozen(indices), frozen(similarities), exact=False, recall=recall)


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
    indices[lacking], similarities[lacking] = _look(vectors[rows], lacking, k)
    found = Neighbors(frozen(indices), frozen(similarities), neighbors.exact, neighbors.recall)
    return rows, inverse, found


def _search_all(vectors: Float32, k: int) -> Steps[tuple[Int32, Float32]]:
    n_records, start = len(vectors), time.perf_counter()
    indices = np.empty((n_records, k), np.int32)
    similarities = np.empty((n_records, k), np.float32)
    for rows in _blocks(np.arange(n_records), n_records):
        indices[rows], similarities[rows] = _look(vectors, rows, k)
        yield Progress("neighbors", int(rows[-1]) + 1, n_records, time.perf_counter() - start)
    return indices, similarities


def _blocks(rows: Int64, width: int) -> Iterator[Int64]:
    """Cut rows so that a block times `width` similarities fits the processor's memory."""
    height = max(1, _BLOCK_ENTRIES // max(1, width))
    for first in range(0, len(rows), height):
        yield rows[first : first + height]


def _look(vectors: Float32, rows: Int64, k: int) -> tuple[Int32, Float32]:
    similarities = vectors[rows] @ vectors.T
    similarities[np.arange(len(rows)), rows] = -np.inf
    return _top(similarities, k)


def _top(similarities: Float32, k: int) -> tuple[Int32, Float32]:
    """Take the k largest of every row, those within `TIE` of each other by column."""
    if k == 0 or not len(similarities):
        return (
            np.empty((len(similarities), k), np.int32),
            np.empty((len(similarities), k), np.float32),
        )
    width = similarities.shape[1]
    least = np.partition(similarities, width - k, axis=1)[:, width - k, None]
    row, column = np.nonzero(similarities >= least - TIE)
    value = similarities[row, column]
    order = np.lexsort((column, -np.round(value / TIE), row))
    starts = np.searchsorted(row, np.arange(len(similarities)))
    taken = order[starts[:, None] + np.arange(k)]
    return column[taken].astype(np.int32), np.clip(value[taken], -1, 1)


def _search_cells(vectors: Float32, k: int, random_state: int) -> Steps[tuple[Int32, Float32]]:
    n_records, start = len(vectors), time.perf_counter()
    centers = _centers(vectors, random_state)
    probes = _nearest_centers(vectors, centers)
    members = _rows_by_cell(probes[:, :1], len(centers))
    seekers = _rows_by_cell(probes, len(centers))
    indices = np.full((n_records, k), -1, np.int32)
    similarities = np.full((n_records, k), -np.inf, np.float32)
    for cell, inside in enumerate(members):
        for rows in _blocks(seekers[cell], len(inside)):
            _look_inside(vectors, rows, inside, indices, similarities)
        yield Progress("neighbors", cell + 1, len(centers), time.perf_counter() - start)
    for rows in _blocks(np.flatnonzero((indices < 0).any(axis=1)), n_records):
        indices[rows], similarities[rows] = _look(vectors, rows, k)
    order = np.lexsort((indices, -np.round(similarities / TIE)))
    return np.take_along_axis(indices, order, 1), np.take_along_axis(similarities, order, 1)


def _centers(vectors: Float32, random_state: int) -> Float32:
    """Find about √n centres by a few rounds of spherical k-means on a sample."""
    generator = np.random.default_rng(random_state)
    n_cells = round(len(vectors) ** 0.5)
    sample = vectors[generator.permutation(len(vectors))[: 64 * n_cells]]
    centers = sample[:n_cells].copy()
    for _ in range(4):
        cell = np.concatenate([(rows @ centers.T).argmax(axis=1) for rows in _slabs(sample)])
        order = np.argsort(cell, kind="stable")
        used, starts = np.unique(cell[order], return_index=True)
        sums = np.add.reduceat(sample[order], starts)
        centers[used] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), TIE)
    return centers


def _nearest_centers(vectors: Float32, centers: Float32) -> Int64:
    n_probes = min(N_PROBES, len(centers))
    return np.concatenate(
        [np.argsort(-(rows @ centers.T), axis=1)[:, :n_probes] for rows in _slabs(vectors)]
    )


def _slabs(vectors: Float32, height: int = 4096) -> Iterator[Float32]:
    for first in range(0, len(vectors), height):
        yield vectors[first : first + height]


def _rows_by_cell(cells: Int64, n_cells: int) -> list[Int64]:
    """List the rows that name each cell, from a table of cells a row."""
    order = np.argsort(cells, axis=None, kind="stable")
    starts = np.searchsorted(cells.ravel()[order], np.arange(1, n_cells))
    return np.split(order // cells.shape[1], starts)


def _look_inside(
    vectors: Float32, rows: Int64, inside: Int64, indices: Int32, similarities: Float32
) -> None:
    """Improve what `rows` have found so far by what lies in one cell."""
    k = indices.shape[1]
    found = vectors[rows] @ vectors[inside].T
    found[rows[:, None] == inside] = -np.inf
    best = _largest(found, min(k, len(inside)))
    known = np.concatenate([similarities[rows], np.take_along_axis(found, best, 1)], axis=1)
    names = np.concatenate([indices[rows], inside[best].astype(np.int32)], axis=1)
    names[np.isneginf(known)] = -1
    best = _largest(known, k)
    indices[rows] = np.take_along_axis(names, best, 1)
    similarities[rows] = np.take_along_axis(known, best, 1)


def _largest(values: Float32, k: int) -> Int64:
    n_columns = values.shape[1]
    return np.argpartition(values, n_columns - k, axis=1)[:, n_columns - k :]


def _recall(vectors: Float32, similarities: Float32, random_state: int) -> float:
    """Share of found neighbors at least as similar as the true k-th, over a sample of rows."""
    generator = np.random.default_rng(random_state)
    rows = np.sort(generator.permutation(len(vectors))[:_RECALL_ROWS])
    k = similarities.shape[1]
    least = np.concatenate(
        [_look(vectors, block, k)[1][:, -1:] for block in _blocks(rows, len(vectors))]
    )
    return float(np.mean(similarities[rows] >= least - TIE))


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
