"""Which records are looked at, and what of each is embedded?

Files become a `Table` of cells (`load`), a table and a choice of text become a `Dataset`
(`from_table`), and `read` does both. Record *i* is row *i* of the frame and of every array made
from it, for ever.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

import numpy as np
import pandas as pd

from diversity.arrays import Int64, frozen
from diversity.errors import EmptyDatasetError
from diversity.readers import LeftOut, Readable, Source, Table, frame, is_upload, load
from diversity.readers.combine import combine
from diversity.readers.content import n_exact_duplicates, name_of
from diversity.readers.frame import NONE
from diversity.readers.kept import only, with_text
from diversity.readers.numeric import typed
from diversity.readers.report import LoadReport
from diversity.readers.table import Arrow, free, named
from diversity.readers.texts import candidates, columns_of, guess, render, require, template

__all__ = [
    "NONE",
    "Dataset",
    "LeftOut",
    "LoadReport",
    "Readable",
    "Source",
    "Table",
    "candidates",
    "concat",
    "from_frame",
    "from_table",
    "load",
    "read",
    "read_bytes",
]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Records with the one text of each that is embedded.

    Parameters
    ----------
    records : DataFrame
        Index 0 to n-1; the columns as they were in the source: name, order, type, value.
    text : str
        Column or template that the texts come from.
    texts : Series of str
        What is embedded, one a record; never empty.
    report : LoadReport
    fingerprint : str
        Name of the content: the texts and all columns.
    json_columns : frozenset of str
        Columns whose values have no single type: each cell is text in relaxed JSON, which
        `readers.cells.decode` turns into the value it was.
    group_column : str
        Column that says which file a record came from; ``""`` for a single file.
    """

    records: pd.DataFrame
    text: str
    texts: "pd.Series[str]"
    report: LoadReport
    fingerprint: str
    json_columns: frozenset[str] = frozenset()
    group_column: str = ""

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.records.columns)

    def groups(self, column: str) -> dict[str, Int64]:
        """Rows of each value of a column.

        Parameters
        ----------
        column : str

        Returns
        -------
        dict of str to Int64
            Ascending row numbers under each value, the values in order of first appearance; nulls
            under ``"(none)"``.

        Raises
        ------
        MissingColumnError
        """
        require(column, self.columns)
        values = frame.hashable(self.records[column])
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
        names = frame.group_names(distinct)
        order = np.argsort(codes, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(codes, minlength=len(names)))[:-1])
        return {name: frozen(rows) for name, rows in zip(names, parts, strict=True)}


def read(
    paths: Readable | Sequence[Readable],
    text: str | None = None,
    *,
    columns: Sequence[str] | None = None,
) -> Dataset:
    r"""Read one file or several into one dataset.

    CSV, TSV, JSON, JSON Lines and Parquet, each also gzipped; see docs/formats.md.

    Parameters
    ----------
    paths : path, pair of a name and its bytes, or a sequence of these
        Several files get a column ``dataset`` with the file name without its suffix
        (``dataset_file`` where a file has a column ``dataset`` of its own).
    text : str, optional
        Column to embed, or a template such as ``"{instruction}\n{output}"``. Guessed when left
        out; the guess is in the report.
    columns : sequence of str, optional
        Keep these columns and those of the text; all when left out.

    Raises
    ------
    DatasetError
        One sentence on what is wrong and where, and a hint.

    Examples
    --------
    >>> data = read(("tiny.jsonl", b'{"text": "one"}\n{"text": "two"}'))
    >>> list(data.texts)
    ['one', 'two']
    """
    one = isinstance(paths, str | os.PathLike) or is_upload(paths)
    readables: Sequence[Readable] = [paths] if one else list(paths)  # type: ignore[list-item, arg-type]  # is_upload tells them apart
    return from_table(load(readables), text, columns=columns)


def read_bytes(name: str, data: bytes | BinaryIO, text: str | None = None) -> Dataset:
    """Read an upload: as `read`, with the format taken from `name`."""
    return read((name, data), text)


def from_frame(
    records: pd.DataFrame, text: str | None = None, *, name: str = "data frame"
) -> Dataset:
    """Make a dataset of a data frame; the index is left behind."""
    return from_table(frame.from_frame(records, name), text)


def from_table(
    table: Table, text: str | None = None, *, columns: Sequence[str] | None = None
) -> Dataset:
    """Choose the text of each row and leave out the rows without one.

    Parameters
    ----------
    table : Table
        From `load`.
    text, columns
        As for `read`.

    Raises
    ------
    MissingColumnError
        For a column that is not there.
    EmptyDatasetError
        When no row has a text.
    """
    if not len(table):
        raise EmptyDatasetError(f"{named(table)} holds no rows.", "Choose a file with rows.")
    notes = list(table.repaired)
    if text is None:
        best = guess(table)
        text = best.text
        notes.append(f"The text is {text!r}, a guess: {best.why}.")
    text = text if text in table.columns else template(text)
    used = columns_of(text, table.columns)
    texts = render(table, text)
    table, values = with_text(typed(only(table, columns, used), keep=used), texts)
    return _dataset(table, text, values, [*notes, *texts.notes])


def concat(datasets: Sequence[Dataset]) -> Dataset:
    """Put datasets under one another, with a group column that tells them apart.

    Parameters
    ----------
    datasets : sequence of Dataset
        At least one. Where their texts come from different columns, a new column ``text`` (or
        ``text (2)``, ... where that name is taken) holds them.

    Raises
    ------
    EmptyDatasetError
        For no datasets.
    """
    texts = {dataset.text for dataset in datasets}
    if len(texts) == 1:
        return from_table(combine([_table(dataset) for dataset in datasets]), texts.pop())
    name = free("text", {column for dataset in datasets for column in dataset.columns})
    tables = [_table(replace(d, records=d.records.assign(**{name: d.texts}))) for d in datasets]
    return from_table(combine(tables), name)


def _dataset(table: Table, text: str, values: Arrow, notes: Sequence[str]) -> Dataset:
    report = LoadReport(
        sources=table.sources,
        n_read=sum(source.n_read for source in table.sources),
        n_kept=len(table),
        n_exact_duplicates=n_exact_duplicates(values),
        left_out=table.left_out,
        left_out_counts=table.left_out_counts,
        repaired=tuple(notes),
    )
    return Dataset(
        records=frame.to_frame(table.cells),
        text=text,
        texts=frame.series(values),
        report=report,
        fingerprint=name_of(text, values, table.cells),
        json_columns=table.json_columns,
        group_column=table.group_column,
    )


def _table(dataset: Dataset) -> Table:
    report = dataset.report
    table = frame.from_frame(dataset.records, report.sources[0].name)
    return replace(
        table,
        sources=report.sources,
        left_out=report.left_out,
        left_out_counts=report.left_out_counts,
        repaired=report.repaired,
        json_columns=dataset.json_columns,
        group_column=dataset.group_column,
    )
