"""What can a step ask about the records? Their groups, their numbers, and which to prefer."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from diversity.analysis import Analysis, context
from diversity.arrays import Float64, Int64, frozen
from diversity.curation.checks import BEST
from diversity.duplicates import (
    Pairs,
    Templates,
    lexical_pairs,
    semantic_pairs,
    templates_steps,
)
from diversity.errors import FilterError, PlanError
from diversity.filters import Context
from diversity.filters.columns import Column, column
from diversity.fingerprint import fingerprint
from diversity.progress import Steps, finish
from diversity.readers.frame import hashable

NEAREST = 5
FLOORS = {"near": 0.8, "lexical": 0.6}
MISSING = -1
TEMPLATE = "template"


@dataclass(frozen=True, eq=False)
class Groups:
    """A column as groups.

    Parameters
    ----------
    codes : ndarray of shape (n_records,), int64
        Position in `names`; -1 where there is no value (for clusters: noise).
    names : tuple of str
    """

    codes: Int64
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Material:
    """An analysis and whatever else filters and steps may ask about.

    Parameters
    ----------
    analysis : Analysis
    context : Context
        Answers filters; may hold columns that are not in the file, such as tags.
    random_state : int, default=0
    """

    analysis: Analysis
    context: Context
    random_state: int = 0
    _pairs: dict[tuple[str, float], Pairs] = field(default_factory=dict, repr=False)
    _templates: list[Templates] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.analysis)

    @cached_property
    def name(self) -> str:
        """Name all that an outcome depends on, besides the plan."""
        further = [
            (name, pd.util.hash_array(pd.Series(values).astype(str).to_numpy(object)))
            for name, values in sorted(self.context.columns.items())
        ]
        return fingerprint(self.analysis.fingerprint, further, self.random_state)

    def column(self, name: str) -> Column:
        """Find a column.

        Raises
        ------
        PlanError
            If there is none.
        """
        try:
            return column(self.context, name)
        except FilterError as error:
            raise PlanError(error.message, error.hint) from error

    def groups(self, name: str) -> Groups:
        """Take a column as groups; lists and structs are equal where their JSON is.

        ``template`` stands for the template of each record, see `diversity.duplicates.templates`,
        where the dataset has no column of that name; ``@template`` always.
        """
        if self.is_template(name):
            found = finish(self.templates_steps())
            return Groups(frozen(found.labels.astype(np.int64)), found.names)
        asked = self.column(name)
        if asked.kind == "cluster":
            labels = asked.series.to_numpy(np.int64)
            n_clusters = int(labels.max(initial=-1)) + 1
            names = tuple(self.analysis.cluster_name(label) for label in range(n_clusters))
            return Groups(frozen(labels), names)
        values = hashable(asked.series)
        if values.dtype == object:
            values = values.map(str, na_action="ignore")
        codes, distinct = pd.factorize(values)
        return Groups(frozen(codes.astype(np.int64)), tuple(map(str, distinct)))

    def is_template(self, name: str) -> bool:
        """Tell whether a column is none of the dataset, but the templates."""
        known = {*self.context.records.columns, *self.context.columns}
        return name not in known and name.removeprefix("@") == TEMPLATE

    def templates_steps(self) -> Steps[Templates]:
        """Find the templates of the records, once."""
        if not self._templates:
            texts = self.analysis.dataset.texts.tolist()
            self._templates.append((yield from templates_steps(texts)))
        return self._templates[0]

    def numbers(self, name: str) -> Float64:
        """Take a column as numbers; NaN where there is none.

        Raises
        ------
        PlanError
            If it holds something else.
        """
        asked = self.column(name)
        if asked.kind not in ("number", "truth"):
            raise PlanError(f"Column {name!r} holds no numbers.", "Name a column that does.")
        return frozen(asked.series.to_numpy(dtype=np.float64, na_value=np.nan))

    def preference(self, keep: str) -> Float64:
        """Say which records to keep first: the smaller the number, the sooner.

        Parameters
        ----------
        keep : str
            ``first`` (all alike: the order they stand in decides), ``longest``, ``central``
            (largest mean similarity to the nearest neighbors), ``random``, or ``best:COLUMN``
            (largest value; none comes last).
        """
        if keep == "longest":
            return -self.numbers("@length")
        if keep == "central":
            return frozen(-self._closeness())
        if keep == "random":
            generator = np.random.default_rng(self.random_state)
            return frozen(generator.permutation(len(self)).astype(np.float64))
        if keep.startswith(BEST):
            return frozen(np.nan_to_num(-self.numbers(keep[len(BEST) :]), nan=np.inf))
        return frozen(np.zeros(len(self)))

    def pairs_steps(self, by: str, threshold: float) -> Steps[Pairs]:
        """Find the pairs that are alike; found once for all thresholds down to the usual floor.

        Parameters
        ----------
        by : {"near", "lexical"}
        threshold : float
            Least similarity that is asked for.

        Returns
        -------
        Pairs
            Its floor may lie above the threshold where there are too many.
        """
        key = by, min(FLOORS[by], threshold)
        if key not in self._pairs:
            self._pairs[key] = yield from self._found(*key)
        return self._pairs[key]

    def _found(self, by: str, floor: float) -> Steps[Pairs]:
        analysis, exact = self.analysis, self.analysis.duplicates.exact
        if by == "lexical":
            return (yield from lexical_pairs(exact, analysis.dataset.texts.tolist(), floor))
        vectors = analysis.embeddings.vectors
        return (yield from semantic_pairs(exact, vectors, analysis.neighbors, floor))

    def _closeness(self) -> Float64:
        nearest = self.analysis.neighbors.similarities[:, :NEAREST]
        if not nearest.shape[1]:
            return np.zeros(len(self))
        return np.asarray(np.round(nearest.mean(axis=1, dtype=np.float64), 6))


def material(
    analysis: Analysis, asked: Context | None = None, *, random_state: int = 0
) -> Material:
    """Make an analysis ready to be curated."""
    return Material(analysis, asked or context(analysis), random_state)
