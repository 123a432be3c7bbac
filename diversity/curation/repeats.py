"""Which of the records that are left repeat another one, and which one stands for them?

Records are taken in order of preference; one goes only if it repeats a record that is *kept*, so
that a chain a ~ b ~ c with a and c apart keeps both a and c.
"""

from collections import defaultdict

import numpy as np

from diversity.arrays import Float32, Int64
from diversity.curation.material import Material
from diversity.curation.state import State
from diversity.curation.steps import DropDuplicates
from diversity.progress import Steps
from diversity.search import TIE


def without_repeats(
    step: DropDuplicates, to: State, material: Material, number: int
) -> Steps[State]:
    """Drop the records that repeat one that is kept; each keeps the number of its stand-in."""
    preference = material.preference(step.keep)[to.rows]
    ordered = to.rows[np.lexsort((np.arange(len(to.rows)), preference))]
    instead = _first_with_same(ordered, material)
    if step.by == "near":
        firsts = ordered[instead[ordered] == ordered]
        near = _near(firsts, material, step.threshold - TIE)
        instead[ordered] = near[instead[ordered]]
    yield from ()
    stand_ins = instead[to.rows]
    return to.drop(stand_ins != to.rows, number, stand_ins.astype(np.int32))


def _first_with_same(ordered: Int64, material: Material) -> Int64:
    """Find for each record the first in order with its text; shape (n_records,)."""
    codes = material.analysis.duplicates.exact[ordered]
    _, places, inverse = np.unique(codes, return_index=True, return_inverse=True)
    instead = np.arange(len(material), dtype=np.int64)
    instead[ordered] = ordered[places][inverse]
    return instead


def _near(ordered: Int64, material: Material, least: float) -> Int64:
    """Find for each record the most similar kept one, itself if kept; shape (n_records,)."""
    instead = np.arange(len(material), dtype=np.int64)
    pairs, crowd = _pairs(ordered, material, least), _Crowd(material, least)
    for row in ordered[np.isin(ordered, [*pairs, *crowd.rows])].tolist():
        found = [(s, -other) for s, other in pairs.get(row, ()) if instead[other] == other]
        found += crowd.most_similar(row)
        if found:
            instead[row] = -max(found)[1]
        else:
            crowd.keep(row)
    return instead


def _pairs(ordered: Int64, material: Material, least: float) -> dict[int, list[tuple[float, int]]]:
    """List for each record those like it that come before it in order, with how much."""
    neighbors = material.analysis.neighbors
    place = np.full(len(material), len(material), np.int64)
    place[ordered] = np.arange(len(ordered))
    row, column = np.nonzero(neighbors.similarities >= least)
    other = neighbors.indices[row, column]
    inside = (place[row] < len(material)) & (place[other] < len(material))
    row, other, similarity = row[inside], other[inside], neighbors.similarities[row, column][inside]
    swap = place[row] < place[other]
    later, earlier = np.where(swap, other, row), np.where(swap, row, other)
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    rounded = np.round(similarity / TIE) * TIE
    for one, another, like in zip(later.tolist(), earlier.tolist(), rounded.tolist(), strict=True):
        found[one].append((like, another))
    return found


class _Crowd:
    """Kept records whose lists of neighbors are too short for all that are like them."""

    def __init__(self, material: Material, least: float) -> None:
        neighbors = material.analysis.neighbors
        is_short = 0 < neighbors.k < len(material) - 1
        full = neighbors.similarities[:, -1] >= least if is_short else np.zeros(0, bool)
        self.rows = frozenset(np.flatnonzero(full).tolist())
        self._vectors: Float32 = material.analysis.embeddings.vectors
        self._kept_vectors = np.empty((len(self.rows), self._vectors.shape[1]), np.float32)
        self._kept: list[int] = []
        self._least = least

    def keep(self, row: int) -> None:
        if row in self.rows:
            self._kept_vectors[len(self._kept)] = self._vectors[row]
            self._kept.append(row)

    def most_similar(self, row: int) -> list[tuple[float, int]]:
        """Find the kept crowded record most like it, if alike enough, as (similarity, -row)."""
        if row not in self.rows or not self._kept:
            return []
        similarities = self._kept_vectors[: len(self._kept)] @ self._vectors[row]
        best = int(similarities.argmax())
        if similarities[best] < self._least:
            return []
        return [(float(similarities[best]), -self._kept[best])]
