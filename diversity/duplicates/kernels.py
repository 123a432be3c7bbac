"""What is done for every record and every pair, compiled once."""

import numpy as np
import numpy.typing as npt

from diversity.arrays import Float32, Int32, Int64
from diversity.scores.kernels import compiled

UInt32 = npt.NDArray[np.uint32]
UInt64 = npt.NDArray[np.uint64]
PER_UNIT = 1e6
MIX = np.uint64(0x9E3779B97F4A7C15)
WHOLE_BUCKET = 128


@compiled
def stand_in(
    ordered: Int64, exact: Int32, graph: tuple[Int64, Int32, Float32], least: float
) -> Int32:
    """Go down the records in order; each is kept, or stood for by the kept one most like it."""
    starts, others, similarities = graph
    instead = np.arange(len(exact)).astype(np.int32)
    front = np.full(len(exact), -1, np.int32)
    turn = np.full(len(exact), -1, np.int64)
    kept = np.zeros(len(exact), np.bool_)
    for number, row in enumerate(ordered):
        node = exact[row]
        if front[node] >= 0:
            instead[row] = instead[front[node]]
            continue
        front[node], turn[node] = row, number
        best, most = -1, -np.inf
        for at in range(starts[node], starts[node + 1]):
            other = others[at]
            if kept[other] and similarities[at] >= least:
                value = np.rint(similarities[at] * PER_UNIT)
                if value > most or (value == most and turn[other] < turn[best]):
                    best, most = other, value
        if best >= 0:
            instead[row] = front[best]
        else:
            kept[node] = True
    return instead


@compiled
def shingles(symbols: UInt32, offsets: Int64, width: int) -> tuple[UInt32, Int64]:
    """Turn the runs of `width` symbols of each text into numbers, each once, rising.

    A text with fewer symbols is one run of all of them; one without any has none.
    """
    found = np.empty(len(symbols), np.uint32)
    starts = np.zeros(len(offsets), np.int64)
    for text in range(len(offsets) - 1):
        first, stop = offsets[text], offsets[text + 1]
        begin = starts[text]
        size = min(width, stop - first)
        n_runs = stop - first - size + 1 if size > 0 else 0
        for run in range(n_runs):
            code = MIX + np.uint64(size)
            for place in range(first + run, first + run + size):
                code = (code ^ np.uint64(symbols[place])) * MIX
                code ^= code >> np.uint64(29)
            found[begin + run] = np.uint32(code >> np.uint64(32))
        part = np.sort(found[begin : begin + n_runs])
        end = begin
        for run in range(n_runs):
            if run == 0 or part[run] != part[run - 1]:
                found[end] = part[run]
                end += 1
        starts[text + 1] = end
    return found[: starts[-1]].copy(), starts


@compiled
def signatures(runs: UInt32, starts: Int64, factors: UInt64, terms: UInt64) -> UInt32:
    """Take the smallest of every hash over the runs of each text (MinHash)."""
    n_texts, n_hashes = len(starts) - 1, len(factors)
    smallest = np.full((n_texts, n_hashes), np.uint32(0xFFFFFFFF), np.uint32)
    for text in range(n_texts):
        row = smallest[text]
        for at in range(starts[text], starts[text + 1]):
            run = np.uint64(runs[at])
            for place in range(n_hashes):
                value = np.uint32((factors[place] * run + terms[place]) >> np.uint64(32))
                row[place] = min(row[place], value)
    return smallest


@compiled
def band_keys(smallest: UInt32, first: int, n_rows: int) -> UInt64:
    """Turn the part of each signature that belongs to one band into a number."""
    keys = np.empty(len(smallest), np.uint64)
    for text in range(len(smallest)):
        code = MIX + np.uint64(first)
        for place in range(first, first + n_rows):
            code = (code ^ np.uint64(smallest[text, place])) * MIX
            code ^= code >> np.uint64(31)
        keys[text] = code
    return keys


@compiled
def pairs_in_band(
    order: Int64,
    keys: UInt64,
    band: int,
    n_rows: int,
    smallest: UInt32,
    runs: UInt32,
    starts: Int64,
    floor: float,
) -> tuple[Int32, Int32, Float32]:
    """Compare the texts that fall into one bucket, unless an earlier band has done so.

    In a bucket of more than `WHOLE_BUCKET` texts each is compared with its first and with the ones
    just before it, so many of each, so that a crowd costs in proportion to its size.
    """
    one = np.empty(1024, np.int32)
    other = np.empty(1024, np.int32)
    alike = np.empty(1024, np.float32)
    n_found, bucket = 0, 0
    for place in range(1, len(order)):
        if keys[order[place]] != keys[order[place - 1]]:
            bucket = place
        text = order[place]
        for before in range(bucket, place):
            if before >= bucket + WHOLE_BUCKET and before < place - WHOLE_BUCKET:
                continue
            earlier = order[before]
            if _met(smallest, text, earlier, band, n_rows):
                continue
            similarity = _jaccard(runs, starts, text, earlier)
            if similarity < floor:
                continue
            if n_found == len(one):
                one, other = _twice(one), _twice(other)
                alike = np.append(alike, np.empty(len(alike), np.float32))
            one[n_found], other[n_found], alike[n_found] = text, earlier, similarity
            n_found += 1
    return one[:n_found].copy(), other[:n_found].copy(), alike[:n_found].copy()


@compiled
def _twice(values: Int32) -> Int32:
    return np.append(values, np.empty(len(values), np.int32))


@compiled
def _met(smallest: UInt32, one: int, other: int, band: int, n_rows: int) -> bool:
    """Say whether two texts agree in a whole band before this one."""
    for earlier in range(band):
        same = True
        for place in range(earlier * n_rows, (earlier + 1) * n_rows):
            if smallest[one, place] != smallest[other, place]:
                same = False
                break
        if same:
            return True
    return False


@compiled
def _jaccard(runs: UInt32, starts: Int64, one: int, other: int) -> float:
    """Divide the runs that two texts have in common by the runs that they have together."""
    here, there, n_common = starts[one], starts[other], 0
    while here < starts[one + 1] and there < starts[other + 1]:
        if runs[here] == runs[there]:
            n_common += 1
            here += 1
            there += 1
        elif runs[here] < runs[there]:
            here += 1
        else:
            there += 1
    n_together = starts[one + 1] - starts[one] + starts[other + 1] - starts[other] - n_common
    return n_common / n_together if n_together else 0.0
