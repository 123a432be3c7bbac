"""How much does each record add to its neighbors? NovelSum, in which rare records count more."""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float32, Float64
from diversity.scores.intervals import MIN_RECORDS, lasting_share, thirds, variance_of_sum
from diversity.scores.kernels import compiled
from diversity.scores.values import Estimate, Parameter

N_NOVELSUM = 500
N_NEIGHBORS = 10
DENSITY_POWER = 0.5
DISTANCE_POWER = 1.0
DENSITY_FLOOR = 0.05
N_BUCKETS = 512
PARAMETERS: dict[str, Parameter] = {
    "density_power": DENSITY_POWER,
    "distance_power": DISTANCE_POWER,
    "n_neighbors": N_NEIGHBORS,
    "density_floor": DENSITY_FLOOR,
}


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
        one, other = (_novelsum_effects(distances, *part) for part in thirds(n))
        kept = lasting_share(one, other)
        variance = kept * variance_of_sum((effects - effects.mean()) / n)
    return Estimate(float(terms.value.mean()), variance, n, "log", parameters=PARAMETERS)


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
