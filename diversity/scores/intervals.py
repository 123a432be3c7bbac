"""How much would a score move on another sample like this one?

Never a bootstrap with replacement: it invents duplicates, and every score here sees duplicates.
Instead the effect of leaving out each record, or each block of the sample, is summed up
(delete-one and delete-a-group jackknife), and the interval is taken on the scale where the
sampling distribution is nearly normal.
"""

import math

import numpy as np
from scipy.special import expit, logit, stdtrit

from diversity.arrays import Float64, Int32, Int64
from diversity.scores.values import Estimate

LEVEL = 0.95
MIN_RECORDS = 20


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


def kept_share(frequencies: Int32 | Int64) -> float:
    r"""Compute by how much the jackknife overstates the variance of a count of distinct things.

    With :math:`f_1` things seen once and :math:`f_2` seen twice, leaving one out loses
    :math:`f_1` things in expectation, but the variance of the count is the number of new things
    in a second sample of the same size, :math:`f_0 (1 - e^{-f_1/f_0})` with Chao's
    :math:`f_0 = f_1^2 / 2 f_2`. In (0, 1]. Efron and Stein 1981 (the jackknife never
    understates); Colwell et al. 2012, equation 10 (extrapolation).
    """
    once, twice = int(np.sum(frequencies == 1)), int(np.sum(frequencies == 2))
    rate = 2 * twice / once if once else 0.0
    return -math.expm1(-rate) / rate if rate > 0 else 1.0


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
