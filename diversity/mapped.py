"""How is a map written into the records? As six columns beside the dataset's own."""

from collections.abc import Container
from typing import Any

import numpy as np
import pandas as pd

from diversity.analysis import Analysis


def mapped_records(analysis: Analysis) -> tuple[pd.DataFrame, dict[str, str]]:
    """Put place, cluster and duplicates beside the records.

    Parameters
    ----------
    analysis : Analysis
        Made with a map.

    Returns
    -------
    records : DataFrame
        The dataset's columns as they are, then ``x`` and ``y``; ``cluster`` (-1 for noise),
        ``cluster_name`` and ``strength`` (how firmly a record belongs to it, in [0, 1]);
        ``duplicate_of``, the row, counting from 0, of the record that this one repeats, missing
        where it repeats none.
    renamed : dict of str to str
        What ours are called where the dataset has a column of that name already.
    """
    if analysis.projection is None:
        raise ValueError("the analysis was made without a map")
    records = analysis.dataset.records.copy(deep=False)
    renamed: dict[str, str] = {}
    for name, values in _columns(analysis).items():
        free = free_name(name, records)
        if free != name:
            renamed[name] = free
        records[free] = values
    return records, renamed


def _columns(analysis: Analysis) -> "dict[str, pd.Series[Any]]":
    assert analysis.projection is not None
    labels, kept = analysis.clustering.labels, analysis.duplicates.near
    repeats = kept != np.arange(len(kept))
    return {
        "x": pd.Series(analysis.projection.coordinates[:, 0]),
        "y": pd.Series(analysis.projection.coordinates[:, 1]),
        "cluster": pd.Series(labels),
        "cluster_name": pd.Series([analysis.cluster_name(label) for label in labels.tolist()]),
        "strength": pd.Series(analysis.clustering.strengths),
        "duplicate_of": pd.Series(kept, dtype="Int64").where(repeats),
    }


def free_name(name: str, taken: Container[str]) -> str:
    """Return a name for a column of ours that no column of the dataset has."""
    while name in taken:
        name = f"diversity_{name}"
    return name
