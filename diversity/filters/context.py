"""What can a filter ask about? The records, and what is known of each of them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from diversity.arrays import Float32, Int32


@dataclass(frozen=True, eq=False)
class Context:
    """Everything known about n records, row by row.

    Parameters
    ----------
    records : DataFrame
        The dataset's own columns, n rows.
    texts : Series of str, shape (n,)
        The text of each record: the built-in columns ``text`` and ``length``.
    labels : ndarray of int32, shape (n,), optional
        Cluster of each record, -1 for noise: the built-in column ``cluster``.
    cluster_names : mapping of int to str, optional
        What the clusters are called.
    vectors : ndarray of float32, shape (n, d), optional
        Unit vectors, for `Like` and `Near`.
    coordinates : ndarray of float32, shape (n, 2), optional
        Places on the map, for `Inside`. NaN is outside every polygon.
    embed_query : callable, optional
        Turns a text into a unit vector of shape (d,), for `Like`.
    columns : mapping of str to array_like of shape (n,), optional
        Further columns that are not in the file, such as tags or scores per record.
    patience_s : float, default=inf
        Seconds that one search of the texts may take before it is given up with a `FilterError`.
    """

    records: pd.DataFrame
    texts: "pd.Series[str]"
    labels: Int32 | None = None
    cluster_names: Mapping[int, str] | None = None
    vectors: Float32 | None = None
    coordinates: Float32 | None = None
    embed_query: Callable[[str], Float32] | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    patience_s: float = math.inf

    def __len__(self) -> int:
        return len(self.records)
