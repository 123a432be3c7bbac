"""How diverse is what the filter leaves? The panel that follows a filter within a blink.

`Panel.scores` takes the first rows of one fixed permutation that fall in the filter, up to the
budget, and scores them. So the same filter always gives the same numbers, and a narrower filter
keeps the rows it shares.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from diversity.arrays import Bool, Float32, Int32, Int64, frozen
from diversity.progress import Steps, finish
from diversity.scores.null import N_DRAWS, Null, Nulls
from diversity.scores.registry import NAMES, REGISTRY
from diversity.scores.tokens import Tokens
from diversity.scores.values import DEFAULT_BUDGET, Budget, Estimate, Score


@dataclass(frozen=True)
class Panel:
    """A dataset made ready for scoring; build one with `live.prepare`.

    Parameters
    ----------
    tokens : Tokens
        Numbered words, in the order of `permutation`, so that samples lie close in memory.
    content : ndarray of shape (n_bytes,), uint8
        All texts in UTF-8, each followed by a line feed, in the same order.
    content_offsets : ndarray of shape (n_records + 1,), int64
        Where each text begins in `content`.
    vectors : ndarray of shape (n_records, n_dimensions), float32, or None
        Unit rows.
    labels : ndarray of shape (n_records,), int32, or None
        Group of each record, -1 for noise.
    permutation : ndarray of shape (n_records,), int32
        The fixed order in which records are sampled.
    random_state : int
        Where the permutation came from.
    """

    tokens: Tokens
    content: np.ndarray[tuple[int], np.dtype[np.uint8]]
    content_offsets: Int64
    vectors: Float32 | None
    labels: Int32 | None
    permutation: Int32
    random_state: int
    _nulls: Nulls = field(default_factory=Nulls, repr=False, compare=False)

    @property
    def n_records(self) -> int:
        """Records in the dataset."""
        return len(self.permutation)

    def budget(self, *row_sets: Int64 | Bool) -> Budget:
        """Find the largest budget, up to the default, that every compared set can fill.

        Parameters
        ----------
        *row_sets : ndarray of int64 row numbers or of shape (n_records,), bool
            The sets that will be compared; none at all means the whole dataset.
        """
        from diversity.scores.kernels import held

        limits = (DEFAULT_BUDGET.n_records, DEFAULT_BUDGET.n_tokens)
        masks = [self.mask(rows) for rows in row_sets] or [
            frozen(np.ones(self.n_records, np.bool_))
        ]
        for mask in masks:
            limits = held(self.permutation, mask, self.tokens.lengths, limits)
        return Budget(*limits)

    def scores(
        self,
        rows: Int64 | Bool,
        *,
        budget: Budget | None = None,
        names: Iterable[str] | None = None,
        interval: bool = True,
    ) -> dict[str, Score]:
        """Score a set of records at a budget (mode ``matched``).

        Parameters
        ----------
        rows : ndarray of int64 row numbers or of shape (n_records,), bool
            The set; a row counts once.
        budget : Budget, optional
            What may be taken; default is the largest that the set fills. Give the result of
            `budget` when sets are compared.
        names : iterable of str, optional
            Scores wanted, default all of them.
        interval : bool, default=True
            Whether to compute the 95 % intervals, about a quarter of the time.

        Returns
        -------
        dict of str to Score
            In the order of the registry.

        Raises
        ------
        ValueError
            For a name that is not in the registry, or rows that are not in the dataset.

        Notes
        -----
        Time depends on the budget and hardly on the number of records: the permutation is read
        until the budget is met, which takes longer the fewer records the set holds.
        """
        from diversity.scores.kernels import first_places
        from diversity.scores.sampling import Sample, estimate

        mask = self.mask(rows)
        budget = budget or self.budget(mask)
        wanted = check_names(names)
        places = first_places(
            self.permutation, mask, self.tokens.lengths, budget.n_records, budget.n_tokens
        )
        estimates = estimate(Sample(self, budget, *places), wanted, interval=interval)
        return {name: _as_score(name, estimates[name], budget, interval) for name in wanted}

    def null(self, budget: Budget, n_draws: int = N_DRAWS) -> Mapping[str, Null]:
        """Score random subsets of the whole dataset at a budget; computed once a budget.

        Parameters
        ----------
        budget : Budget
            The budget of the score to be compared with; `Budget.rounded` lets many filters share
            one null.
        n_draws : int, default=20
            Random subsets to draw, each at about the price of `scores` without intervals.

        Returns
        -------
        mapping of str to Null
            Only scores that are defined in two draws or more.
        """
        return finish(self.null_steps(budget, n_draws))

    def null_steps(self, budget: Budget, n_draws: int = N_DRAWS) -> Steps[Mapping[str, Null]]:
        """Do what `null` does and report progress after each draw."""
        return self._nulls.draw(self, budget, n_draws)

    def null_if_ready(self, budget: Budget, n_draws: int = N_DRAWS) -> Mapping[str, Null] | None:
        """Return what `null` would, if that was computed before; else None, at once."""
        return self._nulls.find(budget, n_draws)

    def mask(self, rows: Int64 | Bool) -> Bool:
        """Turn row numbers, or a mask, into a read-only mask of shape (n_records,)."""
        if rows.dtype == np.bool_:
            if rows.shape != (self.n_records,):
                raise ValueError(f"a mask of shape ({self.n_records},) is needed, not {rows.shape}")
            return frozen(np.ascontiguousarray(rows, dtype=np.bool_).view())
        if rows.size and (rows.min() < 0 or rows.max() >= self.n_records):
            raise ValueError(f"rows must lie in 0 to {self.n_records - 1}")
        mask = np.zeros(self.n_records, np.bool_)
        mask[rows.astype(np.int64)] = True
        return frozen(mask)


def check_names(names: Iterable[str] | None) -> list[str]:
    """Put names in the order of the registry; None means all."""
    wanted = set(NAMES if names is None else names)
    if unknown := wanted - set(NAMES):
        raise ValueError(f"unknown scores {sorted(unknown)}; there are {', '.join(NAMES)}")
    return [name for name in REGISTRY if name in wanted]


def _as_score(name: str, estimate: Estimate, budget: Budget, interval: bool) -> Score:
    from diversity.scores.intervals import interval_of

    ends, reason = None, estimate.reason
    if interval:
        ends, reason = interval_of(estimate, REGISTRY[name].bounds)
    return Score(
        name, estimate.value, ends, estimate.n_records, budget, "matched",
        MappingProxyType(dict(estimate.parameters)), reason,
    )  # fmt: skip
