"""Which text of a row is embedded: a column, a template over columns, or the best guess?"""

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from diversity.errors import MissingColumnError
from diversity.readers.cells import TEXT, decode
from diversity.readers.numeric import typed
from diversity.readers.table import Arrow, Table, named

USUAL = (
    ("text",),
    ("content",),
    ("passage",),
    ("utterance",),
    ("sentence",),
    ("instruction", "input", "output"),
    ("instruction", "input", "response"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("prompt", "completion"),
    ("prompt", "response"),
    ("question", "answer"),
)
SPOKEN = ("content", "value", "text")
PROBE = 5_000
PROBE_NESTED = 200
_HOLE = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")


@dataclass(frozen=True)
class Guess:
    """A column or template that may hold the texts, and why."""

    text: str
    why: str


@dataclass(frozen=True, eq=False)
class Texts:
    """What is embedded, one text a row.

    Parameters
    ----------
    rendered : pyarrow.ChunkedArray of large_string
        No nulls.
    blank : pyarrow.ChunkedArray of bool
        Rows without a text: every column that the text is made of is null, empty or white space.
    notes : tuple of str
        What had to be converted.
    """

    rendered: Arrow
    blank: Arrow
    notes: tuple[str, ...]


def guess(table: Table) -> Guess:
    """Choose what to embed when nobody said.

    Columns with a usual name come first (``text``, ``content``, ``passage``, ``utterance``,
    ``instruction`` with ``output``, ...), then the likeliest of `candidates`. Where a file among
    several has nothing there and calls its text otherwise, both columns are taken together.

    Raises
    ------
    MissingColumnError
        When no column holds text.
    """
    best = _likeliest(table)
    if table.group_column not in table.columns or best.text not in table.columns:
        return best
    return _for_all_files(table, best, table.group_column)


def _likeliest(table: Table) -> Guess:
    by_name = _by_name(table)
    if by_name is not None:
        return by_name
    ranked = candidates(table)
    if not ranked:
        raise MissingColumnError(
            f"No column of {named(table)} holds text.",
            f"Name the column to use: {_listing(table.columns)}.",
        )
    return Guess(ranked[0], "its texts are the longest and most varied")


def candidates(table: Table) -> list[str]:
    """List the columns that may hold the texts, likeliest first: long, distinct, of several words.

    Lists and objects count with what `render` makes of them. Cost: 5,000 rows are looked at.
    """
    cells = typed(table).cells
    promise = {name: _promise(cells.column(name)) for name in _text_columns(cells, table)}
    for field in cells.schema:
        if pa.types.is_nested(field.type):
            promise[field.name] = _promise(_as_text(_head(table, PROBE_NESTED), field.name, []))
    return sorted((n for n in promise if promise[n]), key=promise.__getitem__, reverse=True)


def template(text: str) -> str:
    r"""Read ``\n`` and ``\t``, as typed in a shell, as a line break and a tab."""
    return text.replace("\\n", "\n").replace("\\t", "\t")


def columns_of(text: str, names: Sequence[str]) -> tuple[str, ...]:
    r"""List the columns that a text is made of.

    Parameters
    ----------
    text : str
        A column name, or a template such as ``"{instruction}\n{output}"``; ``{{`` and ``}}``
        stand for single braces.
    names : sequence of str
        The columns there are.

    Raises
    ------
    MissingColumnError
        For a column that is not there.
    """
    used = (text,) if text in names else tuple(dict.fromkeys(n for _, n in _pieces(text) if n))
    for name in used or (text,):
        require(name, names)
    return used


def require(name: str, names: Sequence[str]) -> None:
    """Raise `MissingColumnError`, with the names that come close, unless there is such a column."""
    if name in names:
        return
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    near = f"Did you mean {' or '.join(map(repr, close))}? " if close else ""
    raise MissingColumnError(
        f"There is no column {name!r}.", f"{near}The columns are {_listing(names)}."
    )


def render(table: Table, text: str) -> Texts:
    """Make the text of each row.

    Parameters
    ----------
    table : Table
    text : str
        As for `columns_of`. A null field in a template leaves its place empty. The items of a list
        stand on lines of their own; an object is its ``content``, ``value`` or ``text`` if it has
        one (so a chat is what was said in it), else JSON.
    """
    used = columns_of(text, table.columns)
    notes: list[str] = []
    fields = {name: _as_text(table, name, notes) for name in used}
    is_blank = [pc.equal(pc.utf8_trim_whitespace(field), "") for field in fields.values()]
    values = fields[text] if text in fields else _filled(_pieces(text), fields)
    return Texts(values, reduce(pc.and_, is_blank), tuple(notes))


def _for_all_files(table: Table, best: Guess, group: str) -> Guess:
    """Add the columns of files that have nothing in the likeliest one."""
    taken, said = [best.text], [best.why]
    files = table.cells.column(group)
    for name in pc.unique(files).drop_null().to_pylist():
        part = replace(table, cells=table.cells.filter(pc.equal(files, name)))
        if all(pc.all(render(part, column).blank).as_py() for column in taken):
            own = _own_text(part)
            if own is not None:
                taken.append(own)
                said.append(f"that of {name} is {own!r}")
    if len(taken) == 1 or any(c in column for column in taken for c in "{}"):
        return best
    return Guess("".join(f"{{{column}}}" for column in taken), "; ".join(said))


def _own_text(table: Table) -> str | None:
    """Name the one column that a file has for its text, if it is one."""
    try:
        found = _likeliest(table).text
    except MissingColumnError:
        return None
    return found if found in table.columns else None


def _head(table: Table, n_rows: int) -> Table:
    return replace(table, cells=table.cells.slice(0, n_rows))


def _by_name(table: Table) -> Guess | None:
    promising = {
        name.strip().lower(): name
        for name in reversed(_text_columns(table.cells, table))
        if _promise(table.cells.column(name))
    }
    for usual in USUAL:
        if all(name in promising for name in usual):
            names = [promising[name] for name in usual]
            if len(names) == 1:
                return Guess(names[0], "its name is usual for texts")
            return Guess("\n".join(f"{{{n}}}" for n in names), "the names are usual for texts")
    return None


def _text_columns(cells: pa.Table, table: Table) -> list[str]:
    passed_over = table.json_columns | {table.group_column}
    return [f.name for f in cells.schema if f.type == TEXT and f.name not in passed_over]


def _promise(column: Arrow) -> float:
    """Mean length of the distinct texts, less where they repeat or are not prose (ids, JSON)."""
    probe = column.drop_null().slice(0, PROBE)
    distinct = pc.unique(probe)
    if not len(distinct):
        return 0.0
    length = pc.mean(pc.utf8_length(pc.utf8_trim_whitespace(distinct))).as_py()
    wordy = pc.or_(pc.match_substring(distinct, " "), pc.invert(pc.string_is_ascii(distinct)))
    prose = pc.and_not(wordy, pc.starts_with(distinct, "{"))
    share = pc.mean(prose.cast(pa.int8())).as_py()
    return float(length * (len(distinct) / len(probe)) * (0.1 + 0.9 * share))


def _pieces(text: str) -> list[tuple[str, str]]:
    """Split a template into pairs of a literal and the column after it (``""``: none)."""
    pieces, literal, end = [], "", 0
    for hole in _HOLE.finditer(text):
        literal += text[end : hole.start()]
        end = hole.end()
        if hole[1] is None:
            literal += hole[0][0]
        else:
            pieces.append((literal, hole[1]))
            literal = ""
    return [*pieces, (literal + text[end:], "")]


def _filled(pieces: Sequence[tuple[str, str]], fields: dict[str, Arrow]) -> Arrow:
    parts = []
    for literal, name in pieces:
        parts.append(pa.scalar(literal, TEXT))
        parts += [fields[name]] if name else []
    return pc.binary_join_element_wise(*parts, pa.scalar("", TEXT))


def _as_text(table: Table, name: str, notes: list[str]) -> Arrow:
    column = table.cells.column(name)
    if column.type != TEXT or name in table.json_columns:
        kind = "mixed" if name in table.json_columns else str(column.type)
        notes.append(f"The values of {name!r} ({kind}) were turned into text to be embedded.")
        values = column.to_pylist()
        if name in table.json_columns:
            values = [None if value is None else decode(value) for value in values]
        column = pa.chunked_array([pa.array([_spelled(value) for value in values], TEXT)])
    return pc.fill_null(column, "")


def _spelled(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list):
        return "\n".join(spelled for item in value if (spelled := _spelled(item)))
    if isinstance(value, dict):
        spoken = next((value[name] for name in SPOKEN if value.get(name)), None)
        return _spelled(spoken) or json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"
