"""How do Arrow columns become a data frame, and a data frame Arrow columns, with types kept?"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from diversity.readers.cells import TEXT, column, encode, mended
from diversity.readers.parquet import plain
from diversity.readers.table import Arrow, Losses, Table, free

NONE = "(none)"


def to_frame(cells: pa.Table) -> pd.DataFrame:
    """Make the data frame of a table.

    Texts are pandas' own ``str``; numbers, truth values and times without nulls are NumPy's; what
    NumPy cannot hold unchanged (whole numbers with nulls, lists, structs, decimals, dates) stays
    with Arrow, as `pandas.ArrowDtype`.
    """
    columns = {name: series(cells.column(name)) for name in cells.column_names}
    return pd.DataFrame(columns, index=pd.RangeIndex(cells.num_rows), copy=False)


def series(column: Arrow) -> "pd.Series[Any]":
    """Make one column of a data frame; see `to_frame`."""
    kind = column.type
    if kind == TEXT:
        return pd.Series(column.to_pandas(types_mapper=lambda _: pd.StringDtype(na_value=np.nan)))
    has_nulls = column.null_count > 0
    is_time = pa.types.is_timestamp(kind) or pa.types.is_duration(kind)
    is_float = pa.types.is_floating(kind)
    is_plain = is_float or pa.types.is_integer(kind) or pa.types.is_boolean(kind)
    fits = is_time or (is_plain and not has_nulls)
    if is_float and has_nulls:
        fits = not pc.any(pc.is_nan(column)).as_py()
    made: pd.Series[Any] = column.to_pandas(types_mapper=None if fits else pd.ArrowDtype)
    return made


def from_frame(frame: pd.DataFrame, name: str) -> Table:
    """Make a table of a data frame; its index is left behind.

    Parameters
    ----------
    frame : DataFrame
    name : str
        What to call it in the report.
    """
    arrays, json_columns = [], []
    for index in range(frame.shape[1]):
        array, is_json = _array(frame.iloc[:, index])
        arrays.append(array)
        json_columns.append(is_json)
    cells = pa.table(arrays, names=[mended(str(label)) for label in frame.columns])
    table = plain(cells, Losses(name), "table")
    mixed = frozenset(n for n, is_json in zip(table.columns, json_columns, strict=True) if is_json)
    return Table(**{**vars(table), "json_columns": mixed})


def hashable(series: "pd.Series[Any]") -> "pd.Series[Any]":
    """Turn lists and structs into JSON text, so that equal ones can be found."""
    kind = series.dtype
    if not (isinstance(kind, pd.ArrowDtype) and pa.types.is_nested(kind.pyarrow_dtype)):
        return series
    cells = pa.chunked_array([pa.array(series)]).to_pylist()
    return pd.Series([None if cell is None else encode(cell) for cell in cells], dtype="str")


def is_missing(value: object) -> bool:
    """Whether pandas would call a cell null."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return not isinstance(value, np.ndarray) and bool(value != value)


def group_names(values: Iterable[object]) -> list[str]:
    """Spell the values of a column as names of groups; a missing one is ``"(none)"``."""
    named = [None if is_missing(value) else str(value) for value in values]
    none = free(NONE, {name for name in named if name is not None})
    return [none if name is None else name for name in named]


def _array(series: "pd.Series[Any]") -> tuple[pa.Array | Arrow, bool]:
    if series.dtype == object:
        return _from_objects(series.tolist())
    is_float = isinstance(series.dtype, np.dtype) and series.dtype.kind == "f"
    try:
        return pa.array(series, from_pandas=not is_float), False
    except (pa.ArrowException, UnicodeEncodeError):
        return _from_objects(series.astype(object).tolist())


def _from_objects(values: list[object]) -> tuple[pa.Array, bool]:
    values = [mended(None if is_missing(value) else value) for value in values]
    try:
        kinds = set(map(type, values)) - {type(None)}
        if not kinds <= {str, bool, int, float, list, dict}:
            return pa.array(values), False
        return column(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if v is None else encode(v) for v in values], TEXT), True
