"""What would every score of two groups be, were their records dealt out at random?

Under the null hypothesis that both groups come from one source, every way of dealing their
records to two sides of the same size is as likely as the one observed.
"""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.comparison.pool import Pool, dealt
from diversity.comparison.shuffled_labels import LabelPool, numbered
from diversity.comparison.shuffled_spectra import SpectrumPool
from diversity.comparison.shuffled_vectors import pair_pools
from diversity.comparison.shuffled_words import word_pools
from diversity.comparison.words import words_of
from diversity.progress import Progress, Steps
from diversity.scores import Budget, Panel
from diversity.scores.kernels import first_places
from diversity.scores.sampling import single_threaded
from diversity.scores.significance import ENOUGH, as_far

N_THREADS = 2


@dataclass(frozen=True, eq=False)
class Sides:
    """Both groups at one budget, as places in the panel's permutation.

    Parameters
    ----------
    for_records, for_words : pair of ndarrays of int32
        The places that meet each part of the budget.
    spare : ndarray of int32
        The next place of each group, where there is one.
    """

    for_records: tuple[Int32, Int32]
    for_words: tuple[Int32, Int32]
    spare: Int32


def deal_steps(
    panel: Panel, a: Int64, b: Int64, budget: Budget, repeats: Int32, n_deals: int, seed: int
) -> Steps[dict[str, Float64]]:
    """Deal the records of two groups many times.

    Parameters
    ----------
    panel : Panel
    a, b : ndarray of int64
        Row numbers of the groups, without a record in common.
    budget : Budget
        What each side may hold.
    repeats : ndarray of shape (n_records,), int32
        Equal numbers for records that repeat each other; `Duplicates.near`.
    n_deals : int
    seed : int
        Decides the deals.

    Returns
    -------
    dict of str to ndarray of shape (at most n_deals + 1,), float64
        Under each score, and under ``near_duplicate_share``, the differences of the two sides:
        first as observed, then for each deal; NaN where undefined. A few are on a scale of their
        own (see `SpectrumPool`). Scores that are taken together stop early once chance explains
        each of them (see `permutation_p`).

    Notes
    -----
    Two threads share the deals. Compression costs most: it reads the texts of both sides in each
    deal, where n-grams of 64 deals are counted in one pass.
    """
    pools = _pools(panel, sides_of(panel, a, b, budget), budget, repeats)
    runs = [_Run(pool, n_deals, (seed, place)) for place, pool in enumerate(pools)]
    yield from _work(runs)
    return {
        name: run.values[: 1 + run.n_done, place]
        for run in runs
        for place, name in enumerate(run.pool.names)
    }


def sides_of(panel: Panel, a: Int64, b: Int64, budget: Budget) -> Sides:
    """Find the records of two groups that meet a budget."""
    lengths = panel.tokens.lengths
    records, words, spare = [], [], []
    for rows in (a, b):
        mask = panel.mask(rows)
        places, n_for_records, n_for_words = first_places(
            panel.permutation, mask, lengths, budget.n_records + 1, budget.n_tokens + 1
        )
        n_for_records = min(budget.n_records, n_for_records)
        n_for_words = int(np.searchsorted(np.cumsum(lengths[places]), budget.n_tokens) + 1)
        records.append(places[:n_for_records])
        words.append(places[:n_for_words])
        spare.append(places[n_for_words : n_for_words + 1])
    return Sides(
        (records[0], records[1]), (words[0], words[1]), np.concatenate(spare).astype(np.int32)
    )


def _pools(panel: Panel, sides: Sides, budget: Budget, repeats: Int32) -> list[Pool]:
    rows = panel.permutation[np.concatenate(sides.for_records)]
    words = words_of(panel, *sides.for_words, budget.n_tokens, sides.spare)
    pools: list[Pool] = [*word_pools(words)] if words.n_records else []
    if panel.vectors is not None:
        vectors = panel.vectors[rows]
        pools += [SpectrumPool(vectors), *pair_pools(vectors)]
    labels = panel.labels[rows] if panel.labels is not None else np.full(len(rows), -1, np.int32)
    return [*pools, LabelPool(labels, numbered(repeats[rows]))]


class _Run:
    """The deals of one pool: which are under way, which are done, and whether they suffice."""

    def __init__(self, pool: Pool, n_deals: int, seed: tuple[int, ...]) -> None:
        self.pool = pool
        self.values = np.empty((1 + n_deals, len(pool.names)))
        self.values[0] = pool.observed()
        self.n_done = self.n_begun = 0
        self._n_deals, self._seed = n_deals, seed
        self._later: dict[int, Float64] = {}

    @property
    def open(self) -> bool:
        """Whether more deals are wanted."""
        return self.n_begun < self._n_deals and not self._clear()

    @property
    def share(self) -> float:
        """How far it has come, in [0, 1]."""
        return self.n_done / self._n_deals if self.open else 1.0

    def next_block(self) -> Callable[[], tuple["_Run", int, Float64]]:
        start = self.n_begun
        self.n_begun = min(self._n_deals, start + self.pool.deals_a_block)
        size = self.n_begun - start

        def work() -> tuple[_Run, int, Float64]:
            orders = dealt(self.pool.n_records, size, (*self._seed, start))
            return self, start, self.pool.deals(orders)

        return work

    def take(self, start: int, values: Float64) -> None:
        """Put a block in its place; blocks may come in any order."""
        self._later[start] = values
        while self.n_done in self._later:
            block = self._later.pop(self.n_done)
            self.values[1 + self.n_done : 1 + self.n_done + len(block)] = block
            self.n_done += len(block)

    def _clear(self) -> bool:
        """Tell whether chance explains every score so often that more deals change nothing."""
        steps = self.values[: 1 + self.n_done]
        known = ~np.isnan(steps[0])
        return bool((as_far(steps[0], steps[1:]).sum(axis=0)[known] >= ENOUGH).all())


def _work(runs: list[_Run]) -> Steps[None]:
    """Deal on two threads, in turn for each family; who stops listening stops the rest."""
    started = time.perf_counter()
    running: set[Future[tuple[_Run, int, Float64]]] = set()
    with single_threaded(), ThreadPoolExecutor(N_THREADS) as threads:
        while running or any(run.open for run in runs):
            while len(running) < N_THREADS and (waiting := [run for run in runs if run.open]):
                behind = min(waiting, key=lambda run: run.n_begun)
                running.add(threads.submit(behind.next_block()))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                run, start, values = one.result()
                run.take(start, values)
            share = sum(run.share for run in runs) / len(runs)
            elapsed_s = time.perf_counter() - started
            yield Progress("dealing records anew", round(1000 * share), 1000, elapsed_s)
