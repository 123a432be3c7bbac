"""How varied is the wording? Scores of the words and bytes of a sample.

n-grams stay within a record. A record that shares nothing with the others adds most. What is left
out: syntax (templates of word classes) and meaning, which the embedding scores see.
"""

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln

from diversity.arrays import Float64, Int32, Int64
from diversity.scores import kernels
from diversity.scores.intervals import kept_share, variance_of_sum
from diversity.scores.values import Estimate

ORDERS = (1, 2, 3, 4)
MATTR_WINDOW = 50
HDD_DRAWS = 42
ZSTD_LEVEL = 3
N_BLOCKS = 40
BLOCKS_BYTES = 500_000
NAMES = (
    "distinct_1", "distinct_2", "distinct_3", "distinct_4", "ngram_diversity", "compression_ratio",
    "self_repetition", "repeated_4gram_share", "mattr", "hdd",
)  # fmt: skip


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


def score_text(sample: TextSample, names: Iterable[str], *, interval: bool) -> dict[str, Estimate]:
    """Compute the text scores of one sample; linear in its tokens and bytes."""
    estimates = {}
    for name in names:
        if name.startswith("distinct_"):
            estimates[name] = distinct(sample, (int(name[-1]),), interval=interval)
        elif name == "ngram_diversity":
            estimates[name] = distinct(sample, ORDERS, interval=interval)
        else:
            estimates[name] = _FUNCTIONS[name](sample, interval=interval)
    return estimates


def distinct(sample: TextSample, orders: tuple[int, ...], *, interval: bool) -> Estimate:
    """Sum, over orders n, the distinct n-grams divided by all n-grams.

    In (0, number of orders]: near 0 when everything is repeated, 1 an order when nothing is.
    Li et al. 2016, "A Diversity-Promoting Objective Function" (distinct-n); the sum
    over orders is the n-gram diversity score of Padmakumar and He 2023, here within
    records.
    """
    if any(sample.ngrams[order].n_total == 0 for order in orders):
        return _undefined(f"no record has {max(orders)} words")
    value = sum(sample.ngrams[n].n_distinct / sample.ngrams[n].n_total for n in orders)
    variance = _distinct_variance(sample, orders) if interval else None
    return Estimate(value, variance, sample.n_records)


def compression_ratio(sample: TextSample, *, interval: bool) -> Estimate:
    """Divide the bytes of the text by its compressed bytes.

    In (0, inf), larger is *less* diverse: about 2.5 for prose, far more for repeated text.
    Shaib et al. 2024, "Standardizing the Measurement of Text Diversity"; Zstandard
    instead of gzip, since gzip cannot see a repetition more than 32 KB away.
    """
    if sample.n_records == 0 or len(sample.content) == sample.n_records:
        return _undefined("there is no text to compress")
    value = len(sample.content) / _compressed_size(sample.content)
    variance = _compression_variance(sample, value) if interval else None
    return Estimate(
        value, variance, sample.n_records, "log", N_BLOCKS // 2,
        {"compressor": "zstd", "level": ZSTD_LEVEL, "n_bytes": len(sample.content)},
    )  # fmt: skip


def self_repetition(sample: TextSample, *, interval: bool) -> Estimate:
    r"""Average over records the logarithm of how often their 4-grams occur in other records.

    ``mean log(1 + sum over the distinct 4-grams of a record of (df - 1))``, with `df` the number
    of records that hold the 4-gram. In [0, inf), larger is *less* diverse; 0 when no two records
    share a 4-gram. Salkar et al. 2022, "Self-Repetition in Abstractive Neural Summarizers",
    in the form corrected in March 2025 in its public implementation.
    """
    if sample.n_records == 0 or sample.ngrams[4].n_total == 0:
        return _undefined("no record has 4 words")
    own = np.log1p(sample.shared[0])
    variance = _repetition_variance(sample, own) if interval else None
    return Estimate(float(own.mean()), variance, sample.n_records)


def repeated_4gram_share(sample: TextSample, *, interval: bool) -> Estimate:
    """Compute the share of distinct 4-grams that occur in two records or more.

    In [0, 1], larger is *less* diverse; 0 when no two records share a 4-gram.
    """
    four = sample.ngrams[4]
    if four.n_total == 0:
        return _undefined("no record has 4 words")
    value = float(np.mean(four.frequencies >= 2))
    variance = _repeated_share_variance(sample, value) if interval else None
    return Estimate(value, variance, sample.n_records)


def mattr(sample: TextSample, *, interval: bool) -> Estimate:
    """Average the distinct words in every window of 50 words, divided by 50.

    The sample is read as one text, in sampling order, so records shorter than the window count
    too. In [1/50, 1]: 1 when no word comes back within a window. Covington and McFall 2010,
    "Cutting the Gordian Knot: the moving-average type-token ratio".
    """
    if len(sample.tokens) < MATTR_WINDOW:
        return _undefined(f"fewer than {MATTR_WINDOW} words in all")
    one = sample.ngrams[1]
    types = kernels.window_types(one.numbers, one.n_distinct, MATTR_WINDOW)
    n_blocks = min(N_BLOCKS, len(types) // (5 * MATTR_WINDOW))
    known = interval and n_blocks > 1
    variance = _block_variance(types / MATTR_WINDOW, n_blocks) if known else None
    return Estimate(
        float(types.mean()) / MATTR_WINDOW, variance, sample.n_records, "linear",
        max(1, n_blocks - 1), {"window": MATTR_WINDOW},
    )  # fmt: skip


def hdd(sample: TextSample, *, interval: bool) -> Estimate:
    r"""Compute the share of distinct words expected among 42 words drawn at random.

    :math:`\sum_t (1 - \binom{N - f_t}{42} / \binom{N}{42}) / 42` over the words :math:`t` of the
    whole sample, each occurring :math:`f_t` times in :math:`N`. In [1/42, 1]: 1 when no word
    comes back. Does not depend on the size of the sample. McCarthy and Jarvis 2007, "vocd: a
    theoretical and empirical evaluation".
    """
    if len(sample.tokens) < HDD_DRAWS:
        return _undefined(f"fewer than {HDD_DRAWS} words in all")
    counts = sample.word_counts
    variance = _hdd_variance(sample, counts) if interval else None
    return Estimate(
        hdd_of_counts(counts), variance, sample.n_records, parameters={"draws": HDD_DRAWS}
    )


def hdd_of_counts(counts: Int64) -> float:
    """Compute `hdd` from the number of times each word occurs."""
    by_frequency = np.bincount(counts)
    frequencies = np.flatnonzero(by_frequency)
    n_types = by_frequency[frequencies]
    n_tokens = int(counts.sum())
    left = n_tokens - frequencies
    possible = left >= HDD_DRAWS
    absent = np.zeros(len(frequencies))
    absent[possible] = np.exp(_log_choose(left[possible]) - _log_choose(np.array([n_tokens])))
    return float(((1 - absent) * n_types).sum()) / HDD_DRAWS


_FUNCTIONS = {
    "compression_ratio": compression_ratio,
    "self_repetition": self_repetition,
    "repeated_4gram_share": repeated_4gram_share,
    "mattr": mattr,
    "hdd": hdd,
}


def _undefined(reason: str) -> Estimate:
    return Estimate(None, reason=reason)


def _log_choose(n: Int64) -> Float64:
    """Compute the logarithm of n choose 42."""
    chosen: Float64 = gammaln(n + 1.0) - gammaln(n - HDD_DRAWS + 1.0)
    return chosen


def _compressed_size(content: bytes) -> int:
    import zstandard

    return len(zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(content))


def _distinct_variance(sample: TextSample, orders: tuple[int, ...]) -> float:
    """Sum squared effects of leaving one record out, over the orders together."""
    return variance_of_sum(np.sum([sample.distinct_effects[order] for order in orders], axis=0))


def _distinct_effects(sample: TextSample, order: int) -> Float64:
    """Compute the effect of leaving each record out, deflated to what is kept of new n-grams.

    A removed record is replaced by as many average words, since the budget counts words.
    """
    grams = sample.ngrams[order]
    lost = kernels.lost_without(grams.frequencies, grams.last, sample.n_records)
    held = np.maximum(sample.lengths - order + 1, 0)
    share = grams.n_distinct / grams.n_total
    effects = (_centred(lost, sample) - share * _centred(held, sample)) / grams.n_total
    return math.sqrt(kept_share(grams.n_kinds)) * effects


def _centred(amounts: Int64, sample: TextSample) -> Float64:
    """Take from each record's amount what as many average words would hold."""
    rate = amounts.sum() / max(1, len(sample.tokens))
    centred: Float64 = amounts - rate * sample.lengths
    return centred


def _compression_variance(sample: TextSample, ratio: float) -> float:
    """Compress block by block in one stream and see how each block differs from the last.

    Blocks shrink as the compressor learns, fastest at first: differences of neighbors do not see
    that trend, and the first quarter is left out (von Neumann 1941). Half a megabyte of text
    says enough.
    """
    import zstandard

    content = sample.content[:BLOCKS_BYTES]
    edges = np.linspace(0, len(content), N_BLOCKS + 1).astype(np.int64)
    stream = zstandard.ZstdCompressor(level=1).compressobj()
    sizes = np.array([
        len(stream.compress(content[first:last]))
        + len(stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
        for first, last in itertools.pairwise(edges)
    ], dtype=float)  # fmt: skip
    steps = np.diff(sizes[N_BLOCKS // 4 :]) / sizes.mean()
    n_blocks = N_BLOCKS * len(sample.content) / len(content)
    return float(ratio**2 * (steps @ steps) / len(steps) / 2 / n_blocks)


def _repetition_variance(sample: TextSample, own: Float64) -> float:
    pulled = kernels.repetition_influence(
        *sample.repeated, sample.shared[0], sample.ngrams[4].n_distinct
    )
    influence = own - own.mean() + pulled
    influence = influence - influence.mean()
    return variance_of_sum(influence / sample.n_records)


def _repeated_share_variance(sample: TextSample, value: float) -> float:
    four = sample.ngrams[4]
    lost = kernels.lost_without(four.frequencies, four.last, sample.n_records)
    gained = sample.shared[1] - lost
    effects = (_centred(gained, sample) + (1 - value) * _centred(lost, sample)) / four.n_distinct
    return kept_share(four.n_kinds, 1 - value) * variance_of_sum(effects)


def _block_variance(values: Float64, n_blocks: int) -> float:
    """Compute the variance of a mean from the means of blocks, for values that overlap."""
    edges = np.linspace(0, len(values), n_blocks + 1).astype(np.int64)[:-1]
    means = np.add.reduceat(values, edges) / np.diff([*edges, len(values)])
    return float(means.var(ddof=1) / n_blocks)


def _hdd_variance(sample: TextSample, counts: Int64) -> float:
    """Follow the change in the score when a word becomes a little more frequent."""
    n_tokens = len(sample.tokens)
    slope = (1 - counts / n_tokens) ** (HDD_DRAWS - 1)
    slope -= (slope @ counts) / n_tokens
    sums = kernels.sums_within(slope, sample.ngrams[1].numbers, sample.starts)
    return variance_of_sum(sums / n_tokens)
