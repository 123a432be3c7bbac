"""Where would a score lie by chance? Random subsets of the whole dataset at one budget.

The null of a text score depends on the tokens of the budget alone, that of all other scores on
the records alone, so each is drawn once and kept; `Budget.rounded` makes budgets meet.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from diversity.progress import Progress, Steps
from diversity.scores.registry import REGISTRY
from diversity.scores.values import Budget

if TYPE_CHECKING:
    from diversity.scores.panel import Panel

Part = tuple[Budget, tuple[str, ...]]
N_DRAWS = 20
TEXT_NAMES = tuple(name for name, meaning in REGISTRY.items() if meaning.family == "text")
OTHER_NAMES = tuple(name for name, meaning in REGISTRY.items() if meaning.family != "text")


@dataclass(frozen=True)
class Null:
    """Where a score lies by chance: over random subsets of the whole at one budget.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation over the draws.
    n_draws : int
        Random subsets drawn.
    values : tuple of float, default=()
        What each draw gave, ascending.
    """

    mean: float
    spread: float
    n_draws: int
    values: tuple[float, ...] = ()

    def share_below(self, value: float) -> float:
        """Share of the draws below a value, ties counted half, in [0, 1]."""
        below = sum(drawn < value for drawn in self.values)
        equal = sum(drawn == value for drawn in self.values)
        return (below + equal / 2) / self.n_draws


def null_of(values: Sequence[float]) -> Null:
    """Sum up what two draws or more gave.

    Examples
    --------
    >>> null_of([1.0, 3.0]).share_below(2)
    0.5
    """
    spread = float(np.std(values, ddof=1))
    return Null(float(np.mean(values)), spread, len(values), tuple(sorted(values)))


def parts(budget: Budget) -> tuple[Part, Part]:
    """Part a budget into what text scores and what all others depend on, with their names."""
    return (
        (Budget(n_records=0, n_tokens=budget.n_tokens), TEXT_NAMES),
        (Budget(n_records=budget.n_records, n_tokens=0), OTHER_NAMES),
    )


@dataclass(frozen=True)
class Nulls:
    """The nulls of one panel that have been drawn, by their part of the budget and their draws."""

    _kept: dict[tuple[Part, int], Mapping[str, Null]] = field(default_factory=dict)

    def find(self, budget: Budget, n_draws: int) -> Mapping[str, Null] | None:
        """Return the null at a budget if all of it was drawn before."""
        drawn = [self._kept.get((part, n_draws)) for part in parts(budget)]
        if any(part is None for part in drawn):
            return None
        return MappingProxyType({name: part[name] for part in drawn if part for name in part})

    def draw(self, panel: "Panel", budget: Budget, n_draws: int) -> Steps[Mapping[str, Null]]:
        """Draw what is missing, and report progress."""
        for part in parts(budget):
            if (part, n_draws) not in self._kept:
                drawn = yield from _draw(panel, *part, n_draws)
                self._kept[part, n_draws] = drawn
        found = self.find(budget, n_draws)
        assert found is not None
        return found


def _draw(
    panel: "Panel", budget: Budget, names: tuple[str, ...], n_draws: int
) -> Steps[dict[str, Null]]:
    from diversity.scores import kernels
    from diversity.scores.sampling import Sample, estimate

    drawn: dict[str, list[float]] = {name: [] for name in names}
    order = np.arange(panel.n_records, dtype=np.int32)
    started = time.perf_counter()
    for done in range(1, n_draws + 1):
        seed = panel.random_state * n_draws + done
        places = kernels.draw_places(
            order, panel.tokens.lengths, budget.n_records, budget.n_tokens, seed
        )
        sample = Sample(panel, budget, *places)
        for name, found in estimate(sample, names, interval=False).items():
            if found.value is not None:
                drawn[name].append(found.value)
        yield Progress("drawing random subsets", done, n_draws, time.perf_counter() - started)
    return {name: null_of(values) for name, values in drawn.items() if len(values) > 1}
