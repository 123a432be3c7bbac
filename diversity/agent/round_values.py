"""What does one round come to, once it is said how its broken rules are read?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from diversity.agent.rounds import PARTITION, Round, partition
from diversity.arrays import Float64, frozen


@dataclass(frozen=True)
class Convention:
    """What the paper leaves open.

    Parameters
    ----------
    invalid : {"singletons", "dropped"}
        What becomes of the texts of a group that the judge's own verification rejects: groups of
        one each, or out of the round, group and texts.
    broken : {"kept", "left out"}
        What becomes of a round with a missing, repeated or unknown number: read as
        `diversity.agent.rounds` says, or left out. Rounds without a partition are always left out.
    """

    invalid: Literal["singletons", "dropped"] = "singletons"
    broken: Literal["kept", "left out"] = "kept"


DEFAULT = Convention()


@dataclass(frozen=True, eq=False)
class RoundValues:
    """What each scored round comes to. One entry a round in every array, read-only.

    Parameters
    ----------
    numbers : ndarray of int
        Numbers of the rounds.
    d : ndarray of float
        C²/K.
    together : ndarray of float
        Share of the round's pairs put together, in [0, 1].
    n_pairs : ndarray of float
        Pairs of the round.
    n_clusters : ndarray of float
        C.
    sizes : ndarray of float
        Texts scored: K, or fewer where invalid groups are dropped.
    entropies : ndarray of float
        Of the round's groups, in nats.
    """

    numbers: Float64
    d: Float64
    together: Float64
    n_pairs: Float64
    n_clusters: Float64
    sizes: Float64
    entropies: Float64

    def __len__(self) -> int:
        return len(self.numbers)


def values_of(rounds: Sequence[Round], convention: Convention = DEFAULT) -> RoundValues:
    """Work out what each round comes to; rounds that do not count are not in it."""
    found = [
        (held.number, *_of_sizes(sizes))
        for held in rounds
        if (sizes := group_sizes(held, convention)) and sum(sizes) > 1
    ]
    columns = np.array(found, np.float64).reshape(-1, 7).T
    return RoundValues(*(frozen(np.ascontiguousarray(column)) for column in columns))


def group_sizes(held: Round, convention: Convention = DEFAULT) -> list[int]:
    """Count the texts of each group of a round; empty where the round does not count."""
    groups = partition(held)
    if groups is None or (convention.broken == "left out" and breaks_partition(held)):
        return []
    sizes: list[int] = []
    for places, valid in groups:
        if valid:
            sizes.append(len(places))
        elif convention.invalid == "singletons":
            sizes += [1] * len(places)
    return sizes


def _of_sizes(sizes: Sequence[int]) -> tuple[float, ...]:
    counts = np.array(sizes, np.float64)
    size, n_clusters = float(counts.sum()), float(len(counts))
    shares = counts / size
    n_pairs = size * (size - 1) / 2
    together = float(counts @ (counts - 1)) / 2 / n_pairs if n_pairs else 0.0
    entropy = -float(shares @ np.log(shares))
    return n_clusters**2 / size, together, n_pairs, n_clusters, size, entropy


def breaks_partition(held: Round) -> bool:
    """Tell whether the groups of a round are not simply a partition of its texts."""
    return any(name in held.violations for name in PARTITION)
