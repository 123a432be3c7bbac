"""Do two judges see the same? On the pairs both were shown, and in the order of the groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import kendalltau

from diversity.agent.rounds import Round, partition
from diversity.agent.runs import Run
from diversity.arrays import Float64, Int64
from diversity.errors import AgentError

N_DRAWS = 1_000


@dataclass(frozen=True)
class Agreement:
    """How far two judges agree.

    Parameters
    ----------
    judges : (str, str)
    n_rounds, n_pairs : int
        Rounds in which both were shown the same texts, and the pairs of these.
    kappa : float or None
        Cohen's kappa over pairs (together or apart), 1 for full agreement, 0 for chance; None
        where one judge puts all pairs alike.
    interval : (float, float) or None
        95 %, by drawing rounds again.
    rand_index : float
        Mean adjusted Rand index within rounds, 1 for equal groups, 0 for chance.
    together : (float, float)
        Share of pairs that each judge puts together: its granularity.
    order : float or None
        Kendall's tau between the judges' orders of the groups by ²D, in [-1, 1]; None with fewer
        than three groups, or where one judge finds all equal.
    """

    judges: tuple[str, str]
    n_rounds: int
    n_pairs: int
    kappa: float | None
    interval: tuple[float, float] | None
    rand_index: float
    together: tuple[float, float]
    order: float | None


def agree(one: Run, other: Run) -> Agreement:
    """Compare two judges on the rounds both have judged.

    Parameters
    ----------
    one, other : Run
        Of the same dataset and K and of the same draws, so that the same texts were shown.

    Raises
    ------
    AgentError
        If they have no round in common.
    """
    shared = _shared(one, other)
    if not shared:
        raise AgentError(
            "These runs have no round with the same texts in common.",
            "Run both judges with the same records, K and random state.",
        )
    tables = np.array([_table(a, b) for a, b in shared])
    generator = np.random.default_rng(0)
    draws = generator.integers(len(tables), size=(N_DRAWS, len(tables)))
    found = np.array([kappa(tables[rows].sum(axis=0)) for rows in draws])
    held = found[~np.isnan(found)]
    total = tables.sum(axis=0)
    value = kappa(total)
    return Agreement(
        judges=(one.judge, other.judge),
        n_rounds=len(shared),
        n_pairs=int(total.sum()),
        kappa=None if np.isnan(value) else value,
        interval=_ends(held) if len(held) and not np.isnan(value) else None,
        rand_index=float(np.mean([rand_index(a, b) for a, b in shared])),
        together=(float((total[0] + total[1]) / total.sum()),
                  float((total[0] + total[2]) / total.sum())),
        order=_order(one, other),
    )  # fmt: skip


def labels_of(held: Round) -> Int64 | None:
    """Give each text shown the number of its group; a rejected group's texts are alone."""
    groups = partition(held)
    if groups is None:
        return None
    labels = np.empty(len(held.rows), np.int64)
    for number, (places, valid) in enumerate(groups):
        for place in places:
            labels[place] = number if valid else len(held.rows) + place
    return labels


def kappa(table: Sequence[float] | Float64) -> float:
    """Compute Cohen's kappa of (both together, only one, only the other, both apart).

    Examples
    --------
    >>> kappa([10, 0, 0, 30])
    1.0
    >>> kappa([1, 3, 3, 9])
    0.0
    """
    both, first, second, none = (float(count) for count in table)
    n = both + first + second + none
    a, b = (both + first) / n, (both + second) / n
    chance = a * b + (1 - a) * (1 - b)
    return ((both + none) / n - chance) / (1 - chance) if chance < 1 else math.nan


def rand_index(one: Int64, other: Int64) -> float:
    """Compute the adjusted Rand index of two groupings (Hubert and Arabie 1985).

    Examples
    --------
    >>> rand_index(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    both, first, second, none = _table(one, other)
    n = both + first + second + none
    expected = (both + first) * (both + second) / n
    most = (2 * both + first + second) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def _shared(one: Run, other: Run) -> list[tuple[Int64, Int64]]:
    """Pair the rounds that showed the same texts, whatever their order."""
    if one.dataset != other.dataset:
        return []
    known = {tuple(sorted(held.rows)): held for held in other.rounds}
    found = []
    for held in one.rounds:
        match = known.get(tuple(sorted(held.rows)))
        labels = labels_of(held)
        others = labels_of(match) if match else None
        if match is not None and labels is not None and others is not None:
            found.append((labels[np.argsort(held.rows)], others[np.argsort(match.rows)]))
    return found


def _table(one: Int64, other: Int64) -> tuple[int, int, int, int]:
    pairs = list(combinations(range(len(one)), 2))
    first = np.array([one[i] == one[j] for i, j in pairs])
    second = np.array([other[i] == other[j] for i, j in pairs])
    return (
        int((first & second).sum()),
        int((first & ~second).sum()),
        int((~first & second).sum()),
        int((~first & ~second).sum()),
    )


def _order(one: Run, other: Run) -> float | None:
    names = [name for name in one.groups if name in other.groups]
    values = [
        (one.scores[name].effective_groups.value, other.scores[name].effective_groups.value)
        for name in names
    ]
    known = [(a, b) for a, b in values if a is not None and b is not None]
    if len(known) < 3:
        return None
    tau = float(kendalltau(*zip(*known, strict=True)).statistic)
    return None if math.isnan(tau) else tau


def _ends(values: Float64) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
