"""What would every score of two groups be, were their records dealt out at random?

Under the null hypothesis that both groups come from one source, every way of dealing their
records to two sides of the same size is as likely as the one observed.
"""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.comparison.shuffled_labels import REPEATS, LabelPool, numbered
from diversity.comparison.shuffled_vectors import PAIRED, SPECTRAL, VectorPool, pair_pools
from diversity.comparison.shuffled_words import word_pool
from diversity.comparison.significance import ENOUGH, as_far
from diversity.progress import Progress, Steps
from diversity.scores import Budget, Panel
from diversity.scores import groups as group_scores
from diversity.scores import text as text_scores
from diversity.scores.kernels import first_places
from diversity.scores.sampling import single_threaded

N_THREADS = 2
DEALS_A_BLOCK = 20


class Pool(Protocol):
    """Records of two groups that can be dealt to two sides."""

    def deal(self, order: Int64) -> Float64:
        """Score both sides, shape (2, n_scores)."""


@dataclass(frozen=True, eq=False)
class Dealt:
    """One family of scores, ready to be dealt.

    Parameters
    ----------
    names : tuple of str
        The scores.
    pool : Pool
    n_records : int
        Records in the pool.
    """

    names: tuple[str, ...]
    pool: Pool
    n_records: int


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
    dict of str to ndarray of shape (at most n_deals + 1, 2), float64
        Under each score, and under ``near_duplicate_share``, the values of both sides: first as
        observed, then for each deal; NaN where undefined. A family of scores stops early once
        chance explains each of them (see `permutation_p`).

    Notes
    -----
    Each deal costs two passes over the words of the budget and the spectrum of two sides; two
    threads share the deals. 500 deals at the default budget take about 8 s on two cores.
    """
    families = _families(panel, sides_of(panel, a, b, budget), budget, repeats)
    runs = [_Run(family, n_deals, (seed, place)) for place, family in enumerate(families)]
    yield from _work(runs)
    return {
        name: run.values[: 1 + run.n_done, :, place]
        for run in runs
        for place, name in enumerate(run.family.names)
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


def _families(panel: Panel, sides: Sides, budget: Budget, repeats: Int32) -> list[Dealt]:
    rows = panel.permutation[np.concatenate(sides.for_records)]
    words = word_pool(panel, *sides.for_words, budget.n_tokens, sides.spare)
    families = [Dealt(text_scores.NAMES, words, words.n_records)]
    if panel.vectors is not None:
        vectors = panel.vectors[rows]
        pairs, novelty = pair_pools(vectors)
        families += [
            Dealt(SPECTRAL, VectorPool(vectors), len(vectors)),
            Dealt(PAIRED[:2], pairs, len(pairs.similarities)),
            Dealt(PAIRED[2:], novelty, len(novelty.similarities)),
        ]
    labels = panel.labels[rows] if panel.labels is not None else np.full(len(rows), -1, np.int32)
    kinds = LabelPool(labels, numbered(repeats[rows]))
    return [*families, Dealt((*group_scores.NAMES, REPEATS), kinds, len(rows))]


class _Run:
    """The deals of one family: which are under way, which are done, and whether they suffice."""

    def __init__(self, family: Dealt, n_deals: int, seed: tuple[int, ...]) -> None:
        self.family = family
        self.values = np.empty((1 + n_deals, 2, len(family.names)))
        self.values[0] = family.pool.deal(np.arange(family.n_records))
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
        self.n_begun = min(self._n_deals, start + DEALS_A_BLOCK)
        size, n_records = self.n_begun - start, self.family.n_records

        def work() -> tuple[_Run, int, Float64]:
            random = np.random.default_rng((*self._seed, start))
            orders = (random.permutation(n_records) for _ in range(size))
            return self, start, np.stack([self.family.pool.deal(order) for order in orders])

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
        steps = self.values[: 1 + self.n_done, 0] - self.values[: 1 + self.n_done, 1]
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
