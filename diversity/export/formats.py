"""How is each format written, a chunk at a time?"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc

from diversity.errors import ExportError
from diversity.export.cells import csv_cells, guarded, json_cells, n_infinite, quoted
from diversity.export.sheet import Sheet


class Writer(Protocol):
    """An open file of one format."""

    notes: list[str]
    n_guarded: int

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...  # fmt: skip

    def write(self, chunk: pa.Table) -> None:
        """Write some rows."""


class _Text:
    """A text file in UTF-8, with line feeds, that closes in every case."""

    def __init__(self, path: Path) -> None:
        self.notes: list[str] = []
        self.n_guarded = 0
        self._file = path.open("w", encoding="utf-8", newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.close()

    def _finish(self) -> None:
        """Write what stands at the end and say what has to be said."""


class JsonLines(_Text):
    """One object a line; a record without a value has null."""

    start, between, end = "", "\n", "\n"

    def __init__(self, path: Path, sheet: Sheet, *, guard: bool) -> None:
        super().__init__(path)
        keys = [json.dumps(name, ensure_ascii=False) for name in sheet.schema.names]
        fields = ", ".join(key.replace("%", "%%") + ": %s" for key in keys)
        self._template, self._json = "{" + fields + "}", sheet.json_columns
        self._n_rows = self._n_lost = 0
        self._file.write(self.start)

    def write(self, chunk: pa.Table) -> None:
        """Write some rows."""
        columns = zip(chunk.column_names, chunk.columns, strict=True)
        cells = [json_cells(column, is_json=name in self._json) for name, column in columns]
        rows = [self._template % row for row in zip(*cells, strict=True)]
        if rows:
            self._file.write(self.between if self._n_rows else "")
            self._file.write(self.between.join(rows))
        self._n_rows += len(rows)
        self._n_lost += sum(
            n_infinite(column, is_json=name in self._json)
            for name, column in zip(chunk.column_names, chunk.columns, strict=True)
        )

    def _finish(self) -> None:
        self._file.write(self.end if self._n_rows or self.start else "")
        if self._n_lost:
            self.notes.append(
                f"{self._n_lost:,} infinite numbers, which JSON cannot hold, became null; "
                "Parquet keeps them."
            )


class Json(JsonLines):
    """One list of objects."""

    start, between, end = "[\n", ",\n", "\n]\n"


class Csv(_Text):
    """Values between commas; what a spreadsheet would run as a formula is guarded."""

    separator = ","

    def __init__(self, path: Path, sheet: Sheet, *, guard: bool) -> None:
        super().__init__(path)
        self._json, self._guard = sheet.json_columns, guard
        self._null = '""' if len(sheet.schema) == 1 else ""
        header = pa.chunked_array([pa.array(sheet.schema.names, pa.string())])
        self._file.write(self.separator.join(self._quoted(header).to_pylist()) + "\n")

    def write(self, chunk: pa.Table) -> None:
        """Write some rows."""
        cells = [
            self._quoted(csv_cells(column, is_json=name in self._json), column.type)
            for name, column in zip(chunk.column_names, chunk.columns, strict=True)
        ]
        rows = pc.binary_join_element_wise(*cells, pa.scalar(self.separator))
        self._file.writelines(f"{row}\n" for row in rows.to_pylist())

    def _quoted(self, column: pa.ChunkedArray, kind: pa.DataType | None = None) -> pa.ChunkedArray:
        if self._guard and (kind is None or not _is_number(kind)):
            column, n_guarded = guarded(column)
            self.n_guarded += n_guarded
        return quoted(column, self.separator, null=self._null)

    def _finish(self) -> None:
        if self.n_guarded:
            self.notes.append(
                f"{self.n_guarded:,} cells that a spreadsheet would run as a formula start with "
                "' now; JSON Lines and Parquet are exact."
            )


class Tsv(Csv):
    """Values between tabs."""

    separator = "\t"


class Parquet:
    """Columns with their types."""

    def __init__(self, path: Path, sheet: Sheet, *, guard: bool) -> None:
        import pyarrow.parquet as pq

        self.notes = [
            f"Column {name!r} holds values of several types; in Parquet its cells are JSON."
            for name in sheet.schema.names
            if name in sheet.json_columns
        ]
        self.n_guarded = 0
        self._file = pq.ParquetWriter(path, sheet.schema, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._file.close()

    def write(self, chunk: pa.Table) -> None:
        """Write some rows."""
        self._file.write_table(chunk)


Opener = Callable[..., Writer]
FORMATS: Mapping[str, Opener] = MappingProxyType(
    {
        ".csv": Csv,
        ".tsv": Tsv,
        ".json": Json,
        ".jsonl": JsonLines,
        ".ndjson": JsonLines,
        ".parquet": Parquet,
    }
)
NAMED = ".csv, .tsv, .json, .jsonl or .parquet"


def format_of(path: Path) -> Opener:
    """Find the format that a name's suffix asks for.

    Raises
    ------
    ExportError
        If it is none of them.
    """
    if path.suffix.lower() not in FORMATS:
        raise ExportError(f"Cannot tell the format of {path.name!r}.", f"End it in {NAMED}.")
    return FORMATS[path.suffix.lower()]


def _is_number(kind: pa.DataType) -> bool:
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return bool(is_number or pa.types.is_decimal(kind) or pa.types.is_boolean(kind))
