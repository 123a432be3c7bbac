"""How are the words of many deals counted fast? Integer loops over numbered n-grams.

A side takes records from the front of an order, the last one cut to fill it to a number of words.
Where 64 deals are counted at once, bit d of a number belongs to deal d.
"""

import numpy as np
import numpy.typing as npt

from diversity.arrays import Float64, Int32, Int64
from diversity.scores.kernels import compiled

Bits = npt.NDArray[np.uint64]
LANES = 16
N_LOGARITHMS = 1 << 14


@compiled
def fill(orders: Int32, lengths: Int64, n_tokens: int) -> Int64:
    """Find where the sides of each deal end.

    Returns an array of shape (n_deals, 2, 4): for each side the places in the order where it
    begins and ends, how many words of its last record count, and its words. A side that runs out
    of records ends with all of them.
    """
    n_deals, n = orders.shape
    found = np.zeros((n_deals, 2, 4), np.int64)
    for deal in range(n_deals):
        end = 0
        for side in range(2):
            found[deal, side, 0] = end
            held, last = 0, 0
            while end < n and held < n_tokens:
                last = min(lengths[orders[deal, end]], n_tokens - held)
                held += last
                end += 1
            found[deal, side, 1], found[deal, side, 2], found[deal, side, 3] = end, last, held
    return found


@compiled
def members(orders: Int32, sides: Int64, side: int) -> Bits:
    """Tell in which deals each record is on a side, but for the last one, which may be cut."""
    found = np.zeros(orders.shape[1], np.uint64)
    for deal in range(len(orders)):
        bit = np.uint64(1) << np.uint64(deal)
        for place in range(sides[deal, side, 0], sides[deal, side, 1] - 1):
            found[orders[deal, place]] |= bit
    return found


@compiled
def sums(orders: Int32, sides: Int64, side: int, table: Int32) -> Int64:
    """Sum the rows of a table over the records of a side, but for the last one."""
    found = np.zeros((len(orders), table.shape[1]), np.int64)
    for deal in range(len(orders)):
        for place in range(sides[deal, side, 0], sides[deal, side, 1] - 1):
            record = orders[deal, place]
            for column in range(table.shape[1]):
                found[deal, column] += table[record, column]
    return found


@compiled
def by_kind(kinds: Int32, ends: Int64, n_kinds: int) -> tuple[Int32, Int64]:
    """Turn a list of the kinds of each record into one of the records of each kind."""
    starts = np.zeros(n_kinds + 1, np.int64)
    for kind in kinds:
        starts[kind + 1] += 1
    starts = np.cumsum(starts)
    place, records = starts.copy(), np.empty(len(kinds), np.int32)
    for record in range(len(ends) - 1):
        for i in range(ends[record], ends[record + 1]):
            records[place[kinds[i]]] = record
            place[kinds[i]] += 1
    return records, starts


@compiled
def n_different(on_side: Bits, records: Int32, starts: Int64) -> tuple[Bits, Int64]:
    """Find in which deals each kind is met on a side, and count the kinds of each deal."""
    met = np.zeros(len(starts) - 1, np.uint64)
    found = np.zeros(64, np.int64)
    for kind in range(len(met)):
        bits = np.uint64(0)
        for i in range(starts[kind], starts[kind + 1]):
            bits |= on_side[records[i]]
        met[kind] = bits
        for deal in range(64):
            found[deal] += np.int64((bits >> np.uint64(deal)) & np.uint64(1))
    return met, found


@compiled
def n_new(met: Bits, deal: int, grams: Int32, begin: int, end: int) -> int:
    """Count the n-grams that a cut record adds to those its side has met, and note them."""
    bit, found = np.uint64(1) << np.uint64(deal), 0
    for gram in grams[begin:end]:
        if gram == -1:
            found += 1
        elif gram >= 0 and not met[gram] & bit:
            met[gram] |= bit
            found += 1
    return found


@compiled
def frequencies(
    on_side: Bits, first: int, records: Int32, starts: Int64, cut: Int32, cut_starts: Int64
) -> Int32:
    """Count for 16 deals in how many records of the side each kind stands, (n_kinds, 16).

    `cut` lists the different kinds of the cut record of each deal.
    """
    inside = np.empty((len(on_side), LANES), np.int32)
    for record in range(len(on_side)):
        for lane in range(LANES):
            inside[record, lane] = np.int32(
                (on_side[record] >> np.uint64(first + lane)) & np.uint64(1)
            )
    found = np.zeros((len(starts) - 1, LANES), np.int32)
    for kind in range(len(found)):
        for i in range(starts[kind], starts[kind + 1]):
            record = records[i]
            for lane in range(LANES):
                found[kind, lane] += inside[record, lane]
    for lane in range(LANES):
        for i in range(cut_starts[lane], cut_starts[lane + 1]):
            found[cut[i], lane] += 1
    return found


@compiled
def n_known(counts: Int32) -> Int64:
    """Count for 16 deals the kinds that are met, and those met in several records, (2, 16)."""
    found = np.zeros((2, LANES), np.int64)
    for kind in range(len(counts)):
        for lane in range(LANES):
            found[0, lane] += counts[kind, lane] > 0
            found[1, lane] += counts[kind, lane] > 1
    return found


@compiled
def repetition(on_side: Bits, first: int, counts: Int32, kinds: Int32, ends: Int64) -> Float64:
    """Sum for 16 deals, over whole records, the logarithm of one more than what each shares."""
    logarithms = np.log1p(np.arange(N_LOGARITHMS))
    total = np.zeros(LANES)
    shared = np.empty(LANES, np.int32)
    for record in range(len(ends) - 1):
        if ends[record] == ends[record + 1]:
            continue
        shared[:] = ends[record] - ends[record + 1]
        for kind in kinds[ends[record] : ends[record + 1]]:
            for lane in range(LANES):
                shared[lane] += counts[kind, lane]
        for lane in range(LANES):
            if (on_side[record] >> np.uint64(first + lane)) & np.uint64(1):
                one = shared[lane]
                total[lane] += logarithms[one] if one < N_LOGARITHMS else np.log1p(one)
    return total


@compiled
def windows(
    order: Int32,
    side: Int64,
    starts: Int64,
    words: Int32,
    width: int,
    seen: Int64,
    counts: Int32,
) -> int:
    """Sum the different words of all windows of a side, and count how often each word occurs.

    Each word counts in the windows in which no such word stands before it. `seen` and `counts`,
    one a word, are filled anew.
    """
    seen[:] = -1
    counts[:] = 0
    n, total, here = side[3], 0, 0
    for place in range(side[0], side[1]):
        record = order[place]
        end = starts[record] + side[2] if place == side[1] - 1 else starts[record + 1]
        for token in range(starts[record], end):
            word = words[token]
            begin = max(seen[word], here - width, -1) + 1
            total += max(0, min(here, n - width) - begin + 1)
            seen[word] = here
            counts[word] += 1
            here += 1
    return total


@compiled
def chance_met(n: int, most: int, draws: int) -> Float64:
    """Compute the chance that a word which occurs 0 to `most` times is among some drawn of n."""
    found = np.empty(most + 1)
    for frequency in range(most + 1):
        absent = 1.0
        for k in range(draws):
            absent *= max(0.0, (n - frequency - k) / (n - k))
        found[frequency] = 1 - absent
    return found


@compiled
def joined(records: Int32, starts: Int64, content: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
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
