"""Which records of two groups do the scores of wording see? Their words, numbered once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversity.arrays import Int32, Int64
from diversity.comparison import word_kernels
from diversity.scores import kernels
from diversity.scores.panel import Panel
from diversity.scores.text_sample import ORDERS


@dataclass(frozen=True, eq=False)
class Grams:
    """The n-grams of one order in a pool of records.

    Parameters
    ----------
    numbers : ndarray of shape (n_tokens,), int32
        Kind of the n-gram that begins at each word, for kinds that stand in several records. -1 for
        the first of a kind that stands in this record only, -2 for all else.
    kinds, ends : ndarray of int32, ndarray of shape (n_records + 1,), int64
        Kinds of each record that stand in several, end to end, each once; where each begins.
    records, starts : ndarray of int32, ndarray of shape (n_kinds + 1,), int64
        The same turned round: the records of each kind.
    alone : ndarray of shape (n_records,), int64
        Kinds that stand in this record only.
    """

    numbers: Int32
    kinds: Int32
    ends: Int64
    records: Int32
    starts: Int64
    alone: Int64


@dataclass(frozen=True, eq=False)
class Words:
    """The records of two groups that the scores of wording see, the first group's first.

    Parameters
    ----------
    grams : tuple of 4 Grams
        The n-grams of each order.
    words : ndarray of shape (n_tokens,), int32
        Numbered words.
    starts : ndarray of shape (n_records + 1,), int64
        Where each record begins in `words`.
    content, content_starts : ndarray
        The texts in UTF-8, end to end, and where each begins.
    n_tokens : int
        Words that each side is held to.
    """

    grams: tuple[Grams, ...]
    words: Int32
    starts: Int64
    content: npt.NDArray[np.uint8]
    content_starts: Int64
    n_tokens: int

    @property
    def n_records(self) -> int:
        """Records in the pool."""
        return len(self.starts) - 1

    def sides(self, orders: Int32) -> Int64:
        """Find where the sides of each deal end; see `word_kernels.fill`."""
        found: Int64 = word_kernels.fill(orders, np.diff(self.starts), self.n_tokens)
        return found


def words_of(panel: Panel, first: Int32, second: Int32, n_tokens: int, spare: Int32) -> Words:
    """Give numbers to the words of two groups.

    Parameters
    ----------
    panel : Panel
    first, second : ndarray of int32
        Places in the panel's permutation that meet `n_tokens` in each group.
    n_tokens : int
        Words that each side is held to.
    spare : ndarray of int32
        One more place a group, where there is one: dealt sides do not end where records do.
    """
    lengths = panel.tokens.lengths
    places = np.concatenate([places[lengths[places] > 0] for places in (first, second, spare)])
    everything = len(panel.tokens.ids) + 1
    tokens, starts = kernels.gather(panel.tokens.ids, panel.tokens.offsets, places, everything)
    content, content_starts = kernels.gather(
        panel.content, panel.content_offsets, places, len(panel.content) + 1
    )
    grams, numbers, words = [], tokens, tokens
    for order in ORDERS:
        numbers, n_kinds = kernels.number_ngrams(tokens, starts, numbers, order)
        grams.append(_grams(numbers, starts, n_kinds))
        words = numbers if order == 1 else words
    return Words(tuple(grams), words, starts, content, content_starts, n_tokens)


def _grams(numbers: Int32, starts: Int64, n_kinds: int) -> Grams:
    n_records = len(starts) - 1
    frequencies, last = kernels.record_frequencies(numbers, starts, n_kinds)
    records, kinds = kernels.repeated_in(numbers, starts, frequencies)
    several = np.append(frequencies > 1, False)
    renamed = np.where(several, np.cumsum(several) - 1, -2).astype(np.int32)
    shown = renamed[numbers]
    once, first = np.unique(numbers, return_index=True)
    alone = (once >= 0) & ~several[once]
    shown[first[alone]] = -1
    ends = np.searchsorted(records, np.arange(n_records + 1))
    kept = renamed[kinds]
    turned = word_kernels.by_kind(kept, ends, int(several.sum()))
    lost = kernels.lost_without(frequencies, last, n_records)
    return Grams(shown, kept, ends, *turned, lost)
