"""How do several files become one table, with a column that says which file a row came from?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from diversity.arrays import frozen
from diversity.errors import EmptyDatasetError
from diversity.readers.cells import TEXT, encode
from diversity.readers.numeric import typed
from diversity.readers.table import Arrow, Table, distinct, free, stems

GROUP = "dataset"
GROUP_IF_TAKEN = "dataset_file"


def combine(tables: Sequence[Table]) -> Table:
    """Put tables under one another; a column that one of them lacks is null there.

    Parameters
    ----------
    tables : sequence of Table
        At least one.

    Returns
    -------
    Table
        With a group column (``dataset``, or ``dataset_file`` where a file has a column ``dataset``
        of its own) that holds the file name without its suffix. A single file gets none.

    Raises
    ------
    EmptyDatasetError
        When there are no tables.
    """
    if not tables:
        raise EmptyDatasetError("There is nothing to read.", "Name at least one file.")
    if len(tables) == 1:
        return tables[0]
    groups = _groups(tables)
    tables = _alike([_ungrouped(table) for table in tables])
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    stacked = [_stack(name, tables) for name in names]
    group_column = free(GROUP_IF_TAKEN if GROUP in names else GROUP, names)
    mixed = [n for n, (_, is_json) in zip(names, stacked, strict=True) if is_json]
    return Table(
        cells=pa.table([*(array for array, _ in stacked), groups], names=[*names, group_column]),
        rows=frozen(np.concatenate([table.rows for table in tables])),
        origins=frozen(_origins(tables)),
        sources=tuple(source for table in tables for source in table.sources),
        left_out=tuple(row for table in tables for row in table.left_out),
        left_out_counts=dict(sum((Counter(t.left_out_counts) for t in tables), Counter())),
        repaired=_notes(tables, mixed),
        json_columns=frozenset(mixed),
        untyped=frozenset(n for n in names if all(n in t.untyped for t in tables if _has(t, n))),
        group_column=group_column,
    )


def _groups(tables: Sequence[Table]) -> Arrow:
    """Keep the group names that tables have already; name the others after their file."""
    there = [t.cells.column(t.group_column).cast(TEXT) for t in tables if t.group_column]
    taken = {name for column in there for name in column.unique().to_pylist()}
    alone = [table.sources[0].name for table in tables if not table.group_column]
    fresh = iter(free(name, taken) for name in stems(distinct(alone)))
    kept = iter(there)
    columns = [
        next(kept)
        if table.group_column
        else pa.chunked_array([pa.repeat(pa.scalar(next(fresh), TEXT), len(table))])
        for table in tables
    ]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], TEXT)


def _ungrouped(table: Table) -> Table:
    if not table.group_column:
        return table
    return replace(table, cells=table.cells.drop_columns([table.group_column]), group_column="")


def _alike(tables: Sequence[Table]) -> list[Table]:
    """Read as numbers those CSV columns that another file has as numbers."""
    numeric = {
        field.name
        for table in tables
        for field in table.cells.schema
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
    }
    return [typed(table, keep=set(table.columns) - numeric) for table in tables]


def _has(table: Table, name: str) -> bool:
    if name not in table.columns:
        return False
    column = table.cells.column(name)
    return int(column.null_count) < len(column)


def _stack(name: str, tables: Sequence[Table]) -> tuple[Arrow, bool]:
    """Stack one column: of one type if there is one for all, else as relaxed JSON."""
    if not any(name in table.json_columns for table in tables):
        parts = [_part(table, name) for table in tables]
        try:
            column = pa.concat_tables(parts, promote_options="permissive").column(0)
        except pa.ArrowException:
            pass
        else:
            return (column.cast(TEXT) if pa.types.is_null(column.type) else column), False
    chunks = [_relaxed(table, name) for table in tables]
    return pa.chunked_array(chunks, TEXT), True


def _part(table: Table, name: str) -> pa.Table:
    column = table.cells.column(name) if _has(table, name) else pa.nulls(len(table))
    return pa.table({"": column})


def _relaxed(table: Table, name: str) -> pa.Array:
    if not _has(table, name):
        return pa.nulls(len(table), TEXT)
    column = table.cells.column(name)
    if name in table.json_columns:
        return column.combine_chunks()
    return pa.array([None if v is None else encode(v) for v in column.to_pylist()], TEXT)


def _origins(tables: Sequence[Table]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    shifts = np.cumsum([0] + [len(table.sources) for table in tables[:-1]], dtype=np.int32)
    return np.concatenate([t.origins + s for t, s in zip(tables, shifts, strict=True)])


def _notes(tables: Sequence[Table], mixed: Sequence[str]) -> tuple[str, ...]:
    notes = [
        f"{table.sources[0].name}: {note}" if len(table.sources) == 1 else note
        for table in tables
        for note in table.repaired
    ]
    fresh = [n for n in mixed if not any(n in table.json_columns for table in tables)]
    notes += [f"The files hold values of different types in {name!r}." for name in fresh]
    return tuple(notes)
