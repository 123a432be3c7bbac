"""What did a file hold, before anybody chose a text column?

A `Table` keeps the cells as they were read, says from which row of which file each one came, and
what was left out or repaired on the way.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from diversity.arrays import Int32, Int64, frozen

LISTED = 100
Arrow: TypeAlias = pa.ChunkedArray


@dataclass(frozen=True)
class Source:
    """One file, as it was read.

    Parameters
    ----------
    name : str
        File name, told apart from the others that were read with it.
    format : str
        ``"CSV"``, ``"TSV"``, ``"JSON"``, ``"JSON Lines"``, ``"Parquet"``, or ``"table"`` for a
        data frame.
    n_read : int
        Rows met, whether kept or left out.
    size_bytes : int
        Size on disk, as it is (compressed if it is compressed); 0 for a data frame.
    """

    name: str
    format: str
    n_read: int
    size_bytes: int = 0

    @property
    def unit(self) -> str:
        """What a row number counts: ``"line"`` of a text file, or ``"row"``."""
        return "line" if self.format in {"CSV", "TSV", "JSON Lines"} else "row"


@dataclass(frozen=True)
class LeftOut:
    """One row that did not become a record.

    Parameters
    ----------
    source : str
        Name of the file.
    row : int
        Where: the line on which the row begins (CSV, TSV, JSON Lines) or its number among the
        data rows; both count from 1.
    reason : str
        Kind of fault, the same words for every row with that fault.
    detail : str, default=""
        What is particular to this row.
    """

    source: str
    row: int
    reason: str
    detail: str = ""


@dataclass
class Losses:
    """Collects the rows that a reader leaves out: every one counted, the first ones listed."""

    source: str
    listed: list[LeftOut] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, row: int, reason: str, detail: str = "") -> None:
        """Leave one row out."""
        self.counts[reason] = self.counts.get(reason, 0) + 1
        if len(self.listed) < LISTED:
            self.listed.append(LeftOut(self.source, row, reason, detail))

    @property
    def total(self) -> int:
        """Rows left out so far."""
        return sum(self.counts.values())


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of one file or of several, not yet a dataset.

    Parameters
    ----------
    cells : pyarrow.Table
        The kept rows. Texts are ``large_string``.
    rows : Int64, shape (n_rows,)
        Row or line number in its file, from 1.
    origins : Int32, shape (n_rows,)
        Which of `sources` a row came from.
    sources : tuple of Source
    left_out : tuple of LeftOut
        The first hundred of each source.
    left_out_counts : dict of str to int
        Exact count for each reason.
    repaired : tuple of str
        What was changed to make the file readable, one sentence each.
    json_columns : frozenset of str
        Columns whose values have no single type: each cell is relaxed JSON (`cells.encode`).
    untyped : frozenset of str
        Columns of a CSV or TSV, in which a number is still the text of the file.
    group_column : str
        Column that says which file a row came from; ``""`` when there is only one file.
    """

    cells: pa.Table
    rows: Int64
    origins: Int32
    sources: tuple[Source, ...]
    left_out: tuple[LeftOut, ...] = ()
    left_out_counts: dict[str, int] = field(default_factory=dict)
    repaired: tuple[str, ...] = ()
    json_columns: frozenset[str] = frozenset()
    untyped: frozenset[str] = frozenset()
    group_column: str = ""

    def __len__(self) -> int:
        return int(self.cells.num_rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(self.cells.column_names)


def single(
    cells: pa.Table,
    format: str,
    losses: Losses,
    rows: Sequence[int] | Int64 | None = None,
    repaired: Iterable[str] = (),
    json_columns: Collection[str] = (),
    untyped: Collection[str] = (),
) -> Table:
    """Make the table of one file."""
    n_rows = cells.num_rows
    numbers = np.arange(1, n_rows + 1) if rows is None else np.asarray(rows, dtype=np.int64)
    return Table(
        cells=cells,
        rows=frozen(numbers),
        origins=frozen(np.zeros(n_rows, dtype=np.int32)),
        sources=(Source(losses.source, format, n_rows + losses.total),),
        left_out=tuple(losses.listed),
        left_out_counts=dict(losses.counts),
        repaired=tuple(repaired),
        json_columns=frozenset(json_columns),
        untyped=frozenset(untyped),
    )


def distinct(names: Iterable[str]) -> list[str]:
    """Tell equal names apart by a number.

    Examples
    --------
    >>> distinct(["a", "b", "a", "a (2)"])
    ['a', 'b', 'a (3)', 'a (2)']
    """
    names = list(names)
    taken, result = set(names), []
    seen: set[str] = set()
    for name in names:
        if name in seen:
            name = free(name, taken)
        seen.add(name)
        taken.add(name)
        result.append(name)
    return result


def free(name: str, taken: Collection[str]) -> str:
    """Return `name`, with a number behind it where it is taken already."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name} ({number})"
    return candidate


def named(table: Table) -> str:
    """Name the files a table was read from."""
    return " and ".join(source.name for source in table.sources)


def labels(paths: Sequence[str]) -> list[str]:
    """Name files as shortly as tells them apart: by name, by folder and name, or by number.

    Examples
    --------
    >>> labels(["x/train/data.csv", "x/test/data.csv"])
    ['train/data.csv', 'test/data.csv']
    """
    names = [Path(path).name for path in paths]
    if len(set(names)) < len(names):
        names = ["/".join(Path(path).parts[-2:]) for path in paths]
    return distinct(names)


def stems(names: Sequence[str]) -> list[str]:
    """Drop the suffixes, unless two names would become one.

    Examples
    --------
    >>> stems(["a.csv.gz", "b.jsonl"])
    ['a', 'b']
    >>> stems(["a.csv", "a.jsonl"])
    ['a.csv', 'a.jsonl']
    """
    short = [_stem(name) for name in names]
    return short if len(set(short)) == len(short) else list(names)


def _stem(name: str) -> str:
    bare = name[:-3] if name.lower().endswith(".gz") else name
    return str(Path(bare).with_suffix("")) if Path(bare).suffix else bare
