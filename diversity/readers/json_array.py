"""How is one JSON document read: a list of objects, or an object that holds the list?"""

import json
from typing import Any, BinaryIO

from diversity.errors import UnreadableFileError
from diversity.readers import json_lines, stream
from diversity.readers.table import Losses, Table


def read(raw: BinaryIO, name: str) -> Table:
    """Read a list of objects, ``{"data": [...]}`` or a single object; JSON Lines are noticed.

    Raises
    ------
    UnreadableFileError
        When it is not JSON, or holds no objects.
    """
    with stream.text(raw) as text:
        content = text.read()
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        return _as_lines(raw, name, error)
    except (ValueError, RecursionError) as error:
        raise _broken(name, json_lines.fault(error)) from error
    return _table(document, name)


def _as_lines(raw: BinaryIO, name: str, error: json.JSONDecodeError) -> Table:
    where = f"{error.msg} at line {error.lineno}, character {error.colno}"
    if error.msg != "Extra data":
        raise _broken(name, where) from error
    raw.seek(0)
    try:
        return json_lines.read(raw, name)
    except UnreadableFileError:
        raise _broken(name, where) from error


def _table(document: object, name: str) -> Table:
    items, repaired = _items(document)
    losses = Losses(name)
    objects: list[dict[str, Any]] = []
    rows = [i for i, v in enumerate(items, 1) if json_lines.accept(v, i, objects, losses)]
    if not rows and losses.total:
        raise UnreadableFileError(
            f"{name} holds no objects, but {losses.listed[0].detail}.",
            'Expected a list of objects such as [{"text": "..."}].',
        )
    return json_lines.table(objects, rows, "JSON", losses, repaired)


def _items(document: object) -> tuple[list[Any], list[str]]:
    if isinstance(document, list):
        return document, []
    if isinstance(document, dict):
        alone = len(document) == 1
        lists = [key for key, value in document.items() if _is_rows(value, alone)]
        if len(lists) == 1:
            others = [key for key in document if key != lists[0]]
            left = f"; the fields beside it were not read: {', '.join(others)}" if others else ""
            return document[lists[0]], [f"The rows are the list under {lists[0]!r}{left}."]
    return [document], []


def _is_rows(value: object, alone: bool) -> bool:
    if not isinstance(value, list):
        return False
    return alone or (bool(value) and all(isinstance(item, dict) for item in value))


def _broken(name: str, why: str) -> UnreadableFileError:
    return UnreadableFileError(f"{name} is not valid JSON: {why}.", "Mend it or export it again.")
