"""How far is each record from its neighbors? Scores of pairs, on a fixed small number of records.

These scores fall as records are added, so they are taken at a fixed number of records: 1,000, and
500 for NovelSum, or all of the sample where it is smaller.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float32, Float64, Int64
from diversity.scores.intervals import MIN_RECORDS, lasting_share, variance_of_sum
from diversity.scores.kernels import compiled
from diversity.scores.values import Estimate, Parameter

NAMES = ("chamfer", "dcscore", "novelsum")
N_PAIRED = 1_000
N_NOVELSUM = 500
TEMPERATURE = 0.1
N_NEIGHBORS = 10
DENSITY_POWER = 0.5
DISTANCE_POWER = 1.0
DENSITY_FLOOR = 0.05
N_BUCKETS = 512
BLOCK_ROWS = 32
COPY = 1e-5
LONE_RECORDS = 1.96
PARAMETERS: dict[str, dict[str, Parameter]] = {
    "chamfer": {},
    "dcscore": {"temperature": TEMPERATURE},
    "novelsum": {
        "density_power": DENSITY_POWER,
        "distance_power": DISTANCE_POWER,
        "n_neighbors": N_NEIGHBORS,
        "density_floor": DENSITY_FLOOR,
    },
}


def score_pairs(vectors: Float64, names: Iterable[str], *, interval: bool) -> dict[str, Estimate]:
    """Compute the pairwise scores of unit vectors; O(m² d) for the m records that are used."""
    wanted = set(names)
    estimates: dict[str, Estimate] = {}
    if "novelsum" in wanted:
        few = vectors[:N_NOVELSUM]
        estimates["novelsum"] = novelsum(np.maximum(1 - few @ few.T, 0), interval=interval)
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
        one, other = (_chamfer_effects(similarities, *part) for part in _thirds(n))
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


def novelsum(distances: Float64, *, interval: bool) -> Estimate:
    r"""Average over records a sum of distances in which near and rare records weigh more.

    :math:`\frac1m \sum_i \sigma_i \sum_r w_r d_{i(r)} / \sum_r w_r` with :math:`w_r = 1/r` for
    the r-th nearest record, itself included, and :math:`\sigma_i = s_i^{-1/2}`, where
    :math:`s_i` is the mean squared Euclidean distance to its 10 nearest records. At least 0,
    larger is more diverse. Yang et al. 2025, "Measuring Data Diversity for Instruction Tuning"
    (NovelSum). Departs from it in taking the density from the sample itself and in
    counting :math:`s_i` below 0.05 as 0.05: otherwise a handful of copies decides the score.
    """
    n = len(distances)
    if n < 2:
        return Estimate(None, reason="needs two records")
    terms = novelsum_terms(distances)
    variance = None
    if interval and n >= MIN_RECORDS:
        effects = terms.value + _novelty_given(distances, distances, terms)
        one, other = (_novelsum_effects(distances, *part) for part in _thirds(n))
        kept = lasting_share(one, other)
        variance = kept * variance_of_sum((effects - effects.mean()) / n)
    return Estimate(
        float(terms.value.mean()), variance, n, "log", parameters=PARAMETERS["novelsum"]
    )


@dataclass(frozen=True)
class NovelSumTerms:
    """What each record adds to `novelsum`, and what its interval needs.

    Parameters
    ----------
    value : ndarray of shape (m,), float64
        The term of each record.
    weight : ndarray of shape (m,), float64
        What a distance of weight 1 counts in the term.
    reach : ndarray of shape (m,), float64
        Distance to the first record that does not count as near.
    slope : ndarray of shape (m,), float64
        How the term grows when a near record comes closer; 0 at the floor.
    """

    value: Float64
    weight: Float64
    reach: Float64
    slope: Float64


def novelsum_terms(distances: Float64 | Float32) -> NovelSumTerms:
    """Compute the terms of `novelsum` from distances to all records, the record itself too."""
    n = distances.shape[1]
    ordered = np.sort(distances, axis=1)
    weights = 1.0 / np.arange(1, n + 1) ** DISTANCE_POWER
    spread = 2 * ordered[:, 1 : N_NEIGHBORS + 1].mean(axis=1, dtype=np.float64)
    density = np.maximum(spread, DENSITY_FLOOR)
    weight: Float64 = 1.0 / (density**DENSITY_POWER * weights.sum())
    value: Float64 = weight * (ordered.astype(np.float64, copy=False) @ weights)
    slope = np.where(spread > DENSITY_FLOOR, value * DENSITY_POWER * 2 / density, 0.0)
    reach: Float64 = ordered[:, min(n - 1, N_NEIGHBORS + 1)].astype(np.float64)
    return NovelSumTerms(value, weight, reach, slope / N_NEIGHBORS)


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


def _thirds(n: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Pair the last third of the records with each of the two others."""
    size = n // 3
    last = slice(2 * size, n)
    return (slice(0, size), last), (slice(size, 2 * size), last)


def _chamfer_effects(similarities: Float64, among: slice, added: slice) -> Float64:
    """Compute what each added record would change in the sum of `chamfer` among others."""
    within = similarities[among, among].copy()
    np.fill_diagonal(within, -np.inf)
    across = similarities[added, among]
    relief = np.maximum(across - within.max(axis=1, initial=-1.0), 0).sum(axis=1)
    effects: Float64 = 1 - across.max(axis=1, initial=-1.0) - relief
    return effects


def _novelsum_effects(distances: Float64, among: slice, added: slice) -> Float64:
    """Compute what each added record would change in the sum of `novelsum` among others."""
    within, across = distances[among, among], distances[among, added]
    with_itself = np.column_stack((np.zeros(across.shape[1]), across.T))
    own = novelsum_terms(with_itself.astype(np.float32)).value
    return own + _novelty_given(within, across, novelsum_terms(within.astype(np.float32)))


def _novelty_given(within: Float64, across: Float64, terms: NovelSumTerms) -> Float64:
    """Sum what each column's record adds to the terms of the rows' records."""
    crowding = np.maximum(terms.reach[:, None] - across, 0) * (across > 0)
    given: Float64 = _rank_gain(within, across, terms.weight) + terms.slope @ crowding
    return given


@compiled
def _rank_gain(within: Float64, across: Float64, weight: Float64) -> Float64:
    """Sum what a new distance adds to each row and pushes back, with ranks in buckets."""
    n = len(within)
    n_added = across.shape[1]
    given = np.zeros(n_added)
    counts = np.empty(N_BUCKETS)
    gain = np.empty(N_BUCKETS)
    scale = N_BUCKETS / 2
    for i in range(n):
        counts[:] = 0
        for j in range(n):
            counts[min(N_BUCKETS - 1, int(within[i, j] * scale))] += 1
        beyond = 0.0
        rank = n + 1.0
        for bucket in range(N_BUCKETS - 1, -1, -1):
            middle = max(1.0, rank - counts[bucket] / 2 - 0.5)
            rank -= counts[bucket]
            distance = (bucket + 0.5) / scale
            gain[bucket] = distance / middle - beyond
            beyond += counts[bucket] * distance / (middle * (middle + 1))
        for j in range(n_added):
            given[j] += weight[i] * gain[min(N_BUCKETS - 1, int(across[i, j] * scale))]
    return given
