"""Which cells go out, in which order? Columns of Arrow, handed out a chunk of rows at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from diversity.arrays import Int64
from diversity.dataset import Dataset
from diversity.readers.cells import TEXT
from diversity.readers.frame import from_frame

MOST_ROWS = 50_000
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows to be written.

    Parameters
    ----------
    cells : pyarrow.Table
        All records.
    rows : ndarray of shape (n_rows,), int64, or None
        Which of them, in which order; None for all as they stand.
    extras : pyarrow.Table
        Further columns, one row for each of `rows`.
    json_columns : frozenset of str
        Columns of relaxed JSON.
    """

    cells: pa.Table
    rows: Int64 | None
    extras: pa.Table
    json_columns: frozenset[str]

    def __len__(self) -> int:
        return int(self.cells.num_rows) if self.rows is None else len(self.rows)

    @property
    def schema(self) -> pa.Schema:
        """Names and types of all columns."""
        return self._whole(self.cells.slice(0, 0), self.extras.slice(0, 0)).schema

    def chunks(self) -> Iterator[pa.Table]:
        """Hand out the rows, so many at a time that memory stays bounded."""
        step = self._rows_a_chunk()
        for start in range(0, len(self), step):
            yield self._whole(self._cells(start, start + step), self.extras.slice(start, step))

    def _cells(self, start: int, stop: int) -> pa.Table:
        if self.rows is None:
            return self.cells.slice(start, stop - start)
        return self.cells.take(pa.array(self.rows[start:stop]))

    def _rows_a_chunk(self) -> int:
        bytes_a_row = self.cells.nbytes / max(1, self.cells.num_rows)
        return int(min(MOST_ROWS, max(1, MOST_BYTES // max(1, bytes_a_row))))

    def _whole(self, cells: pa.Table, extras: pa.Table) -> pa.Table:
        columns = [_plain(column) for column in (*cells.columns, *extras.columns)]
        return pa.table(columns, names=[*cells.column_names, *extras.column_names])


def sheet(
    records: Dataset | pd.DataFrame,
    rows: Int64 | None = None,
    extras: Mapping[str, pa.Array] | None = None,
) -> Sheet:
    """Lay out records for writing.

    Parameters
    ----------
    records : Dataset or DataFrame
    rows : ndarray of int64, optional
        Row numbers in the order of the file; all by default.
    extras : mapping of str to pyarrow.Array, optional
        Further columns, one value for each of `rows`.
    """
    frame = records.records if isinstance(records, Dataset) else records
    known = records.json_columns if isinstance(records, Dataset) else frozenset[str]()
    table = from_frame(frame, "records")
    n_rows = len(table) if rows is None else len(rows)
    further = pa.table(dict(extras)) if extras else pa.table({"": pa.nulls(n_rows)}).select([])
    return Sheet(table.cells, rows, further, known | table.json_columns)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make texts plain strings and missing numbers null."""
    if column.type == TEXT:
        return column.cast(pa.string())
    if pa.types.is_floating(column.type):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column
