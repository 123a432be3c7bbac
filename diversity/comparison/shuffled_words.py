"""What do the scores of wording become when records are dealt to two sides at random?

Both sides are filled to the same number of words, the last record of each is cut, as in
`Panel.scores`. Counts of n-grams are taken of 64 deals at once; the order of words decides about
windows and compression, so these are taken deal by deal.
"""

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.comparison import word_kernels
from diversity.comparison.pool import Pool
from diversity.comparison.word_kernels import LANES, Bits
from diversity.comparison.words import Words
from diversity.scores.text import MATTR_WINDOW, ZSTD_LEVEL
from diversity.scores.text_sample import ORDERS
from diversity.scores.text_variance import HDD_DRAWS

_KEPT = threading.local()


@dataclass(frozen=True, eq=False)
class WordPool(Pool):
    """The words of two groups, for scores of wording.

    Parameters
    ----------
    words : Words
    """

    words: Words

    @property
    def n_records(self) -> int:
        """Records in the pool."""
        return self.words.n_records


@dataclass(frozen=True, eq=False)
class GramPool(WordPool):
    """The n-grams of two groups."""

    names: ClassVar = (
        "distinct_1", "distinct_2", "distinct_3", "distinct_4", "ngram_diversity",
        "self_repetition", "repeated_4gram_share",
    )  # fmt: skip

    def deals(self, orders: Int32) -> Float64:
        """Subtract the scores that count n-grams, of up to 64 deals; see `Pool`."""
        sides = self.words.sides(orders)
        first, second = (self._scores(orders, sides, side) for side in range(2))
        return first - second

    def _scores(self, orders: Int32, sides: Int64, side: int) -> Float64:
        on_side = word_kernels.members(orders, sides, side)
        cut = np.array(
            [
                order[end - 1] if end > begin else -1
                for order, (begin, end) in zip(orders, sides[:, side, :2], strict=True)
            ]
        )
        shares = self._shares(orders, sides, side, on_side, cut)
        repeated = self._repeated(sides[:, side], on_side, cut, shares[1])
        return np.column_stack([shares[0], shares[0].sum(axis=1), repeated])

    def _shares(
        self, orders: Int32, sides: Int64, side: int, on_side: Bits, cut: Int64
    ) -> tuple[Float64, Int64]:
        """Compute the share of different n-grams, shape (n_deals, 4); count 4-grams met alone."""
        whole = word_kernels.sums(orders, sides, side, self._table)
        last = sides[:, side, 2]
        shares = np.empty((len(orders), len(ORDERS)))
        for place, order in enumerate(ORDERS):
            grams = self.words.grams[place]
            met, different = word_kernels.n_different(on_side, grams.records, grams.starts)
            begins = self.words.starts[cut]
            added = [
                word_kernels.n_new(met, deal, grams.numbers, begin, begin + max(0, n - order + 1))
                for deal, (begin, n) in enumerate(zip(begins, last, strict=True))
            ]
            n_different = different[: len(orders)] + whole[:, place] + added
            n_all = whole[:, len(ORDERS) + place] + np.maximum(0, last - order + 1)
            shares[:, place] = n_different / np.where(n_all > 0, n_all, np.nan)
        return shares, whole[:, len(ORDERS) - 1]

    def _repeated(self, sides: Int64, on_side: Bits, cut: Int64, alone: Int64) -> Float64:
        """Compute self-repetition and the share of repeated 4-grams, shape (n_deals, 2)."""
        grams, found = self.words.grams[3], np.full((len(sides), 2), np.nan)
        held = [self._cut_kinds(*one) for one in zip(cut, sides[:, 2], strict=True)]
        held += [(np.empty(0, np.int32), 0)] * (-len(held) % LANES)
        for at in range(0, len(sides), LANES):
            some = [kinds for kinds, _ in held[at : at + LANES]]
            counts = word_kernels.frequencies(
                on_side, at, grams.records, grams.starts,
                np.concatenate(some), np.cumsum([0, *map(len, some)]),
            )  # fmt: skip
            logarithms = word_kernels.repetition(on_side, at, counts, grams.kinds, grams.ends)
            n_known, n_repeated = word_kernels.n_known(counts)
            for lane, deal in enumerate(range(at, min(at + LANES, len(sides)))):
                n_all = int(n_known[lane] + alone[deal] + held[deal][1])
                if n_all:
                    n_records = sides[deal, 1] - sides[deal, 0]
                    shared = (counts[some[lane], lane] - 1).sum()
                    found[deal] = (
                        (logarithms[lane] + np.log1p(shared)) / n_records,
                        (n_repeated[lane] / n_all),
                    )
        return found

    def _cut_kinds(self, record: int, last: int) -> tuple[Int32, int]:
        """List the different 4-grams in the part of a record that counts; count those alone."""
        begin = self.words.starts[record]
        held = self.words.grams[3].numbers[begin : begin + max(0, last - 3)]
        return np.unique(held[held >= 0]), int((held == -1).sum())

    @cached_property
    def _table(self) -> Int32:
        """For each record and order, the n-grams that stand in it alone, and all n-grams."""
        lengths = np.diff(self.words.starts)
        alone = [grams.alone for grams in self.words.grams]
        n_all = [np.maximum(0, lengths - order + 1) for order in ORDERS]
        return np.column_stack([*alone, *n_all]).astype(np.int32)


@dataclass(frozen=True, eq=False)
class WindowPool(WordPool):
    """The words of two groups in their order, for `mattr` and `hdd`."""

    names: ClassVar = ("mattr", "hdd")
    deals_a_block: ClassVar = 16

    def deals(self, orders: Int32) -> Float64:
        """Subtract `mattr` and `hdd`; see `Pool`."""
        seen, counts = np.empty(self._n_words, np.int64), np.empty(self._n_words, np.int32)
        scores = [
            [self._scores(order, side, seen, counts) for side in sides]
            for order, sides in zip(orders, self.words.sides(orders), strict=True)
        ]
        found: Float64 = np.subtract(*np.moveaxis(np.array(scores), 1, 0))
        return found

    def _scores(self, order: Int32, side: Int64, seen: Int64, counts: Int32) -> tuple[float, float]:
        words, n = self.words, int(side[3])
        total = word_kernels.windows(
            order, side, words.starts, words.words, MATTR_WINDOW, seen, counts
        )
        mattr = total / (n - MATTR_WINDOW + 1) / MATTR_WINDOW if n >= MATTR_WINDOW else np.nan
        if n < HDD_DRAWS:
            return mattr, np.nan
        full = n == words.n_tokens
        chances = self._chances if full else word_kernels.chance_met(n, self._most, HDD_DRAWS)
        return mattr, float(chances[counts].sum()) / HDD_DRAWS

    @cached_property
    def _n_words(self) -> int:
        return int(self.words.words.max(initial=0)) + 1

    @cached_property
    def _most(self) -> int:
        return int(np.bincount(self.words.words).max(initial=0))

    @cached_property
    def _chances(self) -> Float64:
        found: Float64 = word_kernels.chance_met(self.words.n_tokens, self._most, HDD_DRAWS)
        return found


@dataclass(frozen=True, eq=False)
class BytesPool(WordPool):
    """The texts of two groups, for `compression_ratio`."""

    names: ClassVar = ("compression_ratio",)
    deals_a_block: ClassVar = 16

    def deals(self, orders: Int32) -> Float64:
        """Subtract `compression_ratio`; see `Pool`."""
        ratios = [
            [self._ratio(order[begin:end]) for begin, end, _, _ in sides]
            for order, sides in zip(orders, self.words.sides(orders), strict=True)
        ]
        found: Float64 = -np.diff(np.array(ratios), axis=1)
        return found

    def _ratio(self, records: Int32) -> float:
        if not len(records):
            return np.nan
        content = word_kernels.joined(records, self.words.content_starts, self.words.content)
        return len(content) / len(_compressor().compress(content))


def word_pools(words: Words) -> tuple[GramPool, WindowPool, BytesPool]:
    """Prepare the pools of wording."""
    return GramPool(words), WindowPool(words), BytesPool(words)


def _compressor() -> Any:  # noqa: ANN401  # zstandard has no types
    """Return this thread's compressor: making one takes as long as a small text."""
    import zstandard

    if not hasattr(_KEPT, "compressor"):
        _KEPT.compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL)
    return _KEPT.compressor
