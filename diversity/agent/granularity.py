"""How fine should the global clusters be? As fine as the judge's own groups, pair by pair.

The judge's groups live in one round each; global clusters hold for all records. Every pair of texts
that a round showed was put together or apart; the number of clusters that agrees best with these
pairs is the judge's granularity. The curve shows how much that number matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage

from diversity.agent.agreement import kappa, labels_of
from diversity.agent.runs import Run
from diversity.arrays import Bool, Float32, Float64, Int64, frozen
from diversity.errors import TooFewRecordsError

MOST_ROWS = 5_000
N_STEPS = 24
N_DRAWS = 500
MIN_TOGETHER = 10


@dataclass(frozen=True, eq=False)
class Granularity:
    """Agreement of global clusters with a judge, for each number of clusters.

    Parameters
    ----------
    n_clusters : ndarray of int
        Rising.
    agreement : ndarray of float
        Cohen's kappa over pairs, at most 1; 0 is what chance would do.
    low, high : ndarray of float
        95 % interval, by drawing rounds again.
    precision, recall : ndarray of float
        Share of the pairs in one cluster that the judge put together, and the reverse.
    best : int
        Number of clusters that agrees best.
    best_interval : (int, int)
        95 % interval of it, over the same draws.
    n_rows, n_pairs, n_together : int
        Records shown, pairs judged, pairs put together.
    """

    n_clusters: Int64
    agreement: Float64
    low: Float64
    high: Float64
    precision: Float64
    recall: Float64
    best: int
    best_interval: tuple[int, int]
    n_rows: int
    n_pairs: int
    n_together: int


def best_granularity(run: Run, vectors: Float32, groups: Sequence[str] = ()) -> Granularity:
    """Find the number of clusters that agrees best with a judge's pairs.

    Parameters
    ----------
    run : Run
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows of the run's dataset.
    groups : sequence of str
        Take the rounds of these groups only; all by default. Rounds over all records tell most.

    Raises
    ------
    TooFewRecordsError
        If fewer than 10 pairs were put together.

    Notes
    -----
    Clusters are cuts of one tree (Ward 1963) over the records that were shown, at most 5,000: so
    the curve is not disturbed by chance. Costs O(n_rows²). The numbers of clusters hold for the
    records shown; over many more records, finer clusters may exist that no round could show.
    """
    boards = _boards(run, groups)
    rows = np.unique(np.concatenate([shown for shown, _ in boards])) if boards else np.zeros(0, int)
    n_together = sum(int(together.sum()) for _, together in boards)
    if n_together < MIN_TOGETHER:
        raise TooFewRecordsError(
            f"The judge put only {n_together} pairs together.", "Judge more rounds."
        )
    tree = linkage(vectors[rows].astype(np.float64), "ward")
    steps = np.unique(np.geomspace(2, len(rows), N_STEPS).astype(np.int64))
    cuts = cut_tree(tree, steps)
    places = [np.searchsorted(rows, shown) for shown, _ in boards]
    tables = np.array(
        [[_table(cuts[place, step], together) for step in range(len(steps))]
         for place, (_, together) in zip(places, boards, strict=True)]
    )  # fmt: skip
    return _curve(steps, tables, len(rows))


def _boards(run: Run, groups: Sequence[str]) -> list[tuple[Int64, Bool]]:
    """For each round, rows shown and which pairs of them are together; as many as 5,000 rows."""
    found: list[tuple[Int64, Bool]] = []
    seen: set[int] = set()
    for held in run.rounds:
        labels = labels_of(held)
        if labels is None or (groups and held.group not in groups):
            continue
        seen |= set(held.rows)
        if len(seen) > MOST_ROWS:
            break
        pairs = combinations(labels.tolist(), 2)
        together = np.array([one == other for one, other in pairs], dtype=bool)
        found.append((np.array(held.rows, np.int64), together))
    return found


def _table(clusters: Int64, together: Bool) -> tuple[int, int, int, int]:
    inside = np.array([one == other for one, other in combinations(clusters.tolist(), 2)])
    return (
        int((inside & together).sum()),
        int((inside & ~together).sum()),
        int((~inside & together).sum()),
        int((~inside & ~together).sum()),
    )


def _curve(steps: Int64, tables: Int64, n_rows: int) -> Granularity:
    """Sum the tables of all rounds, and of rounds drawn again."""
    total = tables.sum(axis=0)
    value = np.array([kappa(one) for one in total])
    generator = np.random.default_rng(0)
    drawn = np.empty((N_DRAWS, len(steps)))
    for draw in range(N_DRAWS):
        again = tables[generator.integers(len(tables), size=len(tables))].sum(axis=0)
        drawn[draw] = [kappa(one) for one in again]
    low, high = np.nanquantile(drawn, (0.025, 0.975), axis=0)
    bests = steps[np.nanargmax(np.where(np.isnan(drawn), -1.0, drawn), axis=1)]
    both, inside, outside = (total[:, i].astype(np.float64) for i in range(3))
    ends = np.quantile(bests, (0.025, 0.975), method="nearest")
    return Granularity(
        n_clusters=frozen(steps),
        agreement=frozen(value),
        low=frozen(low),
        high=frozen(high),
        precision=frozen(both / np.maximum(both + inside, 1)),
        recall=frozen(both / np.maximum(both + outside, 1)),
        best=int(steps[int(np.nanargmax(value))]),
        best_interval=(int(ends[0]), int(ends[1])),
        n_rows=n_rows,
        n_pairs=int(total[0].sum()),
        n_together=int(both[0] + outside[0]),
    )
