"""Which clusters does one group fill more than another?"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Float64, Int64
from diversity.comparison.log_odds import Counts
from diversity.comparison.separating import separations
from diversity.comparison.values import Separation


def cluster_shares(analysis: Analysis, groups: Mapping[str, Int64]) -> tuple[Separation, ...]:
    """Compare the share of each cluster in each group.

    Parameters
    ----------
    analysis : Analysis
    groups : mapping of str to row numbers

    Returns
    -------
    tuple of Separation
        One a cluster that any of the groups reaches, the clearest first; see `separations`.
    """
    counts = {name: cluster_counts(analysis, rows) for name, rows in groups.items()}
    reached = np.flatnonzero(np.sum([one.found for one in counts.values()], axis=0))
    found = separations(counts, reached, analysis.cluster_name, lambda ranked: ranked.tolist())
    return tuple(replace(separation, label=label) for label, separation in found)


def cluster_counts(analysis: Analysis, rows: Int64) -> Counts:
    """Count the records of each cluster; records that repeat each other are one unit."""
    n_clusters = analysis.clustering.n_clusters
    labels = analysis.clustering.labels[rows]
    units = np.unique(analysis.duplicates.near[rows], return_inverse=True)[1]
    sizes = np.bincount(units)
    keys, held = np.unique(units * (n_clusters + 1) + labels + 1, return_counts=True)
    unit, place = np.divmod(keys, n_clusters + 1)

    def summed(weights: Int64) -> Float64:
        return np.bincount(place, weights, minlength=n_clusters + 1)[1:].astype(np.float64)

    return Counts(
        summed(held), float(len(rows)), summed(held**2), summed(held * sizes[unit]),
        float(sizes @ sizes),
    )  # fmt: skip
