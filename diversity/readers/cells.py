"""How does a list of Python values become one typed column, and back, with nothing lost?

Values of one type become an Arrow column of that type. Values of several types (text here, a number
there, objects with different fields) become text in *relaxed JSON*: each cell is its value as JSON,
and a text that could not be mistaken for JSON stands as it is.
"""

import json
import re
from typing import Any

import pyarrow as pa

TEXT = pa.large_string()
EXACT = 2**53
_JSON_LIKE = re.compile(r'\s*(?:["\[{\d-]|true|false|null|NaN|Infinity)')


def column(values: list[Any]) -> tuple[pa.Array, bool]:
    """Make one column of values as the JSON parser returns them.

    Parameters
    ----------
    values : list
        None, bool, int, float, str, list or dict.

    Returns
    -------
    array : pyarrow.Array
    is_json : bool
        Whether the cells are relaxed JSON.

    Raises
    ------
    UnicodeEncodeError
        For a lone surrogate; `mended` cures it.
    """
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str}:
        return pa.array(values, TEXT), False
    if kinds == {bool}:
        return pa.array(values, pa.bool_()), False
    if kinds <= {int, float}:
        array = _numbers(values, kinds)
    else:
        array = _nested(values) if kinds <= {list} or kinds <= {dict} else None
    if array is not None:
        return array, False
    return pa.array([None if v is None else encode(v) for v in values], TEXT), True


def encode(value: Any) -> str:  # noqa: ANN401 - any value that JSON can hold
    """Write a value as relaxed JSON.

    Examples
    --------
    >>> [encode(v) for v in ("five", 5, "5", {"a": 1})]
    ['five', '5', '"5"', '{"a": 1}']
    """
    if isinstance(value, str) and not _parses(value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def decode(cell: str) -> Any:  # noqa: ANN401 - any value that JSON can hold
    """Read a value from relaxed JSON; the inverse of `encode`.

    Examples
    --------
    >>> [decode(cell) for cell in ("five", "5", '"5"')]
    ['five', 5, '5']
    """
    if not _JSON_LIKE.match(cell):
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell


def mended(value: Any) -> Any:  # noqa: ANN401 - any value that JSON can hold
    """Put U+FFFD in the place of lone surrogates, which no encoding can write."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {mended(key): mended(item) for key, item in value.items()}
    return value


def _parses(text: str) -> bool:
    if not _JSON_LIKE.match(text):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _numbers(values: list[Any], kinds: set[type]) -> pa.Array | None:
    if kinds == {int}:
        try:
            return pa.array(values, pa.int64())
        except (OverflowError, pa.ArrowInvalid):
            return None
    if any(isinstance(v, int) and abs(v) > EXACT for v in values):
        return None
    return pa.array(values, pa.float64())


def _nested(values: list[Any]) -> pa.Array | None:
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        return None
    lossless = array.to_pylist() == values and "struct<>" not in str(array.type)
    return array if lossless else None
