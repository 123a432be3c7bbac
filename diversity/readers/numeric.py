"""Which columns of a CSV are numbers, without a digit lost?"""

from collections.abc import Collection
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from diversity.readers.table import Arrow, Table

INTEGER = r"^(0|-?[1-9][0-9]{0,18})$"
DECIMAL = r"^-?(0|[1-9][0-9]{0,18})(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
PROBE = 200


def typed(table: Table, keep: Collection[str] = ()) -> Table:
    """Turn columns that hold nothing but numbers and empty cells into numbers.

    A column with a leading zero, a plus sign, ``NA`` or a number too long to be exact stays text.

    Parameters
    ----------
    table : Table
    keep : collection of str
        Columns that stay text whatever they hold: those the texts are made of.
    """
    cells = table.cells
    for index, name in enumerate(cells.column_names):
        if name in table.untyped and name not in keep:
            number = _number(cells.column(index))
            if number is not None:
                cells = cells.set_column(index, name, number)
    return replace(table, cells=cells, untyped=table.untyped & frozenset(keep))


def _number(column: Arrow) -> Arrow | None:
    for pattern, kind in ((INTEGER, pa.int64()), (DECIMAL, pa.float64())):
        if _all_match(column.slice(0, PROBE), pattern) and _all_match(column, pattern):
            return _cast(column, kind)
    return None


def _all_match(column: Arrow, pattern: str) -> bool:
    fits = pc.or_(pc.match_substring_regex(column, pattern), pc.equal(column, ""))
    return bool(pc.all(fits, min_count=0).as_py())


def _cast(column: Arrow, kind: pa.DataType) -> Arrow | None:
    filled = pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
    if filled.null_count == len(filled):
        return None
    try:
        return filled.cast(kind)
    except pa.ArrowInvalid:
        return None
