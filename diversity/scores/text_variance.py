"""How far would a text score move with another sample? Variances, from records left out."""

import itertools

import numpy as np

from diversity.arrays import Float64, Int64
from diversity.scores import kernels
from diversity.scores.intervals import kept_share, variance_of_sum
from diversity.scores.text_sample import TextSample, centred

HDD_DRAWS = 42
N_BLOCKS = 40
BLOCKS_BYTES = 500_000


def distinct_variance(sample: TextSample, orders: tuple[int, ...]) -> float:
    """Sum squared effects of leaving one record out, over the orders together."""
    return variance_of_sum(np.sum([sample.distinct_effects[order] for order in orders], axis=0))


def compression_variance(sample: TextSample, ratio: float) -> float:
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


def repetition_variance(sample: TextSample, own: Float64) -> float:
    """Follow what each record adds to itself and to the others that share its 4-grams."""
    pulled = kernels.repetition_influence(
        *sample.repeated, sample.shared[0], sample.ngrams[4].n_distinct
    )
    influence = own - own.mean() + pulled
    influence = influence - influence.mean()
    return variance_of_sum(influence / sample.n_records)


def repeated_share_variance(sample: TextSample, value: float) -> float:
    """Sum squared effects of leaving one record out on the share of repeated 4-grams."""
    four = sample.ngrams[4]
    lost = kernels.lost_without(four.frequencies, four.last, sample.n_records)
    gained = sample.shared[1] - lost
    effects = (centred(gained, sample) + (1 - value) * centred(lost, sample)) / four.n_distinct
    return kept_share(four.n_kinds, 1 - value) * variance_of_sum(effects)


def block_variance(values: Float64, n_blocks: int) -> float:
    """Compute the variance of a mean from the means of blocks, for values that overlap."""
    edges = np.linspace(0, len(values), n_blocks + 1).astype(np.int64)[:-1]
    means = np.add.reduceat(values, edges) / np.diff([*edges, len(values)])
    return float(means.var(ddof=1) / n_blocks)


def hdd_variance(sample: TextSample, counts: Int64) -> float:
    """Follow the change in the score when a word becomes a little more frequent."""
    n_tokens = len(sample.tokens)
    slope = (1 - counts / n_tokens) ** (HDD_DRAWS - 1)
    slope -= (slope @ counts) / n_tokens
    sums = kernels.sums_within(slope, sample.ngrams[1].numbers, sample.starts)
    return variance_of_sum(sums / n_tokens)
