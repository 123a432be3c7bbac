"""What is there to look at? An analysis with its scores prepared and its filters answerable."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Float32, Int64
from diversity.dataset import Dataset
from diversity.filters import Context, Spread, spread
from diversity.filters.columns import column
from diversity.filters.evaluate import query_vector
from diversity.fingerprint import fingerprint
from diversity.profiles import centres
from diversity.scores.live import Panel
from diversity.vector_column import vector_columns
from pages.ui.tags import COLUMN, Tags

MAX_VALUES = 60


@dataclass(frozen=True, eq=False)
class View:
    """Everything between a source and its picture; read-only, shared by all sessions.

    Parameters
    ----------
    name : str
        The job that made it; small, and unique to source and settings.
    analysis : Analysis
    panel : Panel
    context : Context
    """

    name: str
    analysis: Analysis
    panel: Panel
    context: Context

    def __len__(self) -> int:
        return len(self.analysis)

    def called(self, names: Mapping[int, str]) -> "View":
        """Return the same view with some clusters called otherwise."""
        both = {**self.analysis.names, **names}
        return View(
            fingerprint("called", self.name, sorted(names.items())),
            replace(self.analysis, names=both),
            self.panel,
            replace(self.context, cluster_names=both),
        )

    @property
    def dataset(self) -> Dataset:
        """The records."""
        return self.analysis.dataset

    @property
    def coordinates(self) -> Float32:
        """Places on the map, shape (n_records, 2)."""
        projection = self.analysis.projection
        assert projection is not None, "a view is always made with a map"
        return projection.coordinates

    @cached_property
    def lengths(self) -> Int64:
        """Length of each text in characters."""
        return np.asarray(self.dataset.texts.str.len(), np.int64)

    @cached_property
    def novelty(self) -> Float32:
        """Mean cosine distance of each record to its nearest neighbors; larger is more unusual."""
        similarities = self.analysis.neighbors.similarities[:, :5]
        if not similarities.shape[1]:
            return np.zeros(len(self), np.float32)
        return np.asarray(1 - similarities.mean(axis=1), np.float32)

    @cached_property
    def cluster_column(self) -> str:
        """What a filter calls the clusters."""
        return self.free("cluster")

    @cached_property
    def tag_column(self) -> str:
        """What a filter calls the tags."""
        return self.free(COLUMN)

    def free(self, name: str) -> str:
        """Return a name of ours, set apart where the dataset has a column of that name itself."""
        return f"@{name}" if name in self.dataset.columns else name

    @cached_property
    def facet_columns(self) -> list[str]:
        """Columns worth a facet: few values or numbers or dates, groups before numbers."""
        kinds = {name: facet_kind(self.context, name) for name in self.dataset.columns}
        groups = [name for name, kind in kinds.items() if kind == "values"]
        numbers = [name for name, kind in kinds.items() if kind == "histogram"]
        return [*groups, self.cluster_column, *numbers, self.free("length")]

    @cached_property
    def spreads(self) -> dict[str, Spread]:
        """Which bar of its facet each record belongs to, column by column."""
        return {name: spread(self.context, name, MAX_VALUES) for name in self.facet_columns}

    @cached_property
    def centres(self) -> Float32:
        """Mean direction of each cluster."""
        return centres(self.analysis)

    @cached_property
    def readable_columns(self) -> list[str]:
        """Columns a person can read: the text, and lists of numbers, are left out."""
        left_out = {self.dataset.text, *vector_columns(self.dataset)}
        return [name for name in self.dataset.columns if name not in left_out]

    def query_vector(self, query: str) -> Float32:
        """Embed the words of a search."""
        return query_vector(self.context, query)

    def tagged(self, tags: Tags | None) -> Context:
        """Let filters ask about a session's tags as well."""
        if tags is None:
            return self.context
        return replace(self.context, columns={self.tag_column: tags.column()})

    def is_date(self, name: str) -> bool:
        """Tell whether a column holds dates."""
        return column(self.context, name).kind == "time"

    def label(self, row: int) -> int:
        """Cluster of a record, -1 for noise."""
        return int(self.analysis.clustering.labels[row])


def facet_kind(context: Context, name: str) -> str:
    """Say how a column is best shown: as ``values``, as a ``histogram``, or ``not`` at all."""
    asked = column(context, name)
    if asked.kind in ("number", "time"):
        return "histogram" if asked.series.nunique() > 1 else "not"
    if asked.kind == "mixed":
        return "not"
    n_values = asked.series.nunique()
    return "values" if 1 < n_values <= min(MAX_VALUES, max(2, len(context) // 2)) else "not"
