"""What do the scores of wording become when records are dealt to two sides at random?

A pool of records is numbered once; each deal then costs one pass over its words. Both sides are
filled to the same number of words, the last record of each is cut, as in `Panel.scores`.
"""

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from diversity.arrays import Float64, Int32, Int64
from diversity.comparison import word_kernels
from diversity.scores import kernels
from diversity.scores.panel import Panel
from diversity.scores.text import HDD_DRAWS, MATTR_WINDOW, NAMES, ORDERS, ZSTD_LEVEL

_KEPT = threading.local()


@dataclass(frozen=True, eq=False)
class Grams:
    """The n-grams of one order in a pool of records.

    Parameters
    ----------
    kinds : ndarray of shape (n_tokens,), int32
        Kind of the n-gram that begins at each word, for kinds that stand in several records. -1 for
        the first of a kind that stands in this record only, -2 for all else.
    lists : (kinds, ends, alone, n_kinds)
        The kinds of each record end to end, each once, and where each record's begin; how many
        kinds stand in this record only; how many kinds stand in several.
    """

    kinds: Int32
    lists: word_kernels.Lists


@dataclass(frozen=True, eq=False)
class WordPool:
    """The records of two groups that the scores of wording see.

    Parameters
    ----------
    grams : tuple of 4 Grams
        The n-grams of each order.
    words : ndarray of shape (n_tokens,), int32
        Numbered words.
    starts : ndarray of shape (n_records + 1,), int64
        Where each record begins in the arrays above.
    content, content_starts : ndarray
        The texts in UTF-8, end to end, and where each begins.
    n_first : int
        Records that belong to the first group; they come first, and meet `n_tokens`.
    n_tokens : int
        Words that each side is held to.
    """

    grams: tuple[Grams, ...]
    words: Int32
    starts: Int64
    content: npt.NDArray[np.uint8]
    content_starts: Int64
    n_first: int
    n_tokens: int

    @property
    def n_records(self) -> int:
        """Records in the pool."""
        return len(self.starts) - 1

    def deal(self, order: Int64) -> Float64:
        """Score both sides of a deal.

        Parameters
        ----------
        order : ndarray of shape (n_records,), int64
            The first side takes records from the front until it is full, the second goes on from
            there.

        Returns
        -------
        ndarray of shape (2, 10), float64
            In the order of `diversity.scores.text.NAMES`; NaN where undefined.
        """
        end, last = word_kernels.fill(order, 0, self.starts, self.n_tokens)
        first = self._side(order[:end], last)
        stop, last = word_kernels.fill(order, end, self.starts, self.n_tokens)
        return np.stack([first, self._side(order[end:stop], last)])

    def _side(self, records: Int64, last: int) -> Float64:
        found = dict.fromkeys(NAMES, np.nan)
        if not len(records):
            return np.array([*found.values()])
        shares = [self._different(records, last, order) for order in ORDERS]
        found |= {f"distinct_{order}": share for order, share in zip(ORDERS, shares, strict=True)}
        found["ngram_diversity"] = sum(shares)
        found["self_repetition"], found["repeated_4gram_share"] = word_kernels.repetition(
            records, last, self.starts, self.grams[3].kinds, self.grams[3].lists
        )
        words = word_kernels.laid_out(records, last, self.starts, self.words)
        n_words = int(self.words.max(initial=0)) + 1
        found["mattr"] = word_kernels.mean_window_share(words, n_words, MATTR_WINDOW)
        found["hdd"] = word_kernels.hdd(words, n_words, HDD_DRAWS)
        found["compression_ratio"] = self._ratio(records)
        return np.array([*found.values()])

    def _different(self, records: Int64, last: int, order: int) -> float:
        grams = self.grams[order - 1]
        n_different, n_all = word_kernels.n_different(
            records, last, self.starts, grams.kinds, grams.lists, order
        )
        return n_different / n_all if n_all else np.nan

    def _ratio(self, records: Int64) -> float:
        content = word_kernels.joined(records, self.content_starts, self.content)
        return len(content) / len(_compressor().compress(content))


def word_pool(panel: Panel, first: Int32, second: Int32, n_tokens: int, spare: Int32) -> WordPool:
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
    parts = [places[lengths[places] > 0] for places in (first, second, spare)]
    places = np.concatenate(parts)
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
    return WordPool(tuple(grams), words, starts, content, content_starts, len(parts[0]), n_tokens)


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
    lost = kernels.lost_without(frequencies, last, n_records)
    return Grams(shown, (renamed[kinds], ends, lost, int(several.sum())))


def _compressor() -> Any:  # noqa: ANN401  # zstandard has no types
    """Return this thread's compressor: making one takes as long as a small text."""
    import zstandard

    if not hasattr(_KEPT, "compressor"):
        _KEPT.compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
    return _KEPT.compressor
