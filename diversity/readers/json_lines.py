"""How is JSON Lines read, one object a line, when a line may be broken?"""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

import pyarrow as pa

from diversity.errors import EmptyDatasetError, UnreadableFileError
from diversity.readers import stream
from diversity.readers.cells import TEXT, column, mended
from diversity.readers.table import Losses, Table, distinct, single

NOT_JSON = "not valid JSON"
NOT_OBJECT = "not a JSON object"


def read(raw: BinaryIO, name: str) -> Table:
    """Read one JSON object a line; a bad line is left out, blank lines are passed over.

    Raises
    ------
    UnreadableFileError
        When not one line can be read.
    """
    losses = Losses(name)
    objects: list[dict[str, Any]] = []
    rows: list[int] = []
    with stream.text(raw) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip() and _take(line, number, objects, losses):
                rows.append(number)
    if not rows and losses.total:
        raise _all_bad(losses)
    return table(objects, rows, "JSON Lines", losses)


def accept(value: object, row: int, objects: list[dict[str, Any]], losses: Losses) -> bool:
    """Take an object, or a bare text as an object with the one field ``text``."""
    if isinstance(value, str):
        value = {"text": value}
    if isinstance(value, dict):
        objects.append(value)
        return True
    losses.add(row, NOT_OBJECT, f"a {_kind(value)}")
    return False


def table(
    objects: list[dict[str, Any]],
    rows: list[int],
    format: str,
    losses: Losses,
    repaired: Iterable[str] = (),
) -> Table:
    """Lay objects out in columns, in order of first appearance; a missing field is null."""
    if not objects:
        raise EmptyDatasetError(f"{losses.source} holds no rows.", "Choose a file with rows.")
    notes = list(repaired)
    names: dict[str, None] = {}
    for item in objects:
        names.update(dict.fromkeys(item))
    arrays: dict[str, pa.Array] = {}
    json_columns = set()
    for key, name in zip(names, distinct(map(mended, names)), strict=True):
        arrays[name], is_json = _column(name, [item.get(key) for item in objects], notes)
        if is_json:
            json_columns.add(name)
    cells = pa.table(arrays) if arrays else pa.table({"text": pa.nulls(len(objects), TEXT)})
    return single(cells, format, losses, rows, notes, json_columns)


def fault(error: Exception) -> str:
    """Say in a few words what is wrong with a piece of JSON."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return "a number with more digits than can be read"


def _take(line: str, number: int, objects: list[dict[str, Any]], losses: Losses) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        losses.add(number, NOT_JSON, fault(error))
        return False
    return accept(value, number, objects, losses)


def _column(name: str, values: list[Any], notes: list[str]) -> tuple[pa.Array, bool]:
    try:
        return column(values)
    except UnicodeEncodeError:
        notes.append(f"Broken characters (lone surrogates) in {name!r} were replaced by U+FFFD.")
        return column([mended(value) for value in values])


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {list: "list", bool: "truth value"}.get(type(value), "number")


def _all_bad(losses: Losses) -> UnreadableFileError:
    first = losses.listed[0]
    return UnreadableFileError(
        f"No line of {losses.source} can be read: line {first.row} is {first.reason} "
        f"({first.detail}).",
        "Each line must be one JSON object.",
    )
