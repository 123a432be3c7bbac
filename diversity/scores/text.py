"""How varied is the wording? Scores of the words and bytes of a sample.

n-grams stay within a record. A record that shares nothing with the others adds most. What is left
out: syntax (templates of word classes) and meaning, which the embedding scores see.
"""

from collections.abc import Iterable

import numpy as np
from scipy.special import gammaln

from diversity.arrays import Float64, Int64
from diversity.scores import kernels, text_variance
from diversity.scores.text_sample import ORDERS, TextSample
from diversity.scores.text_variance import HDD_DRAWS, N_BLOCKS
from diversity.scores.values import Estimate

MATTR_WINDOW = 50
ZSTD_LEVEL = 3
NAMES = (
    "distinct_1", "distinct_2", "distinct_3", "distinct_4", "ngram_diversity", "compression_ratio",
    "self_repetition", "repeated_4gram_share", "mattr", "hdd",
)  # fmt: skip


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
    variance = text_variance.distinct_variance(sample, orders) if interval else None
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
    variance = text_variance.compression_variance(sample, value) if interval else None
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
    variance = text_variance.repetition_variance(sample, own) if interval else None
    return Estimate(float(own.mean()), variance, sample.n_records)


def repeated_4gram_share(sample: TextSample, *, interval: bool) -> Estimate:
    """Compute the share of distinct 4-grams that occur in two records or more.

    In [0, 1], larger is *less* diverse; 0 when no two records share a 4-gram.
    """
    four = sample.ngrams[4]
    if four.n_total == 0:
        return _undefined("no record has 4 words")
    value = float(np.mean(four.frequencies >= 2))
    variance = text_variance.repeated_share_variance(sample, value) if interval else None
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
    variance = text_variance.block_variance(types / MATTR_WINDOW, n_blocks) if known else None
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
    variance = text_variance.hdd_variance(sample, counts) if interval else None
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
