"""What is one cluster about, who is in it, and which clusters are next to it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Bool, Float32, Int64
from diversity.exemplars import atypical, central
from diversity.filters import Bin, Others, Spread
from diversity.filters.words import Scalar

N_EXEMPLARS = 4
N_NEAREST = 4
Z_TELLING = 3.1
LEAST_RATIO = 1.2


@dataclass(frozen=True)
class Profile:
    """One cluster, described by its own records.

    Parameters
    ----------
    label : int
        Which cluster.
    name : str
    keyphrases : tuple of str
        The words that set it apart from the others, the most telling first.
    rows : ndarray of shape (n,), int64
        Its records.
    central, atypical : ndarray of int64
        Records nearest to its centre, and farthest from it; repeats are shown once.
    nearest : tuple of (int, float)
        The clusters most like it with the cosine similarity of the two centres, largest first.
    """

    label: int
    name: str
    keyphrases: tuple[str, ...]
    rows: Int64
    central: Int64
    atypical: Int64
    nearest: tuple[tuple[int, float], ...]


def profile(analysis: Analysis, label: int, centre: Float32 | None = None) -> Profile:
    """Describe a cluster.

    Parameters
    ----------
    analysis : Analysis
    label : int
        A cluster of it, 0 or larger.

    centre : ndarray of shape (n_clusters, n_dimensions), optional
        From `centres`, where several clusters are described.

    Raises
    ------
    ValueError
        If there is no such cluster.

    Notes
    -----
    O(n d) time, most of it for the centres of all clusters where they are not given.
    """
    labels, vectors = analysis.clustering.labels, analysis.embeddings.vectors
    if not 0 <= label < analysis.clustering.n_clusters:
        raise ValueError(f"label must be in [0, {analysis.clustering.n_clusters}), got {label}")
    return Profile(
        label=label,
        name=analysis.cluster_name(label),
        keyphrases=tuple(analysis.keyphrases.get(label, ())),
        rows=np.flatnonzero(labels == label),
        central=central(vectors, labels, label, N_EXEMPLARS),
        atypical=atypical(vectors, labels, label, N_EXEMPLARS),
        nearest=_nearest(centres(analysis) if centre is None else centre, label),
    )


def shares(profile: Profile, groups: Mapping[str, Int64], within: Bool) -> dict[str, float]:
    """Say which share of each group lies in a cluster.

    Parameters
    ----------
    profile : Profile
    groups : mapping of str to row numbers
        From `Dataset.groups`.
    within : ndarray of shape (n_records,), bool
        The records that count.

    Returns
    -------
    dict of str to float
        In [0, 1]; groups without a record that counts are left out.
    """
    inside = np.zeros(len(within), bool)
    inside[profile.rows] = True
    counted = {name: rows[within[rows]] for name, rows in groups.items()}
    return {name: float(inside[rows].mean()) for name, rows in counted.items() if len(rows)}


class Excess(NamedTuple):
    """A value that a set of records has more often than all records do, as shares in [0, 1]."""

    value: Scalar
    inside: float
    overall: float


def excesses(spread: Spread, rows: Int64, most: int = 2) -> list[Excess]:
    """Find the values of a column that set some records apart from all.

    Parameters
    ----------
    spread : Spread
        The column's values, as `diversity.filters.spread` finds them.
    rows : ndarray of row numbers
        The records that are described.
    most : int, default=2
        Values wanted.

    Returns
    -------
    list of Excess
        The most telling first. A value is in it if it is at least a fifth more frequent than
        overall, and so often that drawing the records at random would give as many less than once
        in a thousand times (3.1 standard deviations above what is expected).
    """
    inside = np.bincount(spread.codes[rows], minlength=len(spread.values))
    overall = spread.totals / max(1, spread.totals.sum())
    expected = overall * len(rows)
    beyond = (inside - expected) / np.sqrt(np.maximum(expected * (1 - overall), 1e-12))
    telling = (beyond > Z_TELLING) & (inside > LEAST_RATIO * expected)
    ranked = [int(i) for i in np.argsort(-beyond, kind="stable") if telling[i]]
    named = [(i, spread.values[i]) for i in ranked]
    return [
        Excess(value, float(inside[i] / len(rows)), float(overall[i]))
        for i, value in named
        if value is not None and not isinstance(value, Bin | Others)
    ][:most]


def centres(analysis: Analysis) -> Float32:
    """Return the mean direction of each cluster, shape (n_clusters, n_dimensions), unit rows."""
    labels, vectors = analysis.clustering.labels, analysis.embeddings.vectors
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(analysis.clustering.n_clusters))
    sums = np.add.reduceat(vectors[order], starts, axis=0, dtype=np.float64)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, np.finfo(float).tiny), np.float32)


def _nearest(centre: Float32, label: int) -> tuple[tuple[int, float], ...]:
    similarities = centre @ centre[label]
    order = [int(other) for other in np.argsort(-similarities, kind="stable") if other != label]
    return tuple((other, float(similarities[other])) for other in order[:N_NEAREST])
