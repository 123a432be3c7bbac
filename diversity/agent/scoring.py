"""How diverse are the texts, by what the judge put together? The paper's D and the robust 2D.

Every round cuts K texts into groups. The paper (arXiv 2410.15226, section 2.1) takes
D = mean(C / S), C the groups of a round and S their mean size: C²/K when they hold all K texts.
D hangs on K. The share of pairs put together does not: its mean over rounds estimates the chance
that two texts belong together (Simpson's concentration), and ²D = 1 / mean is the effective number
of groups in the data, whatever K is. Both come with 95 % intervals over rounds.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from diversity.agent.mean_interval import interval_of_mean
from diversity.agent.rounds import PARTITION, Round, partition
from diversity.arrays import Float64, frozen

Interval = tuple[float, float]


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


@dataclass(frozen=True)
class Measure:
    """A number and how sure it is.

    Parameters
    ----------
    value : float or None
        None where it cannot be had, and then `reason` says why.
    interval : (float, float) or None
        95 % interval over rounds; the upper end of an effective number is infinite where the data
        do not rule out that no two texts belong together.
    reason : str
    """

    value: float | None
    interval: Interval | None
    reason: str = ""

    @property
    def relative_width(self) -> float:
        """Half the interval's width over the value; infinite where unknown."""
        if self.value is None or self.interval is None or self.value <= 0:
            return math.inf
        return (self.interval[1] - self.interval[0]) / 2 / self.value


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


@dataclass(frozen=True)
class GroupScore:
    """The scores of one group of records.

    Parameters
    ----------
    n_rounds : int
        Rounds that count.
    n_left_out : int
        Rounds that do not: no answer, no partition, or left out by convention.
    k : int
        Texts a round.
    d : Measure
        The paper's score, in [1/K, K]; larger is more diverse. Comparable at one K only.
    effective_groups : Measure
        ²D, at least 1; larger is more diverse.
    clusters_per_round : float or None
        Mean C.
    clusters_share : float or None
        Mean C/K, in (0, 1].
    entropy : float or None
        Mean entropy of the groups within a round, in nats, in [0, ln K].
    invalid_share : float or None
        Share of the groups of several texts that the judge's verification rejected.
    unbroken_share : float or None
        Share of the rounds asked for that broke no rule of the partition and have an answer.
    violations : mapping of str to int
        Over all rounds, see `diversity.agent.rounds`.
    convention : Convention
    """

    n_rounds: int
    n_left_out: int
    k: int
    d: Measure
    effective_groups: Measure
    clusters_per_round: float | None
    clusters_share: float | None
    entropy: float | None
    invalid_share: float | None
    unbroken_share: float | None
    violations: Mapping[str, int]
    convention: Convention = DEFAULT


def score_rounds(rounds: Sequence[Round], convention: Convention = DEFAULT) -> GroupScore:
    """Score the rounds of one group of records.

    Parameters
    ----------
    rounds : sequence of Round
        All of one K.
    convention : Convention

    Notes
    -----
    With the convention *singletons*, D = mean C²/K (method of the paper with its S read as the
    mean size of a group). Linear in the rounds.

    Examples
    --------
    >>> from diversity.agent.rounds import Cluster
    >>> halves = (Cluster((1, 2)), Cluster((3, 4)))
    >>> score = score_rounds([Round(number, "", (0, 1, 2, 3), halves) for number in range(9)])
    >>> score.d.value, score.effective_groups.value
    (1.0, 3.0)
    """
    values = values_of(rounds, convention)
    k = max((len(held.rows) for held in rounds), default=0)
    violations = Counter[str]()
    for held in rounds:
        violations.update(held.violations)
    return GroupScore(
        n_rounds=len(values),
        n_left_out=len(rounds) - len(values),
        k=k,
        d=mean_d(values, k),
        effective_groups=effective_groups(values),
        clusters_per_round=_mean(values.n_clusters),
        clusters_share=_mean(values.n_clusters / values.sizes),
        entropy=_mean(values.entropies),
        invalid_share=_invalid_share(rounds),
        unbroken_share=_share([not held.failed and not _broken(held) for held in rounds]),
        violations=dict(violations),
        convention=convention,
    )


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
    if groups is None or (convention.broken == "left out" and _broken(held)):
        return []
    sizes: list[int] = []
    for places, valid in groups:
        if valid:
            sizes.append(len(places))
        elif convention.invalid == "singletons":
            sizes += [1] * len(places)
    return sizes


def mean_d(values: RoundValues, k: int) -> Measure:
    """Take the mean of C²/K and its interval."""
    if not len(values):
        return Measure(None, None, "no round could be scored")
    mean = float(values.d.mean())
    if len(values) < 2 or k < 2:
        return Measure(mean, None, "one round says nothing about how rounds vary")
    # K - D counts pairs when they are rare: one pair less is (K - 1)²/K instead of K
    span = k - 1 / k
    low, high = interval_of_mean((k - values.d) / span, (2 - 1 / k) / span)
    return Measure(mean, (k - span * high, k - span * low))


def effective_groups(values: RoundValues) -> Measure:
    """Take one over the mean share of pairs together, ²D, and its interval."""
    if not len(values):
        return Measure(None, None, "no round could be scored")
    mean = float(values.together.mean())
    value = 1 / mean if mean > 0 else None
    reason = "" if value else f"none of {values.n_pairs.sum():,.0f} pairs was put together"
    if len(values) < 2:
        return Measure(value, None, reason or "one round says nothing about how rounds vary")
    low, high = interval_of_mean(values.together, 1 / float(values.n_pairs.mean()))
    return Measure(value, (1 / high, 1 / low if low > 0 else math.inf), reason)


def _of_sizes(sizes: Sequence[int]) -> tuple[float, ...]:
    counts = np.array(sizes, np.float64)
    size, n_clusters = float(counts.sum()), float(len(counts))
    shares = counts / size
    n_pairs = size * (size - 1) / 2
    together = float(counts @ (counts - 1)) / 2 / n_pairs if n_pairs else 0.0
    entropy = -float(shares @ np.log(shares))
    return n_clusters**2 / size, together, n_pairs, n_clusters, size, entropy


def _broken(held: Round) -> bool:
    return any(name in held.violations for name in PARTITION)


def _invalid_share(rounds: Sequence[Round]) -> float | None:
    verdicts = [
        cluster.valid
        for held in rounds
        for cluster in held.clusters
        if cluster.valid is not None and len(held.shown(cluster)) > 1
    ]
    return _share([not valid for valid in verdicts])


def _mean(values: Float64) -> float | None:
    return float(values.mean()) if len(values) else None


def _share(held: Sequence[bool]) -> float | None:
    return sum(held) / len(held) if held else None
