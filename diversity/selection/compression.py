"""Which records add most that a compressor has not read yet?"""

import heapq
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from diversity.arrays import Float64, Int64
from diversity.progress import Progress, Steps
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Weighted

LEVEL = 9
WINDOW_BYTES = 32_768
N_LOOKED_AGAIN = 10_000
REPORT_EVERY = 2_000


@dataclass(frozen=True)
class Compression(Weighted):
    """Choose the record that adds most bytes to the compressed choice, for its length.

    Parameters
    ----------
    k : int
        Records to choose.
    quality_weight : float, default=0
        In [0, 1]. At 1 what a record adds counts in proportion to its standing by quality.
    """


def choose(method: Compression, inputs: Inputs) -> Steps[Int64]:
    """Keep the compression ratio of the choice low, as ZIP does, by lazy greedy steps.

    A record's gain is the bytes it adds after those chosen before it, divided by what a record of
    about its length adds on average, each alone: else the shortest would always win. A gain is
    only ever lowered. It is measured when a record comes up for choice, and for the
    `N_LOOKED_AGAIN` likeliest each time the compressor's window of 32 KB has moved on by half, so
    that what was chosen long ago is not forgotten. Copies of a chosen text
    come last. About n + 30 k compressions of a text.
    """
    inputs.need("texts", "compression")
    assert inputs.texts is not None
    texts = [inputs.texts[row].encode("utf-8", "surrogatepass") + b"\n" for row in inputs.rows]
    started, k = time.perf_counter(), method.n_wanted(len(texts))
    alone = np.empty(len(texts))
    for first in range(0, len(texts), REPORT_EVERY):
        part = texts[first : first + REPORT_EVERY]
        alone[first : first + len(part)] = added(b"", part)
        yield Progress("compressing texts", first, len(texts), time.perf_counter() - started)
    search = _Search(texts, inputs.factor(method.quality_weight) / _usual(texts, alone), alone)
    started, chosen = time.perf_counter(), []
    for place in search.run():
        chosen.append(place)
        if len(chosen) == k:
            break
        yield Progress("choosing records", len(chosen), k, time.perf_counter() - started)
    return inputs.rows[np.array(chosen, dtype=np.int64)]


def added(before: bytes, texts: Sequence[bytes]) -> Float64:
    """Count the bytes that each text adds to what a compressor has already read.

    Parameters
    ----------
    before : bytes
        Only the last 32 KB count: that is how far back deflate looks.
    texts : sequence of bytes

    Returns
    -------
    ndarray of shape (n_texts,)

    Examples
    --------
    >>> copy, other = added(b"the sea is calm today", [b"the sea is calm today", b"mud and rain"])
    >>> bool(copy < other)
    True
    """
    return _sizes(_reader(before), texts)


def _reader(before: bytes) -> "zlib._Compress":
    state = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    state.compress(before[-WINDOW_BYTES:])
    state.flush(zlib.Z_SYNC_FLUSH)
    return state


def _sizes(reader: "zlib._Compress", texts: Sequence[bytes]) -> Float64:
    return np.array([_size(reader.copy(), text) for text in texts], dtype=np.float64)


def _size(state: "zlib._Compress", text: bytes) -> int:
    return len(state.compress(text)) + len(state.flush())


def _usual(texts: Sequence[bytes], alone: Float64) -> Float64:
    """Say what texts of about each length add on average.

    A power of the length by least squares, set right by the mean of the fiftieth of the texts (32
    at least) that are nearest by rank of length.
    """
    lengths = np.log([len(text) for text in texts])
    spread, sizes = lengths - lengths.mean(), np.log(alone)
    slope = float(spread @ sizes) / max(float(spread @ spread), np.finfo(float).tiny)
    power = np.exp(slope * spread)
    order = np.argsort(lengths, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum((alone / power)[order])])
    reach = max(32, len(texts) // 50) // 2
    stops = np.minimum(np.arange(len(texts)) + reach + 1, len(texts))
    starts = np.maximum(np.arange(len(texts)) - reach, 0)
    level = np.empty(len(texts))
    level[order] = (sums[stops] - sums[starts]) / (stops - starts)
    usual: Float64 = level * power
    return usual


@dataclass
class _Search:
    """Texts waiting in a heap under the most that each can still gain."""

    texts: Sequence[bytes]
    worth: Float64
    sizes: Float64
    _reader: "zlib._Compress" = field(default_factory=lambda: _reader(b""))
    _n_since: int = 0
    _waiting: list[tuple[float, int]] = field(default_factory=list)

    def run(self) -> Iterator[int]:
        """Yield places in order of choice, copies of earlier ones at the end."""
        seen: set[bytes] = set()
        copies: list[int] = []
        self._rank(range(len(self.texts)))
        while self._waiting:
            place = self._next()
            if self.texts[place] in seen:
                copies.append(place)
                continue
            seen.add(self.texts[place])
            yield place
            self._take_in(self.texts[place])
        yield from sorted(copies, key=lambda place: (-self.worth[place], place))

    def _next(self) -> int:
        """Measure whoever is first until it stays first."""
        while True:
            _, place = heapq.heappop(self._waiting)
            self._measure([place])
            entry = self._entry(place)
            if not self._waiting or entry <= self._waiting[0]:
                return place
            heapq.heappush(self._waiting, entry)

    def _take_in(self, text: bytes) -> None:
        """Read a chosen text; when the window has moved on by half, look at the likeliest again."""
        self._reader.compress(text)
        self._reader.flush(zlib.Z_SYNC_FLUSH)
        self._n_since += len(text)
        if self._n_since >= WINDOW_BYTES // 2:
            self._n_since = 0
            likeliest = [place for _, place in heapq.nsmallest(N_LOOKED_AGAIN, self._waiting)]
            self._measure(likeliest)
            self._rank([place for _, place in self._waiting])

    def _measure(self, places: Sequence[int]) -> None:
        sizes = _sizes(self._reader, [self.texts[place] for place in places])
        self.sizes[places] = np.minimum(self.sizes[places], sizes)

    def _rank(self, places: Sequence[int]) -> None:
        self._waiting = [self._entry(place) for place in places]
        heapq.heapify(self._waiting)

    def _entry(self, place: int) -> tuple[float, int]:
        return -round(float(self.worth[place] * self.sizes[place]), 6), place
