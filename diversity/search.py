"""How are the nearest rows of a table found, all of them or most of them?

Exactly: a block of rows against all. Approximately: the rows are cut into cells around about √n
centres, and each row looks into the cells nearest to it (an inverted file).
"""

import time
from collections.abc import Iterator

import numpy as np

from diversity.arrays import Float32, Int32, Int64
from diversity.progress import Progress, Steps

N_PROBES = 32
TIE = 1e-6
_BLOCK_ENTRIES = 2**24
_RECALL_ROWS = 500


def search_all(vectors: Float32, k: int) -> Steps[tuple[Int32, Float32]]:
    """Look at every pair; returns row numbers and similarities, both of shape (n, k)."""
    n_records, start = len(vectors), time.perf_counter()
    indices = np.empty((n_records, k), np.int32)
    similarities = np.empty((n_records, k), np.float32)
    for rows in blocks(np.arange(n_records), n_records):
        indices[rows], similarities[rows] = look(vectors, rows, k)
        yield Progress("neighbors", int(rows[-1]) + 1, n_records, time.perf_counter() - start)
    return indices, similarities


def search_cells(vectors: Float32, k: int, random_state: int) -> Steps[tuple[Int32, Float32]]:
    """Look into the `N_PROBES` nearest cells of each row; returns what `search_all` does."""
    n_records, start = len(vectors), time.perf_counter()
    centers = _centers(vectors, random_state)
    probes = _nearest_centers(vectors, centers)
    members = _rows_by_cell(probes[:, :1], len(centers))
    seekers = _rows_by_cell(probes, len(centers))
    indices = np.full((n_records, k), -1, np.int32)
    similarities = np.full((n_records, k), -np.inf, np.float32)
    for cell, inside in enumerate(members):
        for rows in blocks(seekers[cell], len(inside)):
            _look_inside(vectors, rows, inside, indices, similarities)
        yield Progress("neighbors", cell + 1, len(centers), time.perf_counter() - start)
    for rows in blocks(np.flatnonzero((indices < 0).any(axis=1)), n_records):
        indices[rows], similarities[rows] = look(vectors, rows, k)
    order = np.lexsort((indices, -np.round(similarities / TIE)))
    return np.take_along_axis(indices, order, 1), np.take_along_axis(similarities, order, 1)


def look(vectors: Float32, rows: Int64, k: int) -> tuple[Int32, Float32]:
    """Find the k nearest others of some rows, those within `TIE` of each other in row order."""
    similarities = vectors[rows] @ vectors.T
    similarities[np.arange(len(rows)), rows] = -np.inf
    return _top(similarities, k)


def recall(vectors: Float32, similarities: Float32, random_state: int) -> float:
    """Measure the share of neighbors at least as similar as the true k-th, on 500 random rows."""
    generator = np.random.default_rng(random_state)
    rows = np.sort(generator.permutation(len(vectors))[:_RECALL_ROWS])
    k = similarities.shape[1]
    least = np.concatenate(
        [look(vectors, block, k)[1][:, -1:] for block in blocks(rows, len(vectors))]
    )
    return float(np.mean(similarities[rows] >= least - TIE))


def blocks(rows: Int64, width: int) -> Iterator[Int64]:
    """Cut rows so that a block times `width` similarities fits the processor's memory."""
    height = max(1, _BLOCK_ENTRIES // max(1, width))
    for first in range(0, len(rows), height):
        yield rows[first : first + height]


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
