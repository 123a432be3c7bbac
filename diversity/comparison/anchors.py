"""Between which ends does a score lie? Duplicated records below, a mixture of all groups above.

Every score can be read as a place between two anchors: 0 where a set is nothing but copies, 1 for
a mixture of all compared groups, or for a reference if there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.scores import REGISTRY, Budget, Panel
from diversity.scores.kernels import first_places
from diversity.scores.sampling import Sample, estimate

COPIES = 2
N_MIXTURES = 5
NEAR = 0.05


@dataclass(frozen=True)
class Anchor:
    """The two ends of a score's scale, at the budget of a comparison.

    Parameters
    ----------
    duplicated : float or None
        Half as many records drawn from all groups, each of them twice.
    mixed : float or None
        Records drawn from all groups at random, the labels shuffled; mean of five draws.
    """

    duplicated: float | None
    mixed: float | None

    def place(self, value: float | None, top: float | None = None) -> float | None:
        """Put a value on the scale from 0, duplicated, to 1, mixed (or `top`).

        None where the two ends are so near that the scale would say nothing, as in scores that do
        not see copies.
        """
        top = self.mixed if top is None else top
        if value is None or top is None or self.duplicated is None:
            return None
        if abs(top - self.duplicated) <= NEAR * max(abs(top), abs(self.duplicated)):
            return None
        return (value - self.duplicated) / (top - self.duplicated)


def anchors(panel: Panel, groups: Mapping[str, Int64], budget: Budget) -> dict[str, Anchor]:
    """Score copies and mixtures of all compared records at a budget.

    Parameters
    ----------
    panel : Panel
    groups : mapping of str to row numbers
    budget : Budget
        That of the comparison.

    Returns
    -------
    dict of str to Anchor
        Every score of the panel.
    """
    mask = panel.mask(np.concatenate([*groups.values()]))
    lengths = panel.tokens.lengths
    places, _, _ = first_places(
        panel.permutation, mask, lengths, int(mask.sum()), int(lengths.sum(dtype=np.int64)) + 1
    )
    random = np.random.default_rng(panel.random_state)
    drawn = [_scores(panel, random.permutation(places), budget) for _ in range(N_MIXTURES)]
    copied = _scores(panel, np.repeat(random.permutation(places), COPIES), budget, shuffle=random)
    return {
        name: Anchor(copied[name], _mean([values[name] for values in drawn])) for name in REGISTRY
    }


def _scores(
    panel: Panel, places: Int32, budget: Budget, shuffle: np.random.Generator | None = None
) -> dict[str, float | None]:
    """Score the first of some places, shuffled once more so that copies do not touch."""
    lengths = panel.tokens.lengths
    n_for_words = min(
        len(places), int(np.searchsorted(np.cumsum(lengths[places]), budget.n_tokens)) + 1
    )
    n_for_records = min(len(places), budget.n_records)
    if shuffle is not None:
        taken = max(n_for_words, n_for_records)
        places = np.concatenate([shuffle.permutation(places[:taken]), places[taken:]])
        n_for_words = int(np.searchsorted(np.cumsum(lengths[places]), budget.n_tokens)) + 1
    sample = Sample(panel, budget, places.astype(np.int32), n_for_records, n_for_words)
    found = estimate(sample, [*REGISTRY], interval=False)
    return {name: one.value for name, one in found.items()}


def _mean(values: list[float | None]) -> float | None:
    known: Float64 = np.array([value for value in values if value is not None])
    return float(known.mean()) if len(known) else None
