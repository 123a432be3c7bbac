"""How are n-grams counted fast enough to follow a filter? Integer loops, compiled once.

An n-gram is numbered by the pair (number of its first n-1 words, last word), which is exact: no
two n-grams share a number. All loops are linear in the tokens of the sample and release the GIL.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from diversity.arrays import Bool, Float32, Float64, Int32, Int64

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def compiled(function: Kernel) -> Kernel:
    """Compile with a cache on disk, or without one where no folder can be written to."""
    try:
        kernel: Kernel = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        kernel = numba.njit(nogil=True)(function)
    return kernel


@compiled
def held(
    permutation: Int32, mask: Bool, lengths: Int32, limits: tuple[int, int]
) -> tuple[int, int]:
    """Count records and tokens of a set, each no further than its limit."""
    n_records, n_tokens = 0, 0
    for place, row in enumerate(permutation):
        if n_records >= limits[0] and n_tokens >= limits[1]:
            break
        if mask[row]:
            n_records += 1
            n_tokens += lengths[place]
    return min(n_records, limits[0]), min(n_tokens, limits[1])


@compiled
def first_places(
    permutation: Int32, mask: Bool, lengths: Int32, n_records: int, n_tokens: int
) -> tuple[Int32, int, int]:
    """Take places of a permutation whose row falls in a set until both budgets are met.

    Returns the places, how many of them meet the record budget, and how many the token budget.
    """
    places = np.empty(len(permutation), np.int32)
    n_places, n_for_tokens, tokens = 0, 0, 0
    for place, row in enumerate(permutation):
        if n_places >= n_records and tokens >= n_tokens:
            break
        if mask[row]:
            places[n_places] = place
            n_places += 1
            if tokens < n_tokens:
                tokens += lengths[place]
                n_for_tokens = n_places
    return places[:n_places].copy(), min(n_places, n_records), n_for_tokens


@compiled
def draw_places(
    order: Int32, lengths: Int32, n_records: int, n_tokens: int, seed: int
) -> tuple[Int32, int, int]:
    """Do the same for a random set, shuffling `order` in place only as far as it is read.

    The shuffle is that of Fisher and Yates, the random numbers are those of SplitMix64.
    """
    state = np.uint64(seed)
    n_places, n_for_tokens, tokens = 0, 0, 0
    while n_places < len(order) and (n_places < n_records or tokens < n_tokens):
        state += GOLDEN
        bits = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits ^= bits >> np.uint64(31)
        other = n_places + np.int64(bits % np.uint64(len(order) - n_places))
        order[n_places], order[other] = order[other], order[n_places]
        if tokens < n_tokens:
            tokens += lengths[order[n_places]]
            n_for_tokens = n_places + 1
        n_places += 1
    return order[:n_places].copy(), min(n_places, n_records), n_for_tokens


@compiled
def gather(
    values: npt.NDArray[Any], offsets: Int64, places: Int32, limit: int
) -> tuple[npt.NDArray[Any], Int64]:
    """Lay the runs at some places end to end, cut at `limit`; returns values and starts."""
    starts = np.zeros(len(places) + 1, np.int64)
    for i, place in enumerate(places):
        starts[i + 1] = min(limit, starts[i] + offsets[place + 1] - offsets[place])
    gathered = np.empty(starts[-1], values.dtype)
    for i, place in enumerate(places):
        first = offsets[place] - starts[i]
        for j in range(starts[i], starts[i + 1]):
            gathered[j] = values[first + j]
    return gathered, starts


@compiled
def widened(vectors: Float32, rows: Int32) -> Float64:
    """Copy some rows in double precision."""
    copied = np.empty((len(rows), vectors.shape[1]))
    for i, row in enumerate(rows):
        for j in range(vectors.shape[1]):
            copied[i, j] = vectors[row, j]
    return copied


@compiled
def number_ngrams(tokens: Int32, starts: Int64, shorter: Int32, order: int) -> tuple[Int32, int]:
    """Give a number to the n-grams that begin at each token, -1 where their record ends too early.

    `shorter` holds the numbers of the (n-1)-grams; for `order` 1 it is not read.
    """
    numbers = np.full(len(tokens), -1, np.int32)
    bits = 4
    while 4 * (1 << bits) < 5 * len(tokens) + 4:
        bits += 1
    keys = np.empty(1 << bits, np.uint64)
    slots = np.full(1 << bits, -1, np.int32)
    shift = np.uint64(64 - bits)
    n_distinct = 0
    for record in range(len(starts) - 1):
        for i in range(starts[record], starts[record + 1] - order + 1):
            key = np.uint64(tokens[i + order - 1])
            if order > 1:
                key |= np.uint64(shorter[i]) << np.uint64(32)
            slot = ((key ^ (key >> np.uint64(29))) * GOLDEN) >> shift
            while slots[slot] >= 0 and keys[slot] != key:
                slot = (slot + np.uint64(1)) & np.uint64((1 << bits) - 1)
            if slots[slot] < 0:
                slots[slot] = n_distinct
                keys[slot] = key
                n_distinct += 1
            numbers[i] = slots[slot]
    return numbers, n_distinct


@compiled
def record_frequencies(numbers: Int32, starts: Int64, n_distinct: int) -> tuple[Int32, Int32]:
    """Count the records each n-gram occurs in, and remember the last of them."""
    frequencies = np.zeros(n_distinct, np.int32)
    last = np.full(n_distinct, -1, np.int32)
    for record in range(len(starts) - 1):
        for i in range(starts[record], starts[record + 1]):
            number = numbers[i]
            if number >= 0:
                frequencies[number] += last[number] != record
                last[number] = record
    return frequencies, last


@compiled
def lost_without(frequencies: Int32, last: Int32, n_records: int) -> Int64:
    """Count, for each record, the n-grams that would be gone without it."""
    lost = np.zeros(n_records, np.int64)
    for number in range(len(frequencies)):
        if frequencies[number] == 1:
            lost[last[number]] += 1
    return lost


@compiled
def repeated_in(numbers: Int32, starts: Int64, frequencies: Int32) -> tuple[Int32, Int32]:
    """List, record by record, its distinct n-grams that occur in other records too.

    Returns records and n-grams, pair by pair.
    """
    records, kinds = np.empty(len(numbers), np.int32), np.empty(len(numbers), np.int32)
    last = np.full(len(frequencies), -1, np.int32)
    n_pairs = 0
    for record in range(len(starts) - 1):
        for i in range(starts[record], starts[record + 1]):
            number = numbers[i]
            if number >= 0 and frequencies[number] > 1 and last[number] != record:
                last[number] = record
                records[n_pairs], kinds[n_pairs] = record, number
                n_pairs += 1
    return records[:n_pairs], kinds[:n_pairs]


@compiled
def shared_with(
    records: Int32, kinds: Int32, frequencies: Int32, n_records: int
) -> tuple[Int64, Int64]:
    """Sum over the distinct n-grams of each record the other records they occur in.

    `records` and `kinds` are those of `repeated_in`. Returns the sums, and for each record how
    many of its n-grams occur in exactly one other.
    """
    shared = np.zeros(n_records, np.int64)
    in_one_other = np.zeros(n_records, np.int64)
    for record, kind in zip(records, kinds):  # noqa: B905  # numba's zip knows no `strict`
        shared[record] += frequencies[kind] - 1
        in_one_other[record] += frequencies[kind] == 2
    return shared, in_one_other


@compiled
def repetition_influence(records: Int32, kinds: Int32, shared: Int64, n_distinct: int) -> Float64:
    """Sum what each record adds to the logarithms of the others (see `text.self_repetition`)."""
    steps = np.log1p(1.0 / np.maximum(1, shared))
    pull = np.zeros(n_distinct)
    influence = np.zeros(len(shared))
    for record, kind in zip(records, kinds):  # noqa: B905  # numba's zip knows no `strict`
        pull[kind] += steps[record]
    for record, kind in zip(records, kinds):  # noqa: B905  # numba's zip knows no `strict`
        influence[record] += pull[kind] - steps[record]
    return influence


@compiled
def sums_within(per_kind: Float64, numbers: Int32, starts: Int64) -> Float64:
    """Add up, for each record, what the kinds of its tokens are worth."""
    sums = np.zeros(len(starts) - 1)
    for record in range(len(starts) - 1):
        for i in range(starts[record], starts[record + 1]):
            sums[record] += per_kind[numbers[i]]
    return sums


@compiled
def window_types(numbers: Int32, n_distinct: int, width: int) -> Int32:
    """Count the distinct words in each window of `width` words."""
    counts = np.zeros(n_distinct, np.int32)
    types = np.empty(len(numbers) - width + 1, np.int32)
    distinct = 0
    for i, number in enumerate(numbers):
        distinct += counts[number] == 0
        counts[number] += 1
        if i >= width:
            gone = numbers[i - width]
            counts[gone] -= 1
            distinct -= counts[gone] == 0
        if i >= width - 1:
            types[i - width + 1] = distinct
    return types
