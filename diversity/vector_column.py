"""How do vectors that a file already holds get in? As a column of equally long lists of numbers."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from diversity.arrays import Float32
from diversity.dataset import Dataset
from diversity.errors import EmbeddingError
from diversity.readers.texts import require

FEWEST = 2


def vectors_in(dataset: Dataset, column: str) -> Float32:
    """Take the vectors that a column holds.

    Parameters
    ----------
    dataset : Dataset
    column : str
        Lists of numbers, or their JSON text.

    Returns
    -------
    float32 array of shape (n_records, n_dimensions)
        As they are, of any length but zero.

    Raises
    ------
    MissingColumnError
        If there is no such column.
    EmbeddingError
        If a row is not a list of numbers, or not as long as the first; the message names the row.
    """
    require(column, dataset.columns)
    lists = _as_lists(dataset.records[column], column)
    lengths = pc.fill_null(pc.list_value_length(lists), -1).to_numpy(zero_copy_only=False)
    for problem, rows in (
        ("is not a list of numbers", np.flatnonzero(lengths < 1)),
        (
            f"is not as long as the first ({lengths[0]} numbers)",
            np.flatnonzero(lengths != lengths[0]),
        ),
    ):
        if len(rows):
            raise EmbeddingError(
                f"Row {rows[0] + 1} of column {column!r} {problem} ({len(rows):,} such rows)."
            )
    return np.asarray(pc.list_flatten(lists).to_numpy(zero_copy_only=False)).reshape(len(lists), -1)


def vector_columns(dataset: Dataset) -> list[str]:
    """Name the columns whose first record holds a list of numbers."""
    return [name for name in dataset.columns if _is_vector(dataset.records[name].iloc[0])]


def _is_vector(value: object) -> bool:
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return False
    if not isinstance(value, list | tuple | np.ndarray) or len(value) < FEWEST:
        return False
    return all(isinstance(number, int | float | np.number) for number in value)


def _as_lists(values: "pd.Series[Any]", column: str) -> pa.ListArray:
    kind = pa.list_(pa.float32())
    try:
        if isinstance(values.dtype, pd.StringDtype):
            return pa.array([json.loads(text) for text in values.tolist()], kind)
        found = pa.array(values, from_pandas=True)
        whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        return whole.cast(kind)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise EmbeddingError(
            f"Column {column!r} does not hold a list of numbers in every row.",
            "Name another column, or let a model embed the texts.",
        ) from error
