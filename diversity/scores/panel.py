"""How diverse is what the filter leaves? The panel that follows a filter within a blink.

`Panel.scores` takes the first rows of
one fixed permutation that fall in the filter, up to the budget, and scores them. So the same
filter always gives the same numbers, and a narrower filter keeps the rows it shares.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from diversity.arrays import Bool, Float32, Int32, Int64
from diversity.scores.registry import NAMES, REGISTRY
from diversity.scores.tokens import Tokens
from diversity.scores.values import DEFAULT_BUDGET, Budget, Estimate, Score

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

    from diversity.scores.text import TextSample

NO_VECTORS = "no embeddings were given"
NO_LABELS = "no groups were given"


@dataclass(frozen=True)
class Null:
    """Where a score lies by chance: over random subsets of the whole at one budget.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation over the draws.
    n_draws : int
        Random subsets drawn.
    """

    mean: float
    spread: float
    n_draws: int


@dataclass(frozen=True)
class Panel:
    """A dataset made ready for scoring; build one with `live.prepare`.

    Parameters
    ----------
    tokens : Tokens
        Numbered words.
    content : ndarray of shape (n_bytes,), uint8
        All texts in UTF-8, each followed by a line feed.
    content_offsets : ndarray of shape (n_records + 1,), int64
        Where each text begins in `content`.
    vectors : ndarray of shape (n_records, n_dimensions), float32, or None
        Unit rows.
    labels : ndarray of shape (n_records,), int32, or None
        Group of each record, -1 for noise.
    permutation : ndarray of shape (n_records,), int64
        The fixed order in which records are sampled.
    random_state : int
        Where the permutation came from.
    """

    tokens: Tokens
    content: np.ndarray[tuple[int], np.dtype[np.uint8]]
    content_offsets: Int64
    vectors: Float32 | None
    labels: Int32 | None
    permutation: Int64
    random_state: int
    _nulls: dict[tuple[Budget, int], Mapping[str, Null]] = field(
        default_factory=dict, repr=False, compare=False
    )

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
        masks = [self.mask(rows) for rows in row_sets] or [np.ones(self.n_records, np.bool_)]
        lengths = self.tokens.lengths
        return Budget(
            min(DEFAULT_BUDGET.n_records, *(int(mask.sum()) for mask in masks)),
            min(DEFAULT_BUDGET.n_tokens, *(int(lengths @ mask) for mask in masks)),
        )

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
            Whether to compute the 95 % intervals, about a third of the time.

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
        Time depends on the budget and not on the number of records, but for one look at the
        mask.
        """
        mask = self.mask(rows)
        budget = budget or self.budget(mask)
        wanted = check_names(names)
        estimates = self._estimates(mask, budget, wanted, interval=interval)
        return {name: _as_score(name, estimates[name], budget, interval) for name in wanted}

    def null(self, budget: Budget, n_draws: int = 20) -> Mapping[str, Null]:
        """Score random subsets of the whole dataset at a budget; computed once a budget.

        Parameters
        ----------
        budget : Budget
            The budget of the score to be compared with.
        n_draws : int, default=20
            Random subsets to draw.

        Returns
        -------
        mapping of str to Null
            Only scores that are defined in two draws or more.
        """
        key = (budget, n_draws)
        if key not in self._nulls:
            self._nulls[key] = self._draw_null(budget, n_draws)
        return self._nulls[key]

    def _draw_null(self, budget: Budget, n_draws: int) -> Mapping[str, Null]:
        drawn: dict[str, list[float]] = {}
        everything = np.ones(self.n_records, np.bool_)
        generator = np.random.default_rng([self.random_state, 1])
        for _ in range(n_draws):
            order = generator.permutation(self.n_records)
            estimates = self._estimates(everything, budget, NAMES, interval=False, order=order)
            for name, estimate in estimates.items():
                if estimate.value is not None:
                    drawn.setdefault(name, []).append(estimate.value)
        return MappingProxyType({
            name: Null(float(np.mean(values)), float(np.std(values, ddof=1)), len(values))
            for name, values in drawn.items()
            if len(values) > 1
        })  # fmt: skip

    def _estimates(
        self,
        mask: Bool,
        budget: Budget,
        names: Sequence[str],
        *,
        interval: bool,
        order: Int64 | None = None,
    ) -> dict[str, Estimate]:
        """Sample the set and score the sample, its texts and pairs beside the rest."""
        from diversity.scores import kernels

        order = self.permutation if order is None else order
        rows, n_for_records, n_for_tokens = kernels.first_rows(
            order, mask, self.tokens.lengths, budget.n_records, budget.n_tokens
        )
        with single_threaded(), ThreadPoolExecutor(2) as beside:
            text = beside.submit(self._text, rows[:n_for_tokens], budget, names, interval)
            pairs = beside.submit(self._pairs, rows[:n_for_records], names, interval)
            estimates = {
                **self._embedding(rows[:n_for_records], names, interval),
                **self._groups(rows[:n_for_records], names, interval),
            }
            return {**estimates, **pairs.result(), **text.result()}

    def _text(
        self, rows: Int64, budget: Budget, names: Sequence[str], interval: bool
    ) -> dict[str, Estimate]:
        from diversity.scores import text

        wanted = [name for name in names if name in text.NAMES]
        if not wanted:
            return {}
        sample = self.text_sample(rows, budget.n_tokens)
        return text.score_text(sample, wanted, interval=interval)

    def text_sample(self, rows: Int64, n_tokens: int) -> "TextSample":
        """Lay words and bytes end to end; the last record is cut, those without words left out."""
        from diversity.scores.kernels import gather
        from diversity.scores.text import TextSample

        rows = rows[self.tokens.lengths[rows] > 0]
        tokens, starts = gather(self.tokens.ids, self.tokens.offsets, rows, n_tokens)
        content, _ = gather(self.content, self.content_offsets, rows, len(self.content) + 1)
        return TextSample(tokens, starts, content.tobytes())

    def _embedding(self, rows: Int64, names: Sequence[str], interval: bool) -> dict[str, Estimate]:
        from diversity.scores import embedding

        wanted = [name for name in names if name in embedding.NAMES]
        if self.vectors is None:
            return dict.fromkeys(wanted, Estimate(None, reason=NO_VECTORS))
        if not wanted:
            return {}
        sample = embedding.EmbeddingSample(self.vectors[rows].astype(np.float64))
        return embedding.score_embedding(sample, wanted, interval=interval)

    def _pairs(self, rows: Int64, names: Sequence[str], interval: bool) -> dict[str, Estimate]:
        from diversity.scores import pairwise

        wanted = [name for name in names if name in pairwise.NAMES]
        if self.vectors is None:
            return dict.fromkeys(wanted, Estimate(None, reason=NO_VECTORS))
        vectors = self.vectors[rows[: pairwise.N_PAIRED]].astype(np.float64)
        return pairwise.score_pairs(vectors, wanted, interval=interval)

    def _groups(self, rows: Int64, names: Sequence[str], interval: bool) -> dict[str, Estimate]:
        from diversity.scores import groups

        wanted = [name for name in names if name in groups.NAMES]
        if self.labels is None:
            return dict.fromkeys(wanted, Estimate(None, reason=NO_LABELS))
        return groups.score_groups_of(self.labels[rows], wanted, interval=interval)

    def mask(self, rows: Int64 | Bool) -> Bool:
        """Turn row numbers, or a mask, into a mask of shape (n_records,)."""
        if rows.dtype == np.bool_:
            if rows.shape != (self.n_records,):
                raise ValueError(f"a mask of shape ({self.n_records},) is needed, not {rows.shape}")
            return rows.astype(np.bool_, copy=False)
        if rows.size and (rows.min() < 0 or rows.max() >= self.n_records):
            raise ValueError(f"rows must lie in 0 to {self.n_records - 1}")
        mask = np.zeros(self.n_records, np.bool_)
        mask[rows.astype(np.int64)] = True
        return mask


def check_names(names: Iterable[str] | None) -> list[str]:
    """Put names in the order of the registry; None means all."""
    wanted = set(NAMES if names is None else names)
    if unknown := wanted - set(NAMES):
        raise ValueError(f"unknown scores {sorted(unknown)}; there are {', '.join(NAMES)}")
    return [name for name in REGISTRY if name in wanted]


@contextmanager
def single_threaded() -> Iterator[None]:
    """Keep BLAS on one thread: on small matrices several threads only wait for each other."""
    with _thread_pools().limit(limits=1, user_api="blas"):
        yield


@cache
def _thread_pools() -> "ThreadpoolController":
    """Look the loaded BLAS libraries up once: that takes milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _as_score(name: str, estimate: Estimate, budget: Budget, interval: bool) -> Score:
    from diversity.scores.intervals import interval_of

    ends, reason = None, estimate.reason
    if interval:
        ends, reason = interval_of(estimate, REGISTRY[name].bounds)
    return Score(
        name, estimate.value, ends, estimate.n_records, budget, "matched",
        MappingProxyType(dict(estimate.parameters)), reason,
    )  # fmt: skip
