"""What may a selector look at? Arrays with one row a record, and which of them it may choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int32, Int64, frozen
from diversity.errors import UndefinedScoreError
from diversity.neighbors import Neighbors, nearest_steps
from diversity.progress import Steps


@dataclass(frozen=True, eq=False)
class Inputs:
    """What is known about the records; a selector asks for what it needs.

    Parameters
    ----------
    n_records : int
        Records in the dataset, chosen from or not.
    vectors : ndarray of shape (n_records, n_dimensions), optional
        Unit rows.
    neighbors : Neighbors, optional
        Neighbors of the same rows; found from `vectors` where a selector needs them and they are
        not given, which takes far longer than choosing.
    labels : ndarray of shape (n_records,), optional
        Group of each record: a cluster, or any column as whole numbers. A negative label (noise,
        no value) is a group like any other.
    texts : sequence of str, optional
        One text a record.
    quality : ndarray of shape (n_records,), optional
        Larger is better; only the order counts. NaN counts as the worst, see `notes`.
    candidates : ndarray of row numbers or of shape (n_records,), bool, optional
        The records that may be chosen; all by default. Their order does not matter.
    reference : ndarray of shape (n_reference, n_dimensions), optional
        Unit rows of another set that the chosen records shall resemble.

    Raises
    ------
    ValueError
        If an array has another number of rows, or a candidate is no row of the dataset.
    UndefinedScoreError
        If `quality` is given and every candidate lacks it.
    """

    n_records: int
    vectors: Float32 | None = None
    neighbors: Neighbors | None = None
    labels: Int32 | None = None
    texts: Sequence[str] | None = None
    quality: Float64 | None = None
    candidates: Int64 | Bool | None = None
    reference: Float32 | None = None

    def __post_init__(self) -> None:
        for name in ("vectors", "labels", "texts", "quality"):
            given = getattr(self, name)
            if given is not None and len(given) != self.n_records:
                raise ValueError(f"{name} has {len(given)} rows for {self.n_records} records")
        if self.neighbors is not None and len(self.neighbors.indices) != self.n_records:
            raise ValueError("neighbors must have one row a record")
        if self.quality is not None and len(self.rows) and self.n_without_quality == len(self.rows):
            raise UndefinedScoreError(
                "No record to choose from has a quality.", "Choose another column of numbers."
            )

    @cached_property
    def rows(self) -> Int64:
        """Row numbers that may be chosen, rising."""
        if self.candidates is None:
            return frozen(np.arange(self.n_records, dtype=np.int64))
        candidates = np.asarray(self.candidates)
        if candidates.dtype == np.bool_:
            if candidates.shape != (self.n_records,):
                raise ValueError(f"a mask of shape ({self.n_records},) is needed")
            return frozen(np.flatnonzero(candidates))
        rows = np.unique(candidates.astype(np.int64))
        if len(rows) and (rows[0] < 0 or rows[-1] >= self.n_records):
            raise ValueError(f"candidates must lie in 0 to {self.n_records - 1}")
        return frozen(rows)

    @cached_property
    def n_without_quality(self) -> int:
        """Candidates whose quality is NaN; 0 where no quality is given."""
        return 0 if self.quality is None else int(np.isnan(self.quality[self.rows]).sum())

    @cached_property
    def standing(self) -> Float64:
        """Where each candidate stands by quality, in (0, 1]; 1 is the best, equals stand equal.

        The share of candidates that are no better. Without a quality all stand at 1.
        """
        if self.quality is None:
            return frozen(np.ones(len(self.rows)))
        quality = np.asarray(self.quality, dtype=np.float64)[self.rows]
        quality = np.where(np.isnan(quality), -np.inf, quality)
        no_better = np.searchsorted(np.sort(quality), quality, side="right")
        return frozen(no_better / max(1, len(quality)))

    def factor(self, quality_weight: float) -> Float64:
        """Say what the gain of each candidate is multiplied with: 1 at weight 0, else its standing.

        Parameters
        ----------
        quality_weight : float
            In [0, 1]; the factor is ``1 - weight + weight * standing``.
        """
        return 1 - quality_weight + quality_weight * self.standing

    def best_first(self) -> Int64:
        """Order the candidates: places in `rows` by falling quality, ties by row number."""
        return np.argsort(-self.standing, kind="stable")

    def need(self, name: str, selector: str) -> None:
        """Raise ValueError if an array that a selector cannot do without is missing."""
        if getattr(self, name) is None:
            raise ValueError(f"{selector} needs {name}")

    def candidate_vectors(self, selector: str) -> Float32:
        """Return the vectors of the candidates, without a copy where all may be chosen."""
        self.need("vectors", selector)
        assert self.vectors is not None
        vectors = np.ascontiguousarray(self.vectors, dtype=np.float32)
        return vectors if len(self.rows) == self.n_records else vectors[self.rows]

    def graph(self) -> Steps[Neighbors]:
        """Return the neighbors, finding them where they were not given."""
        if self.neighbors is not None:
            return self.neighbors
        self.need("vectors", "a graph of neighbors")
        assert self.vectors is not None
        return (yield from nearest_steps(self.vectors))
