"""How are CSV and TSV read, so that every cell stays the text that it was?

Nothing is guessed here: ``007``, ``NA`` and the empty cell stay text, and which columns are numbers
is decided later (`numbers.typed`), when it is known which column holds the texts.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeAlias

import pyarrow as pa

from diversity.errors import EmptyDatasetError, UnreadableFileError
from diversity.readers import stream
from diversity.readers.cells import TEXT
from diversity.readers.table import Losses, Table, distinct, single

BATCH = 20_000
RETRIES = 20
WRONG_WIDTH = "wrong number of fields"
OPEN_QUOTE = "a quote that is never closed"
Line: TypeAlias = tuple[int, list[str]]


def read_csv(raw: BinaryIO, name: str) -> Table:
    """Read comma-separated values; semicolons or tabs where the header has no comma."""
    return _read(raw, name, "CSV", ",")


def read_tsv(raw: BinaryIO, name: str) -> Table:
    """Read tab-separated values, quoted as in CSV."""
    return _read(raw, name, "TSV", "\t")


def _read(raw: BinaryIO, name: str, format: str, delimiter: str) -> Table:
    csv.field_size_limit(sys.maxsize)
    losses = Losses(name)
    lines = stream.text(raw)
    first = lines.readline()
    while first and not first.strip():
        first = lines.readline()
    lines.seek(0)
    delimiter = _delimiter(first, delimiter)
    records = _records(lines, delimiter, losses)
    header = next(records, (0, []))[1]
    if not header:
        raise EmptyDatasetError(f"{name} is empty.", "Choose a file with a header and rows.")
    names, repaired = _names(header)
    cells, rows = _columns(records, names, losses)
    if not rows and losses.total:
        raise _none_fits(losses, len(names))
    if delimiter not in ",\t" or (format, delimiter) == ("CSV", "\t"):
        repaired.append(f"Fields are separated by {delimiter!r}.")
    return single(cells, format, losses, rows, repaired, untyped=names)


def _delimiter(header: str, usual: str) -> str:
    if usual in header or usual == "\t":
        return usual
    return max(";\t|", key=header.count) if any(mark in header for mark in ";\t|") else usual


def _records(lines: Iterable[str], delimiter: str, losses: Losses) -> Iterator[Line]:
    """Yield each record with the line it begins on; get past a quote that is never closed."""
    before, rest = 0, list[str]()
    for _ in range(RETRIES):
        watched = _Watched(lines)
        parser = csv.reader(watched, delimiter=delimiter)
        start = before + 1
        for fields in parser:
            if watched.ended_in_quote():
                break
            if fields:
                yield start, fields
            watched.lines.clear()
            start = before + parser.line_num + 1
        else:
            return
        losses.add(start, OPEN_QUOTE)
        rest, before = watched.lines[1:], start
        lines = rest
    if rest:
        losses.add(before + 1, OPEN_QUOTE, f"and so the last {len(rest):,} lines")


class _Watched:
    """Lines, with those of the current record kept, to start again from."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self.lines: list[str] = []
        self._exhausted = False

    def __iter__(self) -> Iterator[str]:
        for line in self._source:
            self.lines.append(line)
            yield line
        self._exhausted = True

    def ended_in_quote(self) -> bool:
        """Whether the file ended inside a quoted field that runs over several lines."""
        if not self._exhausted or len(self.lines) < 2:
            return False
        return sum(line.count('"') for line in self.lines) % 2 == 1


def _names(header: list[str]) -> tuple[list[str], list[str]]:
    named = [name or f"column_{i}" for i, name in enumerate(header, 1)]
    names = distinct(named)
    repaired = []
    if named != header:
        repaired.append("Columns without a name were called column_1, column_2, ... by position.")
    if names != named:
        changed = [new for new, old in zip(names, named, strict=True) if new != old]
        repaired.append(f"Repeated column names were told apart: {', '.join(changed)}.")
    return names, repaired


def _columns(
    records: Iterator[Line], names: list[str], losses: Losses
) -> tuple[pa.Table, list[int]]:
    width, rows = len(names), list[int]()
    batches: list[pa.RecordBatch] = []
    batch: list[list[str]] = []
    for line, fields in records:
        if len(fields) != width:
            losses.add(line, WRONG_WIDTH, f"{len(fields)} instead of {width}")
            continue
        rows.append(line)
        batch.append(fields)
        if len(batch) == BATCH:
            batches.append(_batch(batch, names))
            batch.clear()
    batches.append(_batch(batch, names))
    return pa.Table.from_batches(batches), rows


def _batch(rows: list[list[str]], names: list[str]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else [[] for _ in names]
    return pa.RecordBatch.from_arrays([pa.array(c, TEXT) for c in columns], names=names)


def _none_fits(losses: Losses, width: int) -> UnreadableFileError:
    first = losses.listed[0]
    return UnreadableFileError(
        f"No row of {losses.source} fits its header of {width} columns: line {first.row} has "
        f"{first.reason} ({first.detail}).",
        "Check the separator and the quotes.",
    )
