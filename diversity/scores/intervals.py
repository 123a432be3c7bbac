"""How much would a score move on another sample like this one?

Never a bootstrap with replacement: it invents duplicates, and every score here sees duplicates.
Instead the effect of leaving out each record, or each block of the sample, is summed up
(delete-one and delete-a-group jackknife), and the interval is taken on the scale where the
sampling distribution is nearly normal.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, stdtrit

from diversity.arrays import Float64, Int64
from diversity.scores.values import Estimate

LEVEL = 0.95
MIN_RECORDS = 20
CHANCE_KEPT = 0.4
MARGIN = 0.15


def interval_of(
    estimate: Estimate, bounds: tuple[float, float]
) -> tuple[tuple[float, float] | None, str]:
    """Turn an estimate into its 95 % interval, or into the reason why it has none.

    Parameters
    ----------
    estimate : Estimate
        Value and variance.
    bounds : (float, float)
        Least and greatest value the score can take; the interval stays inside.

    Returns
    -------
    (float, float) or None
        Ends of the interval.
    str
        Why it is None, else empty.
    """
    if estimate.value is None:
        return None, estimate.reason
    if estimate.n_records < MIN_RECORDS:
        return None, f"fewer than {MIN_RECORDS} records say too little about how it would vary"
    if estimate.variance is None or not math.isfinite(estimate.variance):
        return None, "its variance cannot be had from these records"
    low, high = _ends(estimate.value, math.sqrt(max(0.0, estimate.variance)), estimate)
    return (max(low, bounds[0]), min(high, bounds[1])), ""


def variance_of_sum(effects: Float64) -> float:
    """Sum squared leave-one-out effects: the jackknife variance, effects already centred."""
    n = len(effects)
    return float(effects @ effects) * n / max(1, n - 1)


@dataclass(frozen=True)
class Assemblage:
    """The kinds of a population (words, groups), as a sample lets us guess them.

    Parameters
    ----------
    rates : ndarray of shape (k,), float64
        How often a kind is expected in a sample of the same size.
    weights : ndarray of shape (k,), float64
        How many kinds have that rate.
    """

    rates: Float64
    weights: Float64

    def total(self, per_kind: Float64) -> float:
        """Sum a quantity over all kinds."""
        return float(self.weights @ per_kind)


def guess_assemblage(n_kinds: Int64) -> Assemblage:
    """Guess the population from how often each kind was seen: rare ones fade, unseen are added.

    Chao et al. 2014, "Rarefaction and extrapolation with Hill numbers" (the population that
    its bootstrap draws from, used here in closed form). `n_kinds` says how many kinds were seen
    0, 1, 2, ... times; the first of these is 0.
    """
    n = int(n_kinds @ np.arange(len(n_kinds)))
    seen = np.flatnonzero(n_kinds)
    once, twice = (int(number) for number in np.append(n_kinds, (0, 0))[1:3])
    unseen = math.ceil((once**2 / (2 * twice) if twice else once * (once - 1) / 2) * (n - 1) / n)
    missing = once / n * ((n - 1) * once / ((n - 1) * once + 2 * max(twice, 1))) if once else 0.0
    faded = seen / n * np.exp(-seen.astype(np.float64))
    rates = seen - n * faded * (missing / float(faded @ n_kinds[seen]) if missing else 0.0)
    return Assemblage(
        np.append(np.maximum(rates, 0), n * missing / max(1, unseen)),
        np.append(n_kinds[seen], unseen).astype(np.float64),
    )


def kept_share(n_kinds: Int64, once_share: float = 0.0) -> float:
    r"""Compute by how much leaving one out overstates the variance of a count of kinds.

    The count is of kinds seen, or of kinds seen once less `once_share` times the kinds seen.
    Leaving one out sums :math:`\sum_k k \sigma_k^2` over the orders k of interaction where the
    variance is :math:`\sum_k \sigma_k^2` (Efron and Stein 1981); for kinds that come and go
    independently both are known. Their ratio is handed back, with a margin of 15 % of what is
    missing to 1, since words do not come independently.
    """
    guess = guess_assemblage(n_kinds)
    absent = np.exp(-guess.rates)
    once, twice = guess.rates * absent, guess.rates**2 * absent / 2
    if once_share:
        part, rest = 1 - once_share, 1 - absent - once
        mean = part * once - once_share * rest
        true = guess.total(part**2 * once + once_share**2 * rest - mean**2)
        summed = guess.total(part**2 * once + 2 * twice)
    else:
        true, summed = guess.total(absent * (1 - absent)), guess.total(once)
    kept = min(1.0, true / summed) if summed > 0 else 1.0
    return kept + MARGIN * (1 - kept)


def thirds(n: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Pair the last third of the records with each of the two others."""
    size = n // 3
    last = slice(2 * size, n)
    return (slice(0, size), last), (slice(size, 2 * size), last)


def lasting_share(first: Float64, second: Float64, copied: float = 0.0) -> float:
    r"""Compute the part of the jackknife variance that is kept for a score of neighbors.

    `first` and `second` are the effects of adding the same records to two sets that share none.
    Their correlation r is the part :math:`\sigma_1^2` that belongs to the record itself. The rest
    comes from chance meetings: a record, its neighbor, and the one that would be its neighbor
    instead. Leaving one out counts a meeting of two twice and of three three times (Efron and
    Stein 1981); in simulations :math:`r + 0.4 (1 - r)` fits, and is kept.

    `copied` is the share of records that have a copy in the set. Those met it already, but not in
    the smaller sets, where r comes out too low: so much of the rest is kept in full.
    """
    if first.std() == 0 or second.std() == 0:
        return 1.0
    own = max(0.0, float(np.corrcoef(first, second)[0, 1]))
    return own + (1 - own) * (CHANCE_KEPT + (1 - CHANCE_KEPT) * copied)


def _ends(value: float, error: float, estimate: Estimate) -> tuple[float, float]:
    quantile = float(stdtrit(estimate.degrees, 0.5 + LEVEL / 2)) if _is_small(estimate) else 1.96
    if estimate.scale == "log" and value > 0:
        factor = math.exp(quantile * error / value)
        return value / factor, value * factor
    if estimate.scale == "logit" and 0 < value < 1:
        reach = quantile * error / (value * (1 - value))
        return float(expit(logit(value) - reach)), float(expit(logit(value) + reach))
    return value - quantile * error, value + quantile * error


def _is_small(estimate: Estimate) -> bool:
    return math.isfinite(estimate.degrees)
