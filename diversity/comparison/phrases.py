"""Which words and pairs of words set one group apart from another?

Words are counted where the panel has numbered them, so no text is cut into words again; the few
that are shown are looked up in a text that holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Float64, Int64
from diversity.comparison.log_odds import Counts
from diversity.comparison.separating import separations
from diversity.comparison.values import Separation
from diversity.scores import Panel, kernels
from diversity.scores.tokens import tokenize

MOST_WORDS = 400_000
FEWEST_TEXTS = 8
MOST_SHOWN = 60
PAIR = 32


@dataclass(frozen=True, eq=False)
class _Said:
    """The words and pairs of words of one group.

    Parameters
    ----------
    keys : ndarray of shape (n_said,), int64
        A word's number, or those of two words, the first plus one shifted left by 32.
    records : ndarray of shape (n_said,), int64
        Row number of the text each stands in.
    places : ndarray of shape (n_said,), int64
        Which word of the text it is.
    units : ndarray of shape (n_said,), int64
        Texts that repeat each other share a unit.
    sizes : ndarray of shape (n_units,), float64
        Words of each unit.
    """

    keys: Int64
    records: Int64
    places: Int64
    units: Int64
    sizes: Float64


def phrase_shares(
    analysis: Analysis, panel: Panel, groups: Mapping[str, Int64]
) -> tuple[Separation, ...]:
    """Compare how often words and pairs of words are used.

    Parameters
    ----------
    analysis : Analysis
    panel : Panel
        Made from the same texts.
    groups : mapping of str to row numbers

    Returns
    -------
    tuple of Separation
        The 60 clearest words and pairs, the clearest first; `shares` are per word of the group.
        Tried are all that stand in at least 8 texts of all groups together; the q-values are over
        all of these. Of a pair and its words only the clearest is shown.

    Notes
    -----
    The first 400,000 words of each group in the panel's order are counted.
    """
    said = {name: _said(analysis, panel, rows) for name, rows in groups.items()}
    keys, texts, first = _features([*said.values()])
    counts = {name: _counts(one, keys) for name, one in said.items()}
    records = np.concatenate([one.records for one in said.values()])[first]
    places = np.concatenate([one.places for one in said.values()])[first]

    def spoken(feature: int) -> str:
        words = tokenize(str(analysis.dataset.texts.iloc[int(records[feature])]))
        place = int(places[feature])
        return " ".join(words[place : place + 1 + bool(keys[feature] >> PAIR)])

    tested = np.flatnonzero(texts >= FEWEST_TEXTS)
    found = separations(counts, tested, spoken, lambda ranked: _apart(ranked, keys))
    return tuple(separation for _, separation in found)


def _said(analysis: Analysis, panel: Panel, rows: Int64) -> _Said:
    tokens = panel.tokens
    places, _, n_places = kernels.first_places(
        panel.permutation, panel.mask(rows), tokens.lengths, 0, MOST_WORDS
    )
    words, starts = kernels.gather(tokens.ids, tokens.offsets, places[:n_places], MOST_WORDS)
    lengths = np.diff(starts)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    inner = np.arange(len(words)) - starts[owner]
    paired = np.flatnonzero(owner[1:] == owner[:-1])
    keys = np.concatenate(
        [words.astype(np.int64), ((words[paired] + np.int64(1)) << PAIR) + words[paired + 1]]
    )
    owner, inner = np.concatenate([owner, owner[paired]]), np.concatenate([inner, inner[paired]])
    record = panel.permutation[places[:n_places]].astype(np.int64)
    units = np.unique(analysis.duplicates.near[record], return_inverse=True)[1]
    sizes = np.bincount(units, lengths).astype(np.float64)
    return _Said(keys, record[owner], inner, units[owner], sizes)


def _features(said: list[_Said]) -> tuple[Int64, Int64, Int64]:
    """List what is said: its key, how many texts say it, and where it is first said."""
    keys = np.concatenate([one.keys for one in said])
    records = np.concatenate([one.records for one in said])
    known, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    width = int(records.max(initial=0)) + 1
    texts = np.bincount(np.unique(codes * width + records) // width, minlength=len(known))
    return known, texts.astype(np.int64), first


def _counts(said: _Said, keys: Int64) -> Counts:
    codes = np.searchsorted(keys, said.keys)
    width = len(said.sizes)
    pairs, times = np.unique(codes * width + said.units, return_counts=True)
    code, unit = np.divmod(pairs, width)

    def summed(weights: Int64 | Float64) -> Float64:
        return np.bincount(code, weights, minlength=len(keys)).astype(np.float64)

    return Counts(
        summed(times), float(said.sizes.sum()), summed(times**2),
        summed(times * said.sizes[unit]), float(said.sizes @ said.sizes),
    )  # fmt: skip


def _apart(ranked: Int64, keys: Int64) -> list[int]:
    """Pick the clearest features that share no word with a clearer one of the other kind."""
    picked: list[int] = []
    words: set[int] = set()
    in_pairs: set[int] = set()
    for feature in ranked.tolist():
        if len(picked) == MOST_SHOWN:
            break
        first, second = divmod(int(keys[feature]), 1 << PAIR)
        ends = {first - 1, second} if first else {second}
        if ends & (words if first else in_pairs):
            continue
        (in_pairs if first else words).update(ends)
        picked.append(feature)
    return picked
