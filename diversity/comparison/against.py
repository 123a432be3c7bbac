"""How does each group stand to a reference, and which regions of it does the group not reach?"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Int64
from diversity.clustering import NOISE
from diversity.comparison.deals import sides_of
from diversity.errors import TooFewRecordsError
from diversity.progress import Progress, Steps
from diversity.scores import Budget, Panel, reference
from diversity.scores.sampling import single_threaded

MOST_RECORDS = 2_000
MOST_GAPS = 20
EXAMPLES = 3
FEWEST_MISSED = 2
HALVES = "(one half against the other)"


@dataclass(frozen=True)
class Gap:
    """A region of the reference that a group does not reach.

    Parameters
    ----------
    name : str
        The cluster it lies in, or ``noise``.
    label : int
    n_reference, n_missed : int
        Records of the reference in the cluster, and those that no record of the group is near.
    examples : tuple of int
        Rows of the reference that are missed, the most typical first.
    """

    name: str
    label: int
    n_reference: int
    n_missed: int
    examples: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """One group against the reference; see `diversity.scores.reference`.

    Parameters
    ----------
    measured : mapping of str to float or None
        precision, recall, density, coverage, mauve, mmd, mmd_p, auc.
    auc_interval : (float, float) or None
    gaps : tuple of Gap
        Where most is missed first.
    reason : str, default=""
        Why they are None.
    """

    measured: Mapping[str, float | None]
    auc_interval: tuple[float, float] | None
    gaps: tuple[Gap, ...]
    reason: str = ""


@dataclass(frozen=True)
class Against:
    """Every group against one reference.

    Parameters
    ----------
    reference : str
    n_records : int
        Records of each side.
    k : int
        Nearest neighbors that make a ball.
    groups : mapping of str to Standing
        Beside the groups, one half of the reference against the other: what to expect of a group
        that is like the reference.
    """

    reference: str
    n_records: int
    k: int
    groups: Mapping[str, Standing]

    def reasons(self) -> tuple[str, ...]:
        """Say why nothing can be said about groups, each reason once."""
        found = [f"Against {self.reference!r}: {one.reason}" for one in self.groups.values()
                 if one.reason]  # fmt: skip
        return tuple(dict.fromkeys(found))

    def as_json(self) -> dict[str, Any]:
        """Say it in plain values."""
        return {
            "reference": self.reference,
            "n_records": self.n_records,
            "k": self.k,
            "groups": {name: asdict(found) for name, found in self.groups.items()},
        }


NAMES = ("precision", "recall", "density", "coverage", "mauve", "mmd", "mmd_p", "auc")


def against_steps(
    analysis: Analysis, panel: Panel, groups: Mapping[str, Int64], name: str, random_state: int
) -> Steps[Against]:
    """Hold every group against a reference, all at one size.

    Parameters
    ----------
    analysis : Analysis
    panel : Panel
    groups : mapping of str to row numbers
    name : str
        Which of the groups is the reference.
    random_state : int

    Notes
    -----
    O(n² d) for n up to 2,000 records a side, some seconds a group.
    """
    n = min(MOST_RECORDS, len(groups[name]) // 2, *map(len, groups.values()))
    halves = _first(panel, groups[name], 2 * n)
    own, other = halves[:n], halves[n : 2 * n]
    standings: dict[str, Standing] = {}
    others = {group: rows for group, rows in groups.items() if group != name}
    started = time.perf_counter()
    for done, (group, rows) in enumerate(others.items()):
        elapsed_s = time.perf_counter() - started
        yield Progress("holding groups against the reference", done, len(others) + 1, elapsed_s)
        standings[group] = standing(analysis, own, _first(panel, rows, n), random_state)
    yield Progress(
        "holding the reference against itself", len(others), len(others) + 1,
        time.perf_counter() - started,
    )  # fmt: skip
    standings[HALVES] = standing(analysis, own, other, random_state)
    return Against(name, n, reference.K, standings)


def standing(analysis: Analysis, own: Int64, rows: Int64, random_state: int) -> Standing:
    """Hold one set of records against a reference of the same size."""
    vectors = analysis.embeddings.vectors
    units = analysis.duplicates.near[np.concatenate([own, rows])]
    try:
        with single_threaded():
            reached = reference.reach(vectors[own], vectors[rows])
            auc, interval = reference.separability(vectors[own], vectors[rows], units, random_state)
            discrepancy, p = reference.mmd(vectors[own], vectors[rows], random_state=random_state)
            mauve = reference.mauve(vectors[own], vectors[rows], random_state)
    except TooFewRecordsError as error:
        return Standing(dict.fromkeys(NAMES), None, (), str(error))
    shares = (reached.precision, reached.recall, reached.density, reached.coverage)
    values = dict(zip(NAMES, (*shares, mauve, discrepancy, p, auc), strict=True))
    return Standing(values, interval, gaps(analysis, own, reached.covered))


def gaps(analysis: Analysis, own: Int64, covered: np.ndarray) -> tuple[Gap, ...]:
    """List clusters of the reference with records that a group does not reach."""
    labels = analysis.clustering.labels[own]
    found = []
    for label in np.unique(labels[~covered]).tolist():
        inside = labels == label
        missed = own[inside & ~covered]
        if len(missed) >= FEWEST_MISSED:
            examples = _typical(analysis, missed, label)
            name = analysis.cluster_name(label)
            found.append(Gap(name, label, int(inside.sum()), len(missed), examples))
    found.sort(key=lambda gap: (-gap.n_missed / gap.n_reference * gap.n_missed, gap.label))
    return tuple(found[:MOST_GAPS])


def _typical(analysis: Analysis, rows: Int64, label: int) -> tuple[int, ...]:
    """Pick records near the middle of some, no two alike; of noise the first ones."""
    vectors = analysis.embeddings.vectors[rows]
    ranked = (
        np.arange(len(rows))
        if label == NOISE
        else np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")
    )
    kept = dict.fromkeys(analysis.duplicates.near[rows[ranked]].tolist())
    first = {int(analysis.duplicates.near[row]): int(row) for row in reversed(rows[ranked])}
    return tuple(first[kind] for kind in list(kept)[:EXAMPLES])


def _first(panel: Panel, rows: Int64, n: int) -> Int64:
    """Take the first records of a group in the panel's order."""
    places = sides_of(panel, rows, rows, Budget(n, 0)).for_records[0]
    return panel.permutation[places].astype(np.int64)
