"""How are n-grams counted fast enough to follow a filter? Integer loops, compiled once.

An n-gram is numbered by the pair (number of its first n-1 words, last word), which is exact: no
two n-grams share a number. All loops are linear in the tokens of the sample and release the GIL.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from diversity.arrays import Bool, Float64, Int32, Int64

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
def first_rows(
    permutation: Int64, mask: Bool, lengths: Int64, n_records: int, n_tokens: int
) -> tuple[Int64, int, int]:
    """Take rows of a permutation that fall in a set until both budgets are met.

    Returns the rows, how many of them meet the record budget, and how many the token budget.
    """
    rows = np.empty(len(permutation), np.int64)
    n_rows, n_for_tokens, tokens = 0, 0, 0
    for row in permutation:
        if n_rows >= n_records and tokens >= n_tokens:
            break
        if mask[row]:
            rows[n_rows] = row
            n_rows += 1
            if tokens < n_tokens:
                tokens += lengths[row]
                n_for_tokens = n_rows
    return rows[:n_rows].copy(), min(n_rows, n_records), n_for_tokens


@compiled
def gather(
    values: npt.NDArray[Any], offsets: Int64, rows: Int64, limit: int
) -> tuple[npt.NDArray[Any], Int64]:
    """Lay the runs of some rows end to end, cut at `limit`; returns values and starts."""
    starts = np.zeros(len(rows) + 1, np.int64)
    for i, row in enumerate(rows):
        starts[i + 1] = min(limit, starts[i] + offsets[row + 1] - offsets[row])
    gathered = np.empty(starts[-1], values.dtype)
    for i, row in enumerate(rows):
        first, length = offsets[row], starts[i + 1] - starts[i]
        gathered[starts[i] : starts[i + 1]] = values[first : first + length]
    return gathered, starts


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
            if number >= 0 and last[number] != record:
                last[number] = record
                frequencies[number] += 1
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
def shared_with(numbers: Int32, starts: Int64, frequencies: Int32) -> tuple[Int64, Int64]:
    """Sum over the distinct n-grams of each record the other records they occur in.

    Returns the sums, and for each record how many of its n-grams occur in exactly one other.
    """
    n_records = len(starts) - 1
    shared = np.zeros(n_records, np.int64)
    in_one_other = np.zeros(n_records, np.int64)
    last = np.full(len(frequencies), -1, np.int32)
    for record in range(n_records):
        for i in range(starts[record], starts[record + 1]):
            number = numbers[i]
            if number >= 0 and last[number] != record:
                last[number] = record
                shared[record] += frequencies[number] - 1
                in_one_other[record] += frequencies[number] == 2
    return shared, in_one_other


@compiled
def repetition_influence(numbers: Int32, starts: Int64, shared: Int64, n_distinct: int) -> Float64:
    """Sum what each record adds to the logarithms of the others (see `text.self_repetition`)."""
    n_records = len(starts) - 1
    pull = np.zeros(n_distinct, np.float64)
    last = np.full(n_distinct, -1, np.int32)
    for record in range(n_records):
        step = np.log1p(1.0 / max(1, shared[record]))
        for i in range(starts[record], starts[record + 1]):
            number = numbers[i]
            if number >= 0 and last[number] != record:
                last[number] = record
                pull[number] += step
    influence = np.zeros(n_records, np.float64)
    last[:] = -1
    for record in range(n_records):
        step = np.log1p(1.0 / max(1, shared[record]))
        for i in range(starts[record], starts[record + 1]):
            number = numbers[i]
            if number >= 0 and last[number] != record:
                last[number] = record
                influence[record] += pull[number] - step
    return influence


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
