"""Is one group more diverse than another, and at another K too?

Groups of one run share criteria, judge, K and the numbers of their rounds, so they are compared
round by round. Runs of one judge at several K show how far its eye follows the size of a round;
`diversity.agent.variance` says how much of a score criteria and records make.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import stdtrit

from diversity.agent.round_values import DEFAULT, Convention, values_of
from diversity.agent.runs import Run
from diversity.agent.scoring import GroupScore, Interval, Measure, effective_groups
from diversity.arrays import Float64
from diversity.errors import AgentError
from diversity.scores.significance import holm

N_SIGNS = 9_999
SIGNS_AT_ONCE = 1_000
MIN_ROUNDS = 5


@dataclass(frozen=True)
class Difference:
    """Two groups of a run, side by side.

    Parameters
    ----------
    first, second : str
    d : Measure
        D of the first less D of the second, over rounds paired by number.
    ratio : Measure
        ²D of the first over ²D of the second.
    p_value : float
        Chance of a difference of pairs together as large as this, were the two groups alike:
        the signs of the paired differences are drawn again, 9,999 times.
    p_adjusted : float
        The same, by Holm's step-down over all pairs of groups.
    n_rounds : int
        Rounds that count in both.
    """

    first: str
    second: str
    d: Measure
    ratio: Measure
    p_value: float
    p_adjusted: float
    n_rounds: int


def compare_groups(run: Run, convention: Convention = DEFAULT) -> list[Difference]:
    """Compare each group of a run with each other.

    Parameters
    ----------
    run : Run
    convention : Convention

    Returns
    -------
    list of Difference
        Pairs of groups of the same K that have at least 5 rounds in common.

    Notes
    -----
    The interval of D's difference is Student's over paired rounds; that of the ratio combines the
    intervals of both mean shares (Donner and Zou 2012, "Closed-form confidence intervals for
    functions of the normal mean and standard deviation", method MOVER for ratios).
    """
    scores = run.scored(convention)
    found = [
        difference
        for one, other in combinations(run.groups, 2)
        if scores[one].k == scores[other].k
        and (difference := _difference(run, one, other, convention))
    ]
    adjusted = holm([difference.p_value for difference in found])
    return [
        Difference(**{**vars(difference), "p_adjusted": p})
        for difference, p in zip(found, adjusted, strict=True)
    ]


@dataclass(frozen=True)
class AtK:
    """The score of one group at one K."""

    k: int
    group: str
    score: GroupScore


def sensitivity(runs: Sequence[Run], convention: Convention = DEFAULT) -> list[AtK]:
    """Put runs of one judge with the same criteria at several K side by side.

    Raises
    ------
    AgentError
        If judge or criteria differ: then more than K would change.
    """
    require_equal([run.judge for run in runs], "judges")
    require_equal([run.criteria.fingerprint if run.criteria else "" for run in runs], "criteria")
    require_equal([run.dataset for run in runs], "datasets")
    found = [
        AtK(score.k, name, score)
        for run in runs
        for name, score in run.scored(convention).items()
        if score.n_rounds
    ]
    return sorted(found, key=lambda one: (one.group, one.k))


def _difference(run: Run, first: str, second: str, convention: Convention) -> Difference | None:
    one, other = (values_of(run.of_group(name), convention) for name in (first, second))
    _, places, others = np.intersect1d(one.numbers, other.numbers, return_indices=True)
    if len(places) < MIN_ROUNDS:
        return None
    apart = one.d[places] - other.d[others]
    reach = float(stdtrit(len(apart) - 1, 0.975)) * float(np.sqrt(variance_of_mean(apart)))
    mean = float(apart.mean())
    p_value = sign_flip_p(one.together[places] - other.together[others])
    return Difference(
        first,
        second,
        Measure(mean, (mean - reach, mean + reach)),
        _ratio(effective_groups(one), effective_groups(other)),
        p_value,
        p_value,
        len(places),
    )


def _ratio(one: Measure, other: Measure) -> Measure:
    """Divide two effective numbers of groups; the shares of pairs behind them are what is known."""
    if one.interval is None or other.interval is None:
        return Measure(None, None, one.reason or other.reason)
    top, top_ends = _shares(other)
    bottom, bottom_ends = _shares(one)
    if not bottom or not top:
        return Measure(None, None, one.reason or other.reason)
    return Measure(top / bottom, mover_ratio(top, top_ends, bottom, bottom_ends))


def _shares(measure: Measure) -> tuple[float, Interval]:
    assert measure.interval is not None
    low, high = measure.interval
    return (1 / measure.value if measure.value else 0.0), (1 / high, 1 / low)


def mover_ratio(top: float, top_ends: Interval, bottom: float, bottom_ends: Interval) -> Interval:
    """Combine the intervals of two positive means into that of their ratio (MOVER-R).

    The lower end is written without the difference in its numerator, so that it also holds where
    the bottom's interval reaches beyond twice its mean.
    """
    product = top * bottom

    def reach(of_top: float, of_bottom: float) -> float:
        spread = of_top * of_bottom * (2 * top - of_top) * (2 * bottom - of_bottom)
        return product + math.sqrt(max(0.0, product**2 - spread))

    least, most = bottom_ends
    low = top_ends[0] * (2 * top - top_ends[0]) / reach(top_ends[0], most)
    divisor = least * (2 * bottom - least)
    return low, reach(top_ends[1], least) / divisor if divisor > 0 else math.inf


def sign_flip_p(differences: Float64) -> float:
    """Test whether paired differences have mean zero, by drawing their signs again."""
    generator = np.random.default_rng(0)
    seen = abs(float(differences.sum())) - 1e-12
    as_large = 0
    for n_signs in np.diff(np.append(np.arange(0, N_SIGNS, SIGNS_AT_ONCE), N_SIGNS)):
        signs = generator.integers(0, 2, (n_signs, len(differences)), dtype=np.int8) * 2 - 1
        as_large += int((np.abs(signs @ differences) >= seen).sum())
    return (1 + as_large) / (N_SIGNS + 1)


def variance_of_mean(values: Float64) -> float:
    """Estimate the variance of the mean of rounds."""
    return float(values.var(ddof=1)) / len(values)


def require_equal(held: Sequence[str], what: str) -> None:
    """Refuse runs that differ in more than what is compared."""
    if len(set(held)) > 1:
        raise AgentError(
            f"These runs have different {what}: {', '.join(sorted(set(held)))}.",
            "Put runs side by side that differ in one thing.",
        )
