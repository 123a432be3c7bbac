"""How diverse is each group on one and the same task? Scored within each key, then averaged.

Over a whole group, pairs of records from different tasks drown what is asked here: how much the
answers to one task differ from each other.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy.special import stdtrit

from diversity.arrays import Float64, Int32
from diversity.comparison.tasks import Tasks
from diversity.comparison.values import Difference
from diversity.progress import Progress, Steps
from diversity.scores import Budget, Panel
from diversity.scores.sampling import (
    Sample,
    pair_scores,
    single_threaded,
    spectral_scores,
    text_scores,
)
from diversity.scores.significance import holm, permutation_p

NAMES = (
    "distinct_1", "distinct_2", "distinct_3", "distinct_4", "ngram_diversity",
    "compression_ratio", "self_repetition", "repeated_4gram_share",
    "vendi_1", "mean_distance", "chamfer", "dcscore",
)  # fmt: skip
FEWEST_KEYS = 6
REPORT_EVERY = 50


@dataclass(frozen=True)
class Mean:
    """Mean of a score over keys, with its 95 % interval over keys."""

    value: float | None
    interval: tuple[float, float] | None
    n_keys: int


@dataclass(frozen=True)
class Within:
    """Scores within each value of a key.

    Parameters
    ----------
    key : str
        The column.
    n_keys : int
        Values of it that have at least two records in every group.
    n_left_out : int
        Values that do not.
    means : mapping of str to mapping of str to Mean
        For each score, each group.
    pairs : mapping of str to tuple of Difference
        For each score, each pair; `p` from swapping the groups within keys at random.
    notes : tuple of str
    """

    key: str
    n_keys: int
    n_left_out: int
    means: Mapping[str, Mapping[str, Mean]]
    pairs: Mapping[str, tuple[Difference, ...]]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Say it in plain values."""
        return {
            "key": self.key,
            "n_keys": self.n_keys,
            "n_left_out": self.n_left_out,
            "scores": {
                name: {
                    "values": {group: asdict(mean) for group, mean in self.means[name].items()},
                    "pairs": [asdict(pair) for pair in self.pairs[name]],
                }
                for name in self.means
            },
            "notes": list(self.notes),
        }


def within_steps(
    panel: Panel, groups: Sequence[str], key: str, tasks: Tasks, n_deals: int, seed: int
) -> Steps[Within]:
    """Score groups within each value of a key, at one budget a value, and average.

    Parameters
    ----------
    panel : Panel
    groups : sequence of str
        Their names.
    key : str
        Column of keys, such as the task a record answers.
    tasks : Tasks
        The rows of the groups for each value of it.
    n_deals, seed : int
        Swaps of the groups within keys, and what decides them.
    """
    place_of = np.empty(panel.n_records, np.int32)
    place_of[panel.permutation] = np.arange(panel.n_records, dtype=np.int32)
    scored = np.full((len(groups), len(tasks.rows), len(NAMES)), np.nan)
    started = time.perf_counter()
    with single_threaded():
        for done, task in enumerate(tasks.rows):
            if done % REPORT_EVERY == 0:
                elapsed_s = time.perf_counter() - started
                yield Progress(f"scoring within {key}", done, len(tasks.rows), elapsed_s)
            places = [np.sort(place_of[rows]) for rows in task]
            for number, sample in enumerate(_matched(panel, places)):
                scored[number, done] = _scores(sample)
    return _averaged(groups, key, tasks, scored, n_deals, seed)


def _matched(panel: Panel, places: list[Int32]) -> list[Sample]:
    """Hold the groups of one key to one budget."""
    lengths = panel.tokens.lengths
    budget = Budget(
        min(map(len, places)), int(min(lengths[one].sum(dtype=np.int64) for one in places))
    )
    samples = []
    for one in places:
        n_for_words = int(np.searchsorted(np.cumsum(lengths[one]), budget.n_tokens) + 1)
        samples.append(Sample(panel, budget, one, budget.n_records, min(n_for_words, len(one))))
    return samples


def _scores(sample: Sample) -> list[float]:
    found = text_scores(sample, NAMES, interval=False)
    found |= spectral_scores(sample, NAMES, interval=False)
    found |= pair_scores(sample, NAMES, interval=False)
    values = (found[name].value for name in NAMES)
    return [math.nan if value is None else value for value in values]


def _averaged(
    groups: Sequence[str], key: str, tasks: Tasks, scored: Float64, n_deals: int, seed: int
) -> Within:
    n_keys = scored.shape[1]
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(n_deals, n_keys))
    values = {
        name: {group: _mean(scored[g, :, s]) for g, group in enumerate(groups)}
        for s, name in enumerate(NAMES)
    }
    pairs: dict[str, list[Difference]] = {name: [] for name in NAMES}
    for (g, a), (h, b) in combinations(enumerate(groups), 2):
        found = [_paired(a, b, scored[g, :, s] - scored[h, :, s], signs) for s in range(len(NAMES))]
        known = [i for i, one in enumerate(found) if one.p is not None]
        adjusted = dict(zip(known, holm([found[i].p or 0.0 for i in known]), strict=True))
        for i, (name, one) in enumerate(zip(NAMES, found, strict=True)):
            pairs[name].append(
                Difference(a, b, one.difference, one.interval, one.p, adjusted.get(i), one.reason)
            )
    tested = {name: tuple(found) for name, found in pairs.items()}
    return Within(key, n_keys, tasks.n_left_out, values, tested, _notes(key, tasks))


def _mean(values: Float64) -> Mean:
    known = values[~np.isnan(values)]
    if not len(known):
        return Mean(None, None, 0)
    return Mean(float(known.mean()), _interval(known), len(known))


def _paired(a: str, b: str, steps: Float64, signs: Float64) -> Difference:
    known = ~np.isnan(steps)
    n = int(known.sum())
    if n < FEWEST_KEYS:
        value = float(steps[known].mean()) if n else None
        return Difference(a, b, value, None, None, None, f"fewer than {FEWEST_KEYS} keys")
    swapped = signs[:, known] @ steps[known] / n
    mean = float(steps[known].mean())
    return Difference(a, b, mean, _interval(steps[known]), permutation_p(mean, swapped), None)


def _interval(values: Float64) -> tuple[float, float] | None:
    n = len(values)
    if n < FEWEST_KEYS:
        return None
    half = float(stdtrit(n - 1, 0.975)) * float(values.std(ddof=1)) / math.sqrt(n)
    return float(values.mean()) - half, float(values.mean()) + half


def _notes(key: str, tasks: Tasks) -> tuple[str, ...]:
    notes, n_keys = [], len(tasks.rows)
    if tasks.n_without:
        notes.append(f"{tasks.n_without:,} records have no value of {key!r} and were left out.")
    if tasks.n_left_out:
        notes.append(
            f"{tasks.n_left_out:,} of {tasks.n_left_out + n_keys:,} values of {key!r} lack two "
            "records in some group and were left out."
        )
    if n_keys < FEWEST_KEYS:
        notes.append(
            f"Only {n_keys} values of {key!r} can be used: the means are shown, without interval "
            "or test."
        )
    return tuple(notes)
