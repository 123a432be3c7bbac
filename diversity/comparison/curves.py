"""What would more records of a group bring, and does length alone move its scores?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from diversity.arrays import Float64, Int32, Int64
from diversity.scores import Budget, Panel
from diversity.scores.groups import count_groups, coverage

FEWEST = 20
N_POINTS = 24
AHEAD = 100
N_BINS = 5


@dataclass(frozen=True, eq=False)
class Accumulation:
    """How clusters are found as records of one group are added.

    Parameters
    ----------
    n_records : ndarray of shape (n_points,), int64
    n_clusters : ndarray of shape (n_points,), float64
        Clusters expected among so many records drawn at random (rarefaction).
    coverage : float
        Chance that one more record falls into a cluster already seen (Good-Turing).
    new_ahead : float
        Clusters not seen yet that 100 more records are expected to bring.
    """

    n_records: Int64
    n_clusters: Float64
    coverage: float
    new_ahead: float


def accumulation(labels: Int32) -> Accumulation | None:
    r"""Compute the rarefaction curve of clusters; None where every record is noise.

    The expected number is exact: :math:`\sum_i 1 - \binom{N - c_i}{n} / \binom{N}{n}` (Hurlbert
    1971). What 100 more would bring is extrapolated as in Chao et al. 2014, "Rarefaction and
    extrapolation with Hill numbers".

    Parameters
    ----------
    labels : ndarray of int32
        Cluster of each record of the group; -1, noise, is left out.
    """
    counts = count_groups(labels[labels >= 0])
    total = int(counts.sum())
    if not total:
        return None
    points = np.unique(np.geomspace(1, total, N_POINTS).round().astype(np.int64))
    expected = np.array([expected_clusters(counts, int(n)) for n in points])
    return Accumulation(points, expected, coverage(counts), new_ahead(counts, AHEAD))


def expected_clusters(counts: Int64, n: int) -> float:
    """Compute how many clusters n records drawn without replacement are expected to meet.

    Examples
    --------
    >>> round(expected_clusters(np.array([2, 1]), 2), 6)
    1.666667
    """
    total = int(counts.sum())
    left = total - counts
    possible = left >= n
    absent = np.zeros(len(counts))
    absent[possible] = np.exp(
        gammaln(left[possible] + 1) - gammaln(left[possible] - n + 1)
        - gammaln(total + 1) + gammaln(total - n + 1)
    )  # fmt: skip
    return float((1 - absent).sum())


def new_ahead(counts: Int64, more: int) -> float:
    """Estimate how many unseen clusters more records would bring (Chao et al. 2014)."""
    total = int(counts.sum())
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    unseen = (total - 1) / total * (once**2 / (2 * twice) if twice else once * (once - 1) / 2)
    if not unseen:
        return 0.0
    return float(unseen * (1 - (1 - once / (total * unseen + once)) ** more))


def score_against_size(
    panel: Panel, groups: Mapping[str, Int64], names: Sequence[str], budget: Budget
) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """Score the first 20, 40, ... records of each group, up to a budget.

    Returns
    -------
    dict of str to dict of str to list of (float, float)
        For each score, each group, the number of records and the value.
    """
    found: dict[str, dict[str, list[tuple[float, float]]]] = {
        name: {group: [] for group in groups} for name in names
    }
    for n in _sizes(budget.n_records):
        part = Budget(n, max(1, budget.n_tokens * n // max(1, budget.n_records)))
        for group, rows in groups.items():
            scores = panel.scores(rows, budget=part, names=names, interval=False)
            for name, score in scores.items():
                if score.value is not None:
                    found[name][group].append((n, score.value))
    return found


def score_against_length(
    panel: Panel, groups: Mapping[str, Int64], names: Sequence[str]
) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """Score the shortest to the longest fifth of each group, all at one budget.

    Returns
    -------
    dict of str to dict of str to list of (float, float)
        For each score, each group, the mean words of the fifth and the value.
    """
    lengths = panel.tokens.lengths[np.argsort(panel.permutation)]
    parts = {
        group: np.array_split(rows[np.argsort(lengths[rows], kind="stable")], N_BINS)
        for group, rows in groups.items()
        if len(rows) >= N_BINS * FEWEST
    }
    if not parts:
        return {name: {} for name in names}
    budget = panel.budget(*(part for some in parts.values() for part in some))
    found: dict[str, dict[str, list[tuple[float, float]]]] = {
        name: {group: [] for group in parts} for name in names
    }
    for group, some in parts.items():
        for part in some:
            scores = panel.scores(part, budget=budget, names=names, interval=False)
            for name, score in scores.items():
                if score.value is not None:
                    found[name][group].append((float(lengths[part].mean()), score.value))
    return found


def _sizes(most: int) -> list[int]:
    """Double from 20 up to the budget."""
    sizes = [FEWEST * 2**step for step in range(20) if FEWEST * 2**step < most]
    return [*sizes, most]
