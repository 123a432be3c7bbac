"""From files named on the command line to an analysis, with every oddity told on the way."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from diversity.analysis import Analysis, Settings, analyze_steps, context
from diversity.arrays import Bool, Float32
from diversity.cli.options import default_store, note, shown
from diversity.dataset import Dataset, read
from diversity.embedding import DEFAULT_MODEL
from diversity.errors import EmbeddingError, MissingColumnError
from diversity.filters import Filter


def load(
    files: Sequence[Path],
    text: str | None,
    embedder: str | None,
    vectors: str | None,
    *,
    with_map: bool,
) -> Analysis:
    """Read files and analyze them, telling what was read, left out and cut."""
    dataset = read(list(files), text)
    for sentence in dataset.report.sentences():
        note(sentence)
    settings = Settings(embedder=embedder or DEFAULT_MODEL)
    given = vector_column(dataset, vectors) if vectors else None
    steps = analyze_steps(dataset, settings, default_store(), vectors=given, with_map=with_map)
    analysis = shown(steps)
    if analysis.embeddings.n_truncated:
        note(
            f"{analysis.embeddings.n_truncated:,} texts are longer than the model reads; "
            "only their beginning counts in the embedding scores."
        )
    return analysis


def passing(analysis: Analysis, where: str | None) -> Bool | None:
    """Return which records pass a filter, telling how many; None if there is no filter."""
    if where is None:
        return None
    mask = Filter.parse(where).mask(context(analysis))
    note(f"{int(mask.sum()):,} of {len(analysis):,} records pass the filter.")
    return mask


def vector_column(dataset: Dataset, column: str) -> Float32:
    """Stack a column of equally long lists of numbers into a table.

    Raises
    ------
    MissingColumnError
        If there is no such column.
    EmbeddingError
        If a row is not a list of numbers, or not as long as the first.
    """
    if column not in dataset.records:
        raise MissingColumnError(
            f"There is no column {column!r}.", f"There are: {', '.join(dataset.records.columns)}."
        )
    rows = [_numbers(value, row) for row, value in enumerate(dataset.records[column])]
    for row, numbers in enumerate(rows):
        if len(numbers) != len(rows[0]):
            raise EmbeddingError(
                f"Row {row + 1} of column {column!r} has {len(numbers)} numbers, "
                f"the first row {len(rows[0])}."
            )
    return np.stack(rows)


def _numbers(value: object, row: int) -> Float32:
    try:
        numbers = np.asarray(_parsed(value), np.float32)
    except (TypeError, ValueError):
        numbers = np.zeros(0, np.float32)
    if numbers.ndim != 1 or not numbers.size:
        raise EmbeddingError(f"Row {row + 1} of the vector column is not a list of numbers.")
    return numbers


def _parsed(value: object) -> object:
    if isinstance(value, str):
        import json

        return json.loads(value)
    return value
