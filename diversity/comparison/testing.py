"""Does a score of two groups differ by more than chance? Values, differences, p-values."""

import math
from collections.abc import Mapping
from itertools import combinations
from types import MappingProxyType

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Float64, Int64
from diversity.comparison.choosing import FEW
from diversity.comparison.deals import deal_steps, sides_of
from diversity.comparison.shuffled_labels import REPEATS
from diversity.comparison.values import ComparedScore, Difference
from diversity.progress import Progress, Steps
from diversity.scores import REGISTRY, Budget, Meaning, Panel, Score
from diversity.scores.groups import count_groups, score_counts
from diversity.scores.intervals import interval_of
from diversity.scores.significance import LEVEL, holm, interval_of_difference, permutation_p
from diversity.scores.values import Estimate

MEANINGS: Mapping[str, Meaning] = MappingProxyType({
    **REGISTRY,
    REPEATS: Meaning(
        REPEATS, "Near-duplicates",
        "The share of records that repeat another one of the sample, to the letter or nearly.",
        "lower", (0, 1), "O(n)", "Lee et al. 2022, Deduplicating Training Data", "groups",
        "Of as many records of each group as the budget holds; rises with their number.",
    ),
})  # fmt: skip
TOO_FEW = f"fewer than {FEW} records in a group say too little"


def compared_steps(
    analysis: Analysis,
    panel: Panel,
    groups: Mapping[str, Int64],
    budget: Budget,
    n_deals: int,
    seed: int,
) -> Steps[dict[str, ComparedScore]]:
    """Score all groups at one budget and test every pair of them.

    Returns
    -------
    dict of str to ComparedScore
        The panel in the order of the registry, and ``near_duplicate_share`` last.
    """
    yield Progress("scoring the groups", 0, len(groups), 0.0)
    values = {
        name: panel.scores(rows, budget=budget)
        | {REPEATS: repeats_of(analysis, panel, rows, budget)}
        for name, rows in groups.items()
    }
    pairs: dict[str, list[Difference]] = {name: [] for name in MEANINGS}
    for a, b in combinations(groups, 2):
        dealt: Mapping[str, Float64] = {}
        if budget.n_records >= FEW:
            dealt = yield from deal_steps(
                panel, groups[a], groups[b], budget, analysis.duplicates.near, n_deals, seed
            )
        for name, difference in differences(a, values[a], b, values[b], dealt).items():
            pairs[name].append(difference)
    return {
        name: ComparedScore(name, {group: values[group][name] for group in groups}, tuple(found))
        for name, found in pairs.items()
    }


def differences(
    a: str,
    scores_a: Mapping[str, Score],
    b: str,
    scores_b: Mapping[str, Score],
    dealt: Mapping[str, Float64],
) -> dict[str, Difference]:
    """Subtract the scores of two groups, with p-values adjusted over all of them."""
    raw = {name: _p(scores_a[name], scores_b[name], dealt.get(name)) for name in scores_a}
    known = [name for name, p in raw.items() if p is not None]
    adjusted = dict(zip(known, holm([raw[name] or 0.0 for name in known]), strict=True))
    return {
        name: _difference(a, scores_a[name], b, scores_b[name], raw[name], adjusted.get(name))
        for name in scores_a
    }


def too_few_deals(n_deals: int) -> list[str]:
    """Say so if no p-value can be small enough after adjustment."""
    needed = math.ceil(len(MEANINGS) / LEVEL) - 1
    if n_deals >= needed:
        return []
    return [
        f"{n_deals} deals are too few: adjusted for {len(MEANINGS)} scores no p-value can be "
        f"below {LEVEL}. Take {needed} or more."
    ]


def repeats_of(analysis: Analysis, panel: Panel, rows: Int64, budget: Budget) -> Score:
    """Compute the share of near-duplicates among the first records of a group."""
    places = sides_of(panel, rows, rows, budget).for_records[0]
    n = len(places)
    if not n:
        return Score(REPEATS, None, None, 0, budget, "matched", reason="no records")
    counts = count_groups(analysis.duplicates.near[panel.permutation[places]])
    richness = score_counts(counts, "hill_0", interval=True)
    variance = None if richness.variance is None else richness.variance / n**2
    estimate = Estimate(1 - len(counts) / n, variance, n)
    ends, reason = interval_of(estimate, MEANINGS[REPEATS].bounds)
    return Score(REPEATS, estimate.value, ends, n, budget, "matched", reason=reason)


def _p(a: Score, b: Score, dealt: Float64 | None) -> float | None:
    if a.value is None or b.value is None or dealt is None:
        return None
    return None if np.isnan(dealt[0]) else permutation_p(float(dealt[0]), dealt[1:])


def _difference(
    a: str, score_a: Score, b: str, score_b: Score, p: float | None, adjusted: float | None
) -> Difference:
    if score_a.value is None or score_b.value is None:
        reason = score_a.reason if score_a.value is None else score_b.reason
        return Difference(a, b, None, None, None, None, reason)
    interval = None
    if score_a.interval and score_b.interval:
        interval = interval_of_difference(
            score_a.value, score_a.interval, score_b.value, score_b.interval
        )
    reason = TOO_FEW if p is None else ""
    return Difference(a, b, score_a.value - score_b.value, interval, p, adjusted, reason)
