"""How are the words of a dealt side counted fast? Integer loops over numbered n-grams.

`records` are the records of a side in order; of the last one only the first `last` words count.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from diversity.arrays import Int32, Int64
from diversity.scores.kernels import compiled

Lists: TypeAlias = tuple[Int32, Int64, Int64, int]


@compiled
def fill(order: Int64, begin: int, starts: Int64, n_tokens: int) -> tuple[int, int]:
    """Find where a side that begins at a place ends, and how many words of its last record count.

    A side that runs out of records ends with all of them.
    """
    held, last, end = 0, 0, begin
    while end < len(order) and held < n_tokens:
        length = starts[order[end] + 1] - starts[order[end]]
        last = min(length, n_tokens - held)
        held += last
        end += 1
    return end, last


@compiled
def laid_out(records: Int64, last: int, starts: Int64, words: Int32) -> Int32:
    """Lay the words of a side end to end."""
    size = last
    for record in records[:-1]:
        size += starts[record + 1] - starts[record]
    found = np.empty(size, np.int32)
    place = 0
    for i, record in enumerate(records):
        stop = starts[record] + last if i == len(records) - 1 else starts[record + 1]
        for token in range(starts[record], stop):
            found[place] = words[token]
            place += 1
    return found


@compiled
def joined(records: Int64, starts: Int64, content: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Lay the texts of a side end to end, uncut."""
    size = 0
    for record in records:
        size += starts[record + 1] - starts[record]
    found = np.empty(size, np.uint8)
    place = 0
    for record in records:
        length = starts[record + 1] - starts[record]
        found[place : place + length] = content[starts[record] : starts[record + 1]]
        place += length
    return found


@compiled
def n_different(
    records: Int64, last: int, starts: Int64, grams: Int32, lists: Lists, order: int
) -> tuple[int, int]:
    """Count the different n-grams of a side, and all of them; `lists` is made by `listed`."""
    kinds, ends, alone, n_kinds = lists
    seen = np.zeros(n_kinds, np.uint8)
    different, total = 0, 0
    for record in records[:-1]:
        different += alone[record]
        total += max(0, starts[record + 1] - starts[record] - order + 1)
        for place in range(ends[record], ends[record + 1]):
            different += 1 - seen[kinds[place]]
            seen[kinds[place]] = 1
    for token in range(starts[records[-1]], starts[records[-1]] + last - order + 1):
        gram = grams[token]
        total += 1
        different += gram == -1 or (gram >= 0 and seen[gram] == 0)
        if gram >= 0:
            seen[gram] = 1
    return different, total


@compiled
def repetition(
    records: Int64, last: int, starts: Int64, grams: Int32, lists: Lists
) -> tuple[float, float]:
    """Compute self-repetition and the share of repeated 4-grams; NaN without a 4-gram."""
    kinds, ends, alone, n_kinds = lists
    frequencies = np.zeros(n_kinds, np.int32)
    cut, n_alone = _distinct_of_cut(records[-1], last - 3, starts, grams)
    for record in records[:-1]:
        n_alone += alone[record]
        for place in range(ends[record], ends[record + 1]):
            frequencies[kinds[place]] += 1
    for kind in cut:
        frequencies[kind] += 1
    n_known, n_repeated = int(n_alone), 0
    for frequency in frequencies:
        n_known += int(frequency > 0)
        n_repeated += int(frequency > 1)
    if n_known == 0:
        return np.nan, np.nan
    total = 0.0
    for record in records[:-1]:
        shared = 0
        for place in range(ends[record], ends[record + 1]):
            shared += frequencies[kinds[place]] - 1
        total += np.log1p(shared)
    shared = 0
    for kind in cut:
        shared += frequencies[kind] - 1
    return (total + np.log1p(shared)) / len(records), n_repeated / n_known


@compiled
def _distinct_of_cut(record: int, n_grams: int, starts: Int64, grams: Int32) -> tuple[Int32, int]:
    """List the different n-grams in the part of a record that counts, and count those alone."""
    held = grams[starts[record] : starts[record] + max(0, n_grams)]
    return np.unique(held[held >= 0]), int(np.sum(held == -1))


@compiled
def mean_window_share(words: Int32, n_words: int, width: int) -> float:
    """Average the share of different words over all windows; NaN for fewer words than one."""
    if len(words) < width:
        return np.nan
    counts = np.zeros(n_words, np.int32)
    different, total = 0, 0
    for i, word in enumerate(words):
        different += counts[word] == 0
        counts[word] += 1
        if i >= width:
            gone = words[i - width]
            counts[gone] -= 1
            different -= counts[gone] == 0
        if i >= width - 1:
            total += different
    return total / (len(words) - width + 1) / width


@compiled
def hdd(words: Int32, n_words: int, draws: int) -> float:
    """Compute the share of different words expected among some drawn; NaN for fewer words."""
    n = len(words)
    if n < draws:
        return np.nan
    counts = np.zeros(n_words, np.int64)
    for word in words:
        counts[word] += 1
    expected = 0.0
    for frequency, n_kinds in enumerate(np.bincount(counts)):
        if n_kinds == 0 or frequency == 0:
            continue
        absent = 1.0
        for k in range(draws):
            absent *= max(0.0, (n - frequency - k) / (n - k))
        expected += n_kinds * (1 - absent)
    return expected / draws
