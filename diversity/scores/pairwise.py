"""How far is each record from its neighbors? Scores of pairs, on a fixed small number of records.

These scores fall as records are added, so they are taken at a fixed number of records: 1,000, and
500 for NovelSum, or all of the sample where it is smaller.
"""

from collections.abc import Iterable

import numpy as np

from diversity.arrays import Float64, Int64
from diversity.scores import novelsum
from diversity.scores.intervals import MIN_RECORDS, lasting_share, thirds, variance_of_sum
from diversity.scores.kernels import compiled
from diversity.scores.values import Estimate, Parameter

NAMES = ("chamfer", "dcscore", "novelsum")
N_PAIRED = 1_000
TEMPERATURE = 0.1
BLOCK_ROWS = 32
COPY = 1e-5
LONE_RECORDS = 1.96
PARAMETERS: dict[str, dict[str, Parameter]] = {
    "chamfer": {},
    "dcscore": {"temperature": TEMPERATURE},
    "novelsum": novelsum.PARAMETERS,
}


def score_pairs(vectors: Float64, names: Iterable[str], *, interval: bool) -> dict[str, Estimate]:
    """Compute the pairwise scores of unit vectors; O(m² d) for the m records that are used."""
    wanted = set(names)
    estimates: dict[str, Estimate] = {}
    if "novelsum" in wanted:
        few = vectors[: novelsum.N_NOVELSUM]
        estimates["novelsum"] = novelsum.novelsum(np.maximum(1 - few @ few.T, 0), interval=interval)
    if wanted & {"chamfer", "dcscore"}:
        similarities = vectors[:N_PAIRED] @ vectors[:N_PAIRED].T
        estimates["chamfer"] = chamfer(similarities, interval=interval)
        estimates["dcscore"] = dcscore(similarities, interval=interval)
    return {name: estimates[name] for name in wanted}


def chamfer(similarities: Float64, *, interval: bool) -> Estimate:
    """Average over records the cosine distance to the nearest other record, in [0, 2].

    0 when every record has a copy. Cox et al. 2021, "Directed Diversity" (chamfer
    distance). Where records have copies, the interval is wide enough for two lone records more or
    fewer, of which a sample without any cannot tell.
    """
    n = len(similarities)
    if n < 2:
        return Estimate(None, reason="needs two records")
    nearest, first, second = _two_nearest(similarities)
    own = np.maximum(1 - first, 0)
    variance = None
    if interval and n >= MIN_RECORDS:
        effects = own.copy()
        np.subtract.at(effects, nearest, np.maximum(1 - second, 0) - own)
        copied = float(np.mean(own < COPY))
        one, other = (_chamfer_effects(similarities, *part) for part in thirds(n))
        kept = lasting_share(one, other, copied)
        variance = kept * variance_of_sum((effects - effects.mean()) / n)
        if copied:
            variance += copied * (LONE_RECORDS * _distance_but_copies(similarities) / n) ** 2
    return Estimate(float(own.mean()), variance, n)


def dcscore(similarities: Float64, *, interval: bool) -> Estimate:
    r"""Compute the share of records that can be told apart, in [1/m, 1].

    :math:`\frac1m \sum_i e^{K_{ii}/\tau} / \sum_j e^{K_{ij}/\tau}` at :math:`\tau = 0.1`: 1 when
    no record is near another, 1/m when all coincide. Zhu et al. 2025, "Measuring Diversity in
    Synthetic Datasets" (DCScore), divided by the number of records m.
    """
    n = len(similarities)
    if n == 0:
        return Estimate(None, reason="no records")
    closeness, crowds = np.empty_like(similarities), np.empty(n)
    for first in range(0, n, BLOCK_ROWS):
        block = closeness[first : first + BLOCK_ROWS]
        np.subtract(similarities[first : first + BLOCK_ROWS], 1, out=block)
        block /= TEMPERATURE
        crowds[first : first + BLOCK_ROWS] = np.exp(block, out=block).sum(axis=1)
    own = np.diag(closeness) / crowds
    variance = None
    if interval and n > 1:
        without = _dcscore_without(closeness, crowds)
        variance = variance_of_sum((without - without.mean()) / n)
    return Estimate(float(own.mean()), variance, n, parameters=PARAMETERS["dcscore"])


@compiled
def _two_nearest(similarities: Float64) -> tuple[Int64, Float64, Float64]:
    """Find the nearest other record and the two greatest similarities of each record."""
    n = len(similarities)
    nearest = np.zeros(n, np.int64)
    first = np.full(n, -np.inf)
    second = np.full(n, -np.inf)
    for i in range(n):
        for j in range(n):
            similarity = similarities[i, j]
            if similarity > second[i] and j != i:
                if similarity > first[i]:
                    second[i] = first[i]
                    first[i] = similarity
                    nearest[i] = j
                else:
                    second[i] = similarity
    return nearest, first, second


@compiled
def _distance_but_copies(similarities: Float64) -> float:
    """Average over records the distance to the nearest other record that is no copy."""
    total, n_met = 0.0, 0
    for row in similarities:
        nearest = -np.inf
        for similarity in row:
            if nearest < similarity < 1 - COPY:
                nearest = similarity
        if nearest > -np.inf:
            total += 1 - nearest
            n_met += 1
    return total / max(1, n_met)


@compiled
def _dcscore_without(closeness: Float64, crowds: Float64) -> Float64:
    """Sum the shares of all other records when one is left out, for each one."""
    n = len(crowds)
    without = np.zeros(n)
    for i in range(n):
        own, crowd = closeness[i, i], crowds[i]
        for j in range(n):
            without[j] += own / (crowd - closeness[i, j])
    for i in range(n):
        if crowds[i] > closeness[i, i]:
            without[i] -= closeness[i, i] / (crowds[i] - closeness[i, i])
    return without


def _chamfer_effects(similarities: Float64, among: slice, added: slice) -> Float64:
    """Compute what each added record would change in the sum of `chamfer` among others."""
    within = similarities[among, among].copy()
    np.fill_diagonal(within, -np.inf)
    across = similarities[added, among]
    relief = np.maximum(across - within.max(axis=1, initial=-1.0), 0).sum(axis=1)
    effects: Float64 = 1 - across.max(axis=1, initial=-1.0) - relief
    return effects
