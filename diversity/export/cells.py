"""How is a cell written as text? Column by column, so that a million rows take seconds."""

import base64
import json
import math
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from diversity.readers.cells import decode

NULL = "null"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORMULA = f"^[{''.join(FORMULA_STARTS)}]".replace("+-", "+\\-")


def json_cells(column: pa.ChunkedArray, *, is_json: bool) -> list[str]:
    """Write a column's cells as JSON, null where there is none.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
    is_json : bool
        Whether the cells are relaxed JSON; they become the values they stand for.

    Notes
    -----
    NaN and infinity, for which JSON has no word, become null; dates and times ISO 8601 text; bytes
    base64.
    """
    kind = column.type
    if is_json:
        return [NULL if v is None else _dumped(decode(v)) for v in column.to_pylist()]
    if pa.types.is_string(kind):
        return [NULL if v is None else encode_basestring(v) for v in column.to_pylist()]
    if pa.types.is_floating(kind):
        return [NULL if v is None or not math.isfinite(v) else repr(v) for v in column.to_pylist()]
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return _cast(column)
    if _is_time(kind):
        return [NULL if v is None else f'"{v}"' for v in _iso(column).to_pylist()]
    return [NULL if v is None else _dumped(v) for v in column.to_pylist()]


def csv_cells(column: pa.ChunkedArray, *, is_json: bool) -> pa.ChunkedArray:
    """Write a column's cells as text, null where there is none, not yet quoted.

    Lists and structs are JSON.
    """
    kind = column.type
    if is_json:
        decoded = (None if v is None else decode(v) for v in column.to_pylist())
        return _texts([v if v is None or isinstance(v, str) else _dumped(v) for v in decoded])
    if pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind):
        return _texts([None if v is None else repr(v) for v in column.to_pylist()])
    if _is_time(kind):
        return _iso(column)
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.string())
    return _texts([None if v is None else _bare(v) for v in column.to_pylist()])


def guarded(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Put an apostrophe before texts that a spreadsheet would run, and count them."""
    risky = pc.fill_null(pc.match_substring_regex(column, _FORMULA), False)
    n_risky = int(pc.sum(risky).as_py() or 0)
    if not n_risky:
        return column, 0
    safe = pc.binary_join_element_wise(pa.scalar("'"), column, pa.scalar(""))
    return pc.if_else(risky, safe, column), n_risky


def quoted(column: pa.ChunkedArray, separator: str, *, null: str = "") -> pa.ChunkedArray:
    """Put quotes around what needs them; the empty text gets them too, to differ from null."""
    needs = pc.match_substring_regex(column, f'[{separator}"\r\n]|^$')
    doubled = pc.replace_substring(column, '"', '""')
    inside = pc.binary_join_element_wise(pa.scalar('"'), doubled, pa.scalar('"'), pa.scalar(""))
    return pc.fill_null(pc.if_else(needs, inside, column), null)


def n_infinite(column: pa.ChunkedArray, *, is_json: bool) -> int:
    """Count the infinite numbers of a column, which JSON cannot hold, in lists and objects too."""
    if is_json:
        suspects = column.filter(pc.fill_null(pc.match_substring(column, "Infinity"), False))
        return sum(_n_infinite(decode(value)) for value in suspects.to_pylist())
    while pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.list_flatten(column)
    if pa.types.is_floating(column.type):
        return int(pc.sum(pc.is_inf(column)).as_py() or 0)
    return sum(map(_n_infinite, column.to_pylist())) if pa.types.is_nested(column.type) else 0


def _n_infinite(value: Any) -> int:  # noqa: ANN401  (any value that Arrow can hold)
    if isinstance(value, dict):
        return sum(map(_n_infinite, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(_n_infinite, value))
    return int(isinstance(value, float) and math.isinf(value))


def _cast(column: pa.ChunkedArray) -> list[str]:
    cells: list[str] = pc.fill_null(column.cast(pa.string()), NULL).to_pylist()
    return cells


def _is_time(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_time(kind))


def _iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = column.cast(pa.string())
    return pc.replace_substring(texts, " ", "T", max_replacements=1)


def _texts(values: list[str | None]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, pa.string())])


def _bare(value: Any) -> str:  # noqa: ANN401  (any value that Arrow can hold)
    plain = _plain(value)
    return plain if isinstance(plain, str) else _dumped(plain)


def _dumped(value: Any) -> str:  # noqa: ANN401  (any value that Arrow can hold)
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:  # noqa: ANN401  (any value that Arrow can hold)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | dict | int | float | str | bool):
        return value
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _finite(value: Any) -> Any:  # noqa: ANN401  (any value that Arrow can hold)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value
