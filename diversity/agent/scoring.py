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

from diversity.agent.mean_interval import interval_of_mean
from diversity.agent.round_values import (
    DEFAULT,
    Convention,
    RoundValues,
    breaks_partition,
    values_of,
)
from diversity.agent.rounds import Round
from diversity.arrays import Float64

Interval = tuple[float, float]


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
        unbroken_share=_share([not held.failed and not breaks_partition(held) for held in rounds]),
        violations=dict(violations),
        convention=convention,
    )


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
