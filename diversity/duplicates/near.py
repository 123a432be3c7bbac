"""Which pairs of records are alike in meaning, all of them down to a floor?"""

import math
import time
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from diversity.arrays import Float32, Int32
from diversity.duplicates.pairs import Pairs, made
from diversity.neighbors import Neighbors
from diversity.progress import Progress, Steps
from diversity.search import TIE

FLOOR = 0.8
MAX_CROWDED = 25_000
MAX_PAIRS = 10_000_000
_BLOCK = 1024

Found: TypeAlias = tuple[Int32, Int32, Float32]


def semantic_pairs(
    exact: Int32, vectors: Float32, neighbors: Neighbors, floor: float = FLOOR
) -> Steps[Pairs]:
    """Take the pairs that the lists of neighbors hold, and find those they were too short for.

    Parameters
    ----------
    exact : ndarray of shape (n_records,), int32
        Row of the first record with the same text, see `exact.first_with_same`.
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows.
    neighbors : Neighbors
        Neighbors of the same rows.
    floor : float, default=0.8
        Least cosine similarity.

    Returns
    -------
    Pairs
        Its floor is higher, in steps of 0.01, where more than `MAX_CROWDED` records have more
        near-duplicates than their lists hold, or there are more than `MAX_PAIRS` pairs. Below it
        `semantic.find` gives the same answer in seconds.

    Notes
    -----
    O(n k + c² d) time, c records with full lists; all pairs if the neighbors are exact, else as
    many as those.
    """
    crowded = _crowded(exact, neighbors, floor)
    if len(crowded) > MAX_CROWDED:
        lasts = np.sort(neighbors.similarities[crowded, -1])
        floor = math.ceil(float(lasts[-MAX_CROWDED]) * 100 + TIE) / 100
        crowded = _crowded(exact, neighbors, floor)
    row, place = np.nonzero(neighbors.similarities >= floor - TIE)
    listed = neighbors.indices[row, place], neighbors.similarities[row, place]
    parts = [(row.astype(np.int32), *listed)]
    started = time.perf_counter()
    for done, part in _among(vectors, crowded, floor):
        parts.append(part)
        floor, parts = _fewer(parts, floor)
        yield Progress("near-duplicates", done, len(crowded), time.perf_counter() - started)
    one, other, similarities = (np.concatenate(column) for column in zip(*parts, strict=True))
    return made(exact, one, other, np.minimum(similarities, 1), floor, "semantic")


def _crowded(exact: Int32, neighbors: Neighbors, floor: float) -> Int32:
    """Find first records whose list of neighbors is too short for all that are like them."""
    if not 0 < neighbors.k < len(exact) - 1:
        return np.empty(0, np.int32)
    full = neighbors.similarities[:, -1] >= floor - TIE
    return np.flatnonzero(full & (exact == np.arange(len(exact)))).astype(np.int32)


def _among(vectors: Float32, rows: Int32, floor: float) -> Iterator[tuple[int, Found]]:
    """Compare rows with those before them, a block at a time: what one list lacks, both lack."""
    inside = vectors[rows]
    for first in range(0, len(rows), _BLOCK):
        stop = min(first + _BLOCK, len(rows))
        table = inside[first:stop] @ inside[:stop].T
        one, other = np.nonzero(table >= floor - TIE)
        before = other < one + first
        one, other = one[before], other[before]
        yield stop, (rows[one + first], rows[other], table[one, other])


def _fewer(parts: list[Found], floor: float) -> tuple[float, list[Found]]:
    """Raise the floor until the pairs found so far are few enough."""
    while sum(len(one) for one, _, _ in parts) > MAX_PAIRS and floor < 1:
        floor = round(floor + 0.01, 2)
        parts = [
            (one[kept], other[kept], similarities[kept])
            for one, other, similarities in parts
            for kept in [similarities >= floor - TIE]
        ]
    return floor, parts
