"""How are CSV and TSV read, so that every cell stays the text that it was?

Nothing is guessed here: ``007``, ``NA`` and the empty cell stay text, and which columns are numbers
is decided later (`numeric.typed`), when it is known which column holds the texts.
"""

import csv
import sys
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from typing import BinaryIO, TextIO, TypeAlias

import pyarrow as pa

from diversity.errors import EmptyDatasetError, UnreadableFileError
from diversity.readers import stream
from diversity.readers.cells import TEXT
from diversity.readers.table import Losses, Table, distinct, single

BATCH = 20_000
USUAL = {("CSV", ","), ("TSV", "\t")}
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
    with stream.text(raw) as lines:
        delimiter = _delimiter(next(filter(str.strip, iter(lines.readline, "")), ""), delimiter)
        lines.seek(0)
        records = _records(lines, delimiter, losses)
        header = next(records, (0, []))[1]
        if not header:
            raise EmptyDatasetError(f"{name} is empty.", "Choose a file with a header and rows.")
        names, repaired = _names(header)
        cells, rows = _columns(records, names, losses)
    if not rows and losses.total:
        raise _none_fits(losses, len(names))
    if (format, delimiter) not in USUAL:
        repaired.append(f"Fields are separated by {delimiter!r}.")
    return single(cells, format, losses, rows, repaired, untyped=names)


def _delimiter(header: str, usual: str) -> str:
    if usual in header or usual == "\t":
        return usual
    return max(";\t|", key=header.count) if any(mark in header for mark in ";\t|") else usual


def _records(lines: TextIO, delimiter: str, losses: Losses) -> Iterator[Line]:
    """Yield each record with the line it begins on; get past quotes that are never closed."""
    before = 0
    for _ in range(RETRIES):
        lines.seek(0)
        last = yield from _until_last(islice(lines, before, None), delimiter, before)
        if last is None:
            return
        start, end, fields = last
        if end == start or not _ends_in_quote(lines, start):
            yield start, fields
            return
        losses.add(start, OPEN_QUOTE)
        before = start
    losses.add(before + 1, OPEN_QUOTE, "nothing after it was read")


def _until_last(
    lines: Iterable[str], delimiter: str, before: int
) -> Generator[Line, None, tuple[int, int, list[str]] | None]:
    """Yield all records but the last, which is returned with its first and last line."""
    parser = csv.reader(lines, delimiter=delimiter)
    held: Line | None = None
    end = before
    for fields in parser:
        start, end = end + 1, before + parser.line_num
        if fields:
            if held is not None:
                yield held
            held = start, fields
    return held and (held[0], end, held[1])


def _ends_in_quote(lines: TextIO, start: int) -> bool:
    lines.seek(0)
    return sum(line.count('"') for line in islice(lines, start - 1, None)) % 2 == 1


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
