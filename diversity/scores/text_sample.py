"""What of a sample do text scores look at? Its numbered words and n-grams, and its bytes."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.scores import kernels
from diversity.scores.intervals import kept_share

ORDERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class NGrams:
    """The n-grams of one order in a sample, numbered, with the records they occur in."""

    numbers: Int32
    n_total: int
    frequencies: Int32
    last: Int32

    @property
    def n_distinct(self) -> int:
        """Different n-grams."""
        return len(self.frequencies)

    @cached_property
    def n_kinds(self) -> Int64:
        """How many n-grams occur in 0, 1, 2, ... records."""
        return np.bincount(self.frequencies)


@dataclass(frozen=True)
class TextSample:
    """The words and bytes of a sample of records, in sampling order.

    Parameters
    ----------
    tokens : ndarray of shape (n_tokens,), int32
        Numbered words, record after record.
    starts : ndarray of shape (n_records + 1,), int64
        Where each record begins in `tokens`.
    content : bytes
        The texts in UTF-8, each followed by a line feed.
    """

    tokens: Int32
    starts: Int64
    content: bytes

    @property
    def n_records(self) -> int:
        """Records in the sample."""
        return len(self.starts) - 1

    @property
    def lengths(self) -> Int64:
        """Words of each record."""
        return np.diff(self.starts)

    @cached_property
    def ngrams(self) -> dict[int, NGrams]:
        """n-grams of orders 1 to 4."""
        found = {}
        numbers = self.tokens
        for order in ORDERS:
            numbers, n_distinct = kernels.number_ngrams(self.tokens, self.starts, numbers, order)
            frequencies, last = kernels.record_frequencies(numbers, self.starts, n_distinct)
            n_total = int(np.maximum(self.lengths - order + 1, 0).sum())
            found[order] = NGrams(numbers, n_total, frequencies, last)
        return found

    @cached_property
    def word_counts(self) -> Int64:
        """How often each distinct word occurs."""
        return np.bincount(self.ngrams[1].numbers)

    @cached_property
    def distinct_effects(self) -> dict[int, Float64]:
        """Effect of each record on the distinct share of each order that has n-grams."""
        return {n: _distinct_effects(self, n) for n in ORDERS if self.ngrams[n].n_total}

    @cached_property
    def repeated(self) -> tuple[Int32, Int32]:
        """See `kernels.repeated_in`, for 4-grams."""
        four = self.ngrams[4]
        records, kinds = kernels.repeated_in(four.numbers, self.starts, four.frequencies)
        return records, kinds

    @cached_property
    def shared(self) -> tuple[Int64, Int64]:
        """See `kernels.shared_with`, for 4-grams."""
        shared, in_one_other = kernels.shared_with(
            *self.repeated, self.ngrams[4].frequencies, self.n_records
        )
        return shared, in_one_other


def _distinct_effects(sample: TextSample, order: int) -> Float64:
    """Compute the effect of leaving each record out, deflated to what is kept of new n-grams.

    A removed record is replaced by as many average words, since the budget counts words.
    """
    grams = sample.ngrams[order]
    lost = kernels.lost_without(grams.frequencies, grams.last, sample.n_records)
    held = np.maximum(sample.lengths - order + 1, 0)
    share = grams.n_distinct / grams.n_total
    effects = (centred(lost, sample) - share * centred(held, sample)) / grams.n_total
    return math.sqrt(kept_share(grams.n_kinds)) * effects


def centred(amounts: Int64, sample: TextSample) -> Float64:
    """Take from each record's amount what as many average words would hold."""
    rate = amounts.sum() / max(1, len(sample.tokens))
    centred: Float64 = amounts - rate * sample.lengths
    return centred
