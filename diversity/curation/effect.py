"""What did curation do to diversity, and would dropping at random have done the same?

Before, after and random subsets of the same size are held to one budget, so that a score that
moves with size alone does not pass for an effect.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Float32, Int64
from diversity.clustering import NOISE
from diversity.curation.outcome import Outcome
from diversity.curation.steps import Balance, Cap, DropDuplicates, Quota, Select, Step
from diversity.progress import Progress, Steps, finish
from diversity.scores import Budget, Null, Panel, Score
from diversity.scores.null import N_DRAWS, null_of
from diversity.scores.registry import REGISTRY, Direction

N_PROBES = 1_000
LEAST = -1.0
COUNTS = ("hill_0", "hill_1", "hill_2")
LETTERS = ("exact_duplicates", "compression_ratio", "self_repetition", "repeated_4gram_share")
APART = ("near_duplicates", "chamfer", "dcscore")


@dataclass(frozen=True)
class Measure:
    """One number before and after, and where it lies in random subsets.

    Parameters
    ----------
    name, label, meaning : str
    direction : {"higher", "lower"}
        Which values are more diverse.
    before, after : float or None
        None where it is undefined.
    interval : (float, float) or None
        95 % interval of `after`.
    null : Null or None
        Over random subsets of all records, as many as are kept.
    optimised : bool
        Whether a step worked on this very number, so that it says little about the rest.
    """

    name: str
    label: str
    meaning: str
    direction: Direction
    before: float | None
    after: float | None
    interval: tuple[float, float] | None
    null: Null | None
    optimised: bool = False

    @property
    def percentile(self) -> float | None:
        """Share of random subsets that are less diverse by this measure, in [0, 1]."""
        if self.null is None or self.after is None:
            return None
        below = self.null.share_below(self.after)
        return below if self.direction == "higher" else 1 - below


@dataclass(frozen=True)
class Effect:
    """All measures of one outcome.

    Parameters
    ----------
    n_before, n_after : int
        Records.
    budget : Budget
        What each scored set was held to; shares are over all of its records.
    measures : tuple of Measure
        Shares first, then the scores in the order of the registry.
    """

    n_before: int
    n_after: int
    budget: Budget
    measures: tuple[Measure, ...]

    def __getitem__(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)

    def as_json(self) -> dict[str, Any]:
        """Say it in plain values."""
        measures = {measure.name: _measure_json(measure) for measure in self.measures}
        return {
            "n_before": self.n_before,
            "n_after": self.n_after,
            "budget": asdict(self.budget),
            "measures": measures,
        }


def effect(analysis: Analysis, panel: Panel, outcome: Outcome) -> Effect:
    """Measure an outcome and wait for the result; see `effect_steps`."""
    return finish(effect_steps(analysis, panel, outcome))


def effect_steps(
    analysis: Analysis, panel: Panel, outcome: Outcome, n_draws: int = N_DRAWS
) -> Steps[Effect]:
    """Compare an outcome with what there was and with random subsets of its size.

    Parameters
    ----------
    analysis : Analysis
    panel : Panel
        Of the same records.
    outcome : Outcome
    n_draws : int, default=20
        Random subsets drawn.

    Notes
    -----
    Each draw costs about as much as one panel of scores; those at a budget met before are kept.
    """
    kept = outcome.kept()
    budget = panel.budget(kept).rounded()
    null = (yield from panel.null_steps(budget, n_draws)) if len(outcome.rows) else {}
    shares = yield from _shares(analysis, panel, outcome, budget, n_draws)
    everything = np.ones(len(kept), bool)
    before = panel.scores(everything, budget=budget, interval=False)
    after = panel.scores(kept, budget=budget)
    scores = [_scored(name, before[name], after[name], null) for name in after]
    touched = {name for i in outcome.plan.active for name in optimised(outcome.plan.steps[i])}
    measures = (_marked(measure, touched) for measure in (*shares, *scores))
    return Effect(len(kept), len(outcome.rows), budget, tuple(measures))


def optimised(step: Step) -> tuple[str, ...]:
    """Name the measures that a step works on directly."""
    if isinstance(step, DropDuplicates):
        return (*LETTERS, *APART) if step.by == "near" else LETTERS
    if isinstance(step, Cap | Quota | Balance):
        return COUNTS if step.column.removeprefix("@") == "cluster" else ()
    if not isinstance(step, Select):
        return ()
    by_method = {
        "stratified": COUNTS,
        "k_center": APART,
        "facility_location": ("representation",),
        "coverage": ("representation",),
        "compression": LETTERS,
        "threshold": APART,
        "herding": ("representation",),
    }
    return by_method.get(step.method, ())


def _shares(
    analysis: Analysis, panel: Panel, outcome: Outcome, budget: Budget, n_draws: int
) -> Steps[list[Measure]]:
    """Measure what is taken over all records, and over as many random ones."""
    measured = _measures_of_rows(analysis, panel, budget)
    n_records, n_kept = len(analysis), len(outcome.rows)
    generator, started = np.random.default_rng(panel.random_state), time.perf_counter()
    drawn: dict[str, list[float]] = {name: [] for name in measured}
    for done in range(1, n_draws + 1) if n_kept else ():
        rows = np.sort(generator.choice(n_records, n_kept, replace=False))
        for name, (_, _, _, measure) in measured.items():
            drawn[name].append(measure(rows))
        yield Progress("drawing random subsets", done, n_draws, time.perf_counter() - started)
    whole, kept = np.arange(n_records), np.sort(outcome.rows)
    return [
        Measure(
            name, label, meaning, direction,
            before=measure(whole), after=measure(kept) if n_kept else None, interval=None,
            null=null_of(drawn[name]) if n_kept and n_draws > 1 else None,
        )
        for name, (label, meaning, direction, measure) in measured.items()
    ]  # fmt: skip


_OfRows = tuple[str, str, Direction, Callable[[Int64], float]]


def _measures_of_rows(analysis: Analysis, panel: Panel, budget: Budget) -> dict[str, _OfRows]:
    duplicates, labels = analysis.duplicates, analysis.clustering.labels
    near = _Representation(analysis.embeddings.vectors, panel.permutation.astype(np.int64), budget)
    return {
        "exact_duplicates": (
            "Exact duplicates",
            "Share whose text, apart from case and white space, repeats another of them.",
            "lower", duplicates.exact_share,
        ),
        "near_duplicates": (
            "Near-duplicates",
            f"Share that repeat another of them to the letter or with a cosine similarity of "
            f"{duplicates.min_similarity:g} or more.",
            "lower", duplicates.near_share,
        ),
        "noise": (
            "Noise",
            "Share that fit no cluster. No measure of diversity: a rise says that odd ones stayed.",
            "lower", lambda rows: float(np.mean(labels[rows] == NOISE)) if len(rows) else 0.0,
        ),
        "representation": (
            "Representation",
            "How near the records of the whole are to the nearest other one of these, on average "
            f"(cosine similarity, up to {N_PROBES:,} records asked, these held to the budget). "
            "High: little of the whole was lost.",
            "higher", near.of,
        ),
    }  # fmt: skip


class _Representation:
    """How well a set stands for the whole: the aim of facility location, at a fixed budget."""

    def __init__(self, vectors: Float32, permutation: Int64, budget: Budget) -> None:
        self._vectors, self._permutation = vectors, permutation
        self._probes = permutation[-N_PROBES:]
        self._most = budget.n_records

    def of(self, rows: Int64) -> float:
        inside = np.zeros(len(self._vectors), bool)
        inside[rows] = True
        taken = self._permutation[inside[self._permutation]][: self._most]
        similarities = self._vectors[self._probes] @ self._vectors[taken].T
        similarities[self._probes[:, None] == taken] = LEAST
        return float(similarities.max(axis=1, initial=LEAST).mean(dtype=np.float64))


def _scored(name: str, before: Score, after: Score, null: Mapping[str, Null]) -> Measure:
    meaning = REGISTRY[name]
    return Measure(
        name, meaning.label, meaning.meaning, meaning.direction,
        before.value, after.value, after.interval, null.get(name),
    )  # fmt: skip


def _marked(measure: Measure, touched: Iterable[str]) -> Measure:
    return Measure(**{**vars(measure), "optimised": measure.name in touched})


def _measure_json(measure: Measure) -> dict[str, Any]:
    null = measure.null
    return {
        "before": measure.before,
        "after": measure.after,
        "interval": list(measure.interval) if measure.interval else None,
        "random_mean": null.mean if null else None,
        "random_spread": null.spread if null else None,
        "random_draws": null.n_draws if null else 0,
        "more_diverse_than_random": measure.percentile,
        "optimised": measure.optimised,
    }
