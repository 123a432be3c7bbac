"""How is a filter spelled? Its words, marks, names and values, written and taken apart.

Writing and reading are each other's inverse: `tokens` reads back whatever `write_name`,
`write_value` and `write_pattern` print.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from diversity.errors import FilterError
from diversity.wording import plain

Scalar: TypeAlias = str | bool | int | float | date | datetime | None
"""A value a column can be compared with."""

CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "inf": float("inf")}
_CLAUSES = ("in", "is", "between", "contains", "matches", "to")
_OPENINGS = ("meaning", "like", "near", "record", "above", "inside", "polygon", "row")
KEYWORDS = frozenset({"and", "or", "not", *_CLAUSES, *_OPENINGS, *CONSTANTS})
BUILT_IN = frozenset({"@cluster", "@row", "@text", "@length"})

LARGEST_INTEGER = 10**30
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_WRITTEN_ESCAPES = {character: f"\\{letter}" for letter, character in _ESCAPES.items()}
_WORD = re.compile(r"[^\W\d][\w.\-]*")
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_PAIR = re.compile(r"\\.|/", re.DOTALL)
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9:.]+)?)?"
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]inf\b"
_TOKEN = re.compile(
    rf"""
      (?P<date>{_DATE})
    | (?P<number>{_NUMBER})
    | (?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^'\\]*+(?:\\.[^'\\]*+)*+')
    | (?P<quoted>`[^`\\]*+(?:\\.[^`\\]*+)*+`)
    | (?P<pattern>/[^/\\\n]*+(?:\\.[^/\\\n]*+)*+/[a-z]*)
    | (?P<word>@?[^\W\d][\w.\-]*)
    | (?P<mark><=|>=|!=|==|<>|[()=<>,])
    """,
    re.VERBOSE | re.DOTALL,
)
_UNFINISHED = {'"': "text", "'": "text", "`": "column name", "/": "pattern"}


class Token(NamedTuple):
    """One piece of a filter's text: what it is, how it was written, where, and its value."""

    kind: str
    text: str
    at: int
    value: Any = None


def tokens(text: str) -> Iterator[Token]:
    """Take a filter's text apart, and close with a token of kind ``"end"``.

    Raises
    ------
    FilterError
        At the first character that begins no word, mark, name or value.
    """
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        yield _token(text, match)
        at = match.end()
    yield Token("end", "", len(text))


def trouble(text: str, at: int, problem: str, hint: str = "") -> FilterError:
    """Build the error that points at a place in a filter's text with a caret."""
    start, stop = max(0, at - 40), at + 30
    excerpt = plain(text[start:stop])
    caret = " " * (at - start) + "^"
    return FilterError(f"column {at + 1}: {problem}\n    {excerpt}\n    {caret}", hint)


def scalar(value: object) -> Scalar:
    """Bring a value to its plain Python form: NaN and NaT become None, numpy numbers Python's.

    Raises
    ------
    FilterError
        For an integer beyond 10**30 or a text that is not valid Unicode.
    TypeError
        For a value of any other type.
    """
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    elif isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat(timespec="microseconds"))
    if isinstance(value, float):
        return None if value != value else float(value)
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise FilterError("This number is too large: whole numbers go up to 10**30.")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool | int | date):
        return value
    raise TypeError(f"a column cannot be compared with a {type(value).__name__}")


def clean(text: str, limit: int | None = None) -> str:
    """Let a text pass that is valid Unicode and not too long; otherwise raise FilterError."""
    if limit is not None and len(text) > limit:
        raise FilterError(
            f"The text searched for has {len(text):,} characters; at most {limit:,} are read.",
            "Search for a characteristic part of it.",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FilterError("The text holds half of a character (a lone surrogate).") from error
    return str(text)


def write_value(value: Scalar) -> str:
    """Spell a value: ``"solar"``, ``3``, ``2024-01-01``, ``true``, ``null``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return write_text(value) if isinstance(value, str) else repr(value)


def write_number(value: float) -> str:
    """Spell a number the short way: 2.0 as ``2``."""
    return repr(value).removesuffix(".0")


def write_text(text: str, quote: str = '"') -> str:
    """Put a text between quotes, on one line, with everything unprintable escaped."""
    return quote + "".join(_write_character(c, quote) for c in text) + quote


def write_name(column: str) -> str:
    """Spell a column's name: bare where it is a plain word, else in backticks."""
    if column == "@row":
        return "row"
    bare = _WORD.fullmatch(column) and column.lower() not in KEYWORDS
    return column if bare or column in BUILT_IN else write_text(column, "`")


def write_pattern(pattern: str) -> str:
    r"""Spell a pattern between slashes, or between quotes where slashes would change it."""
    pairs = _PAIR.findall(pattern)
    if not pattern.isprintable() or "\\/" in pairs or _ends_in_backslash(pattern):
        return write_text(pattern)
    return "/" + _PAIR.sub(lambda pair: pair[0].replace("/", "\\/"), pattern) + "/"


def read_date(text: str) -> date | datetime:
    """Read ``2024-01-31`` or ``2024-01-31T12:30:00+01:00``; raise ValueError otherwise."""
    if not re.fullmatch(_DATE, text):
        raise ValueError(f"{text!r} is not a date")
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def read_number(text: str) -> int | float:
    """Read a number as it stands in a filter; raise ValueError otherwise."""
    if not re.fullmatch(_NUMBER, text):
        raise ValueError(f"{text!r} is not a number")
    return int(text[:50]) if re.fullmatch(r"[+-]?[0-9]+", text) else float(text)


def _token(text: str, match: re.Match[str]) -> Token:
    kind, written, at = str(match.lastgroup), match[0], match.start()
    if kind == "mark":
        return Token("mark", {"==": "=", "<>": "!="}.get(written, written), at)
    if kind == "word":
        return _word(written, at)
    if kind == "pattern":
        body, _, flags = written[1:].rpartition("/")
        unescaped = _PAIR.sub(lambda pair: "/" if pair[0] == "\\/" else pair[0], body)
        return Token("pattern", written, at, (unescaped, flags))
    if kind == "quoted":
        return Token("name", written, at, _unescape(text, written, at))
    return Token("value", written, at, _value(text, kind, written, at))


def _word(written: str, at: int) -> Token:
    lowered = written.lower()
    if lowered in CONSTANTS:
        return Token("value", written, at, CONSTANTS[lowered])
    if lowered == "row":
        return Token("name", written, at, "@row")
    if lowered in KEYWORDS:
        return Token("keyword", lowered, at)
    return Token("name", written, at, written)


def _value(text: str, kind: str, written: str, at: int) -> Scalar:
    if kind == "text":
        return _unescape(text, written, at)
    try:
        return read_date(written) if kind == "date" else scalar(read_number(written))
    except ValueError as error:
        raise trouble(
            text, at, f"{written} is not a date", "Dates read year-month-day: 2024-01-31."
        ) from error
    except FilterError as error:
        raise trouble(text, at, error.message) from error


def _unescape(text: str, written: str, at: int) -> str:
    def character(match: re.Match[str]) -> str:
        letters = match[1]
        if len(letters) == 1 and not letters.isalnum():
            return letters
        if letters in _ESCAPES:
            return _ESCAPES[letters]
        code = int(letters[1:], 16) if len(letters) > 1 else -1
        if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF:
            return chr(code)
        where = at + 1 + match.start()
        raise trouble(text, where, f"\\{letters} stands for no character", "Write \\\\ for \\.")

    try:
        return clean(_ESCAPED.sub(character, written[1:-1]))
    except UnicodeEncodeError as error:
        raise trouble(text, at, "half of a character stands here") from error


def _unreadable(text: str, at: int) -> FilterError:
    character = text[at]
    if character in _UNFINISHED:
        what = _UNFINISHED[character]
        return trouble(text, at, f"this {what} never ends", f"Close it with {character}.")
    return trouble(text, at, f"{character!r} has no meaning here", "Put text in double quotes.")


def _write_character(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return "\\" + character
    if character in _WRITTEN_ESCAPES:
        return _WRITTEN_ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _ends_in_backslash(pattern: str) -> bool:
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1
