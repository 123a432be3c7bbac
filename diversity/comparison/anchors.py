"""Between which ends does a score lie? Copies below, a mixture of all groups above, and what is
left where words stand in no order.

Every score can be read as a place between two anchors: 0 where a set is nothing but copies, 1 for
a mixture of all compared groups, or for a reference if there is one. A third one is for scores of
wording: the same words dealt to the same records at random, so that lengths and frequencies of
words stay and phrases, topics and meaning go.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.scores import REGISTRY, Budget, Panel
from diversity.scores import text as text_scores
from diversity.scores.kernels import first_places
from diversity.scores.sampling import Sample, estimate, text_sample
from diversity.scores.text_sample import TextSample

COPIES = 2
N_MIXTURES = 5
NEAR = 0.05


@dataclass(frozen=True)
class Anchor:
    """What a score is of sets that are made, at the budget of a comparison.

    Parameters
    ----------
    duplicated : float or None
        Half as many records drawn from all groups, each of them twice.
    mixed : float or None
        Records drawn from all groups at random, the labels shuffled; mean of five draws.
    shuffled : float or None
        The same records with their words shuffled across all of them; mean of five draws. None for
        scores of vectors and clusters: a text of shuffled words has no vector and no cluster yet.
    """

    duplicated: float | None
    mixed: float | None
    shuffled: float | None = None

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
    """Score copies, mixtures and shuffled words of all compared records at a budget.

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
    orders = [random.permutation(places) for _ in range(N_MIXTURES)]
    drawn = [_scores(panel, order, budget) for order in orders]
    shuffled = [_without_order(panel, order, budget, random) for order in orders]
    copied = _scores(panel, np.repeat(random.permutation(places), COPIES), budget, shuffle=random)
    return {
        name: Anchor(
            copied[name],
            _mean([values[name] for values in drawn]),
            _mean([values.get(name) for values in shuffled]),
        )
        for name in REGISTRY
    }


def shuffled_words(content: bytes, random: np.random.Generator) -> bytes:
    r"""Shuffle what stands between white space; the white space stays where it is.

    Examples
    --------
    >>> shuffled_words(b"a b  c\nd\n", np.random.default_rng(0))
    b'c a  b\nd\n'
    """
    parts = re.split(rb"(\s+)", content)
    held = [place for place in range(0, len(parts), 2) if parts[place]]
    words = [parts[place] for place in held]
    for place, word in zip(held, random.permutation(len(words)), strict=True):
        parts[place] = words[word]
    return b"".join(parts)


def _without_order(
    panel: Panel, places: Int32, budget: Budget, random: np.random.Generator
) -> dict[str, float | None]:
    """Score the wording of the first of some places, their words shuffled across records."""
    ends = np.cumsum(panel.tokens.lengths[places])
    first = places[: int(np.searchsorted(ends, budget.n_tokens)) + 1].astype(np.int32)
    words = text_sample(panel, first, budget.n_tokens)
    bare = TextSample(
        random.permutation(words.tokens), words.starts, shuffled_words(words.content, random)
    )
    found = text_scores.score_text(bare, text_scores.NAMES, interval=False)
    return {name: one.value for name, one in found.items()}


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


def _mean(values: Sequence[float | None]) -> float | None:
    known: Float64 = np.array([value for value in values if value is not None])
    return float(known.mean()) if len(known) else None
