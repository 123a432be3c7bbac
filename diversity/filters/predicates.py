"""What can be asked of a record? One frozen value per kind of question, each printing its own text.

Two predicates are equal when they read the same. Whatever a user can mistype (a reversed range, a
broken pattern, a similarity of 45) raises `FilterError` when the predicate is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from diversity.errors import FilterError

from .checks import (
    Bound,
    Point,
    bound_of,
    check_order,
    check_pattern,
    check_polygons,
    row_of,
    similarity_of,
)
from .words import (
    Scalar,
    clean,
    scalar,
    write_name,
    write_number,
    write_pattern,
    write_text,
    write_value,
)

MAX_DEPTH = 32
MAX_PATTERN = 1_000
MAX_QUERY = 10_000


class Predicate:
    """A question with the answer yes or no for every record; ``str()`` is its canonical text."""

    @cached_property
    def _text(self) -> str:
        return self._write()

    @property
    def depth(self) -> int:
        """How many `Not`, `AnyOf` and `AllOf` are stacked here; 0 for a plain predicate."""
        return 0

    def negated(self) -> "Predicate":
        """Ask the opposite."""
        return Not(self)

    def _write(self) -> str:
        raise NotImplementedError

    def _write_negated(self) -> str:
        return f"not {self}"

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash((type(self), str(self)))


@dataclass(frozen=True, eq=False)
class In(Predicate):
    """The column's value is one of these; None stands for a missing value.

    Parameters
    ----------
    column : str
        A column of the dataset, or ``cluster``, ``text``, ``length``.
    values : iterable of str, bool, int, float, date, datetime or None
        Duplicates go, the order stays. An empty one matches nothing.
    """

    column: str
    values: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        if isinstance(self.values, str):
            raise TypeError("values is a sequence of values, not one text")
        if self.column == "@row":
            raise FilterError("Row numbers are picked with Rows((1, 2, 3)).")
        plain = (scalar(value) for value in self.values)
        _set(self, "column", clean(self.column))
        _set(self, "values", tuple({write_value(value): value for value in plain}.values()))

    def _write(self) -> str:
        return self._write_with("=", "in")

    def _write_negated(self) -> str:
        return self._write_with("!=", "not in")

    def _write_with(self, one: str, many: str) -> str:
        written = [write_value(value) for value in self.values]
        if len(written) == 1 and self.values[0] is not None:
            return f"{write_name(self.column)} {one} {written[0]}"
        return f"{write_name(self.column)} {many} ({', '.join(written)})"


@dataclass(frozen=True, eq=False)
class Range(Predicate):
    """The column's number or date lies between two bounds.

    Parameters
    ----------
    column : str
        A column of numbers or dates, or ``row``, ``cluster``, ``length``.
    low, high : int, float, date, datetime or None
        None leaves that end open; at least one is given. A date means the whole day.
    low_open, high_open : bool, default=False
        Whether the bound itself is left out.
    """

    column: str
    low: Bound | None = None
    high: Bound | None = None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        low, high = bound_of(self.low), bound_of(self.high)
        if low is None and high is None:
            raise FilterError("A range needs a lower or an upper bound.")
        if low is not None and high is not None:
            check_order(low, high)
        _set(self, "column", clean(self.column))
        _set(self, "low", low)
        _set(self, "high", high)
        _set(self, "low_open", self.low_open and low is not None)
        _set(self, "high_open", self.high_open and high is not None)

    def _write(self) -> str:
        name, low, high = write_name(self.column), write_value(self.low), write_value(self.high)
        below, above = "<" if self.high_open else "<=", ">" if self.low_open else ">="
        if self.high is None:
            return f"{name} {above} {low}"
        if self.low is None:
            return f"{name} {below} {high}"
        if self.low_open or self.high_open:
            return f"{low} {'<' if self.low_open else '<='} {name} {below} {high}"
        return f"{name} between {low} and {high}"


@dataclass(frozen=True, eq=False)
class Contains(Predicate):
    """The text holds these characters, in upper or lower case."""

    text: str
    column: str = "text"

    def __post_init__(self) -> None:
        _set(self, "text", clean(self.text, MAX_QUERY))
        _set(self, "column", clean(self.column))

    def _write(self) -> str:
        return f"{write_name(self.column)} contains {write_text(self.text)}"


@dataclass(frozen=True, eq=False)
class Matches(Predicate):
    """The text matches a regular expression somewhere.

    RE2 reads it in linear time whatever the pattern; so there is no lookaround and no
    backreference.

    Parameters
    ----------
    pattern : str
        RE2 syntax, at most 1,000 characters.
    ignore_case : bool, default=False
        Whether upper and lower case are one.
    column : str, default="text"
        A column of text.
    """

    pattern: str
    ignore_case: bool = False
    column: str = "text"

    def __post_init__(self) -> None:
        _set(self, "column", clean(self.column))
        check_pattern(clean(self.pattern, MAX_PATTERN))

    def _write(self) -> str:
        flag = "i" if self.ignore_case else ""
        return f"{write_name(self.column)} matches {write_pattern(self.pattern)}{flag}"


@dataclass(frozen=True, eq=False)
class Like(Predicate):
    """The record means something similar to the query.

    Parameters
    ----------
    query : str
        What to search for, at most 10,000 characters.
    min_similarity : float
        Cosine similarity from which a record counts, in [-1, 1].
    """

    query: str
    min_similarity: float

    def __post_init__(self) -> None:
        _set(self, "query", clean(self.query, MAX_QUERY))
        _set(self, "min_similarity", similarity_of(self.min_similarity))

    def _write(self) -> str:
        return f"meaning like {write_text(self.query)} above {write_number(self.min_similarity)}"


@dataclass(frozen=True, eq=False)
class Near(Predicate):
    """The record is as similar to a given record, or more; that record itself always is.

    Parameters
    ----------
    row : int
        The record compared with, from 0.
    min_similarity : float
        Cosine similarity from which a record counts, in [-1, 1].
    """

    row: int
    min_similarity: float

    def __post_init__(self) -> None:
        _set(self, "row", row_of(self.row))
        _set(self, "min_similarity", similarity_of(self.min_similarity))

    def _write(self) -> str:
        return f"near record {self.row} above {write_number(self.min_similarity)}"


@dataclass(frozen=True, eq=False)
class Inside(Predicate):
    """The record lies on the map inside one of the polygons, or on its edge.

    Parameters
    ----------
    polygons : iterable of iterables of (x, y)
        Each with three corners or more, in map coordinates; the last corner joins the first.
    """

    polygons: tuple[tuple[Point, ...], ...]

    def __post_init__(self) -> None:
        polygons = tuple(
            tuple((float(x) + 0.0, float(y) + 0.0) for x, y in polygon) for polygon in self.polygons
        )
        check_polygons(polygons)
        _set(self, "polygons", polygons)

    def _write(self) -> str:
        return "inside polygon " + ", ".join(_write_polygon(polygon) for polygon in self.polygons)


@dataclass(frozen=True, eq=False)
class Rows(Predicate):
    """The record is one of these rows, numbered from 0; kept sorted, each once."""

    rows: tuple[int, ...]

    def __post_init__(self) -> None:
        _set(self, "rows", tuple(sorted({row_of(row) for row in self.rows})))

    def _write(self) -> str:
        return self._write_with("=", "in")

    def _write_negated(self) -> str:
        return self._write_with("!=", "not in")

    def _write_with(self, one: str, many: str) -> str:
        if len(self.rows) == 1:
            return f"row {one} {self.rows[0]}"
        return f"row {many} ({', '.join(_write_runs(self.rows))})"


@dataclass(frozen=True, eq=False)
class IsNull(Predicate):
    """The column has no value for this record."""

    column: str

    def __post_init__(self) -> None:
        _set(self, "column", clean(self.column))

    def _write(self) -> str:
        return f"{write_name(self.column)} is null"

    def _write_negated(self) -> str:
        return f"{write_name(self.column)} is not null"


@dataclass(frozen=True, eq=False)
class Not(Predicate):
    """Exactly the records the predicate leaves out, those with a missing value among them."""

    predicate: Predicate

    def __post_init__(self) -> None:
        _check_depth(self)

    @property
    def depth(self) -> int:
        """How deeply predicates are stacked here."""
        return 1 + self.predicate.depth

    def negated(self) -> Predicate:
        """Ask the opposite of the opposite."""
        return self.predicate

    def _write(self) -> str:
        return self.predicate._write_negated()


class _Several(Predicate):
    predicates: tuple[Predicate, ...]
    word = ""

    def __post_init__(self) -> None:
        _set(self, "predicates", tuple(_flat(self.predicates, type(self))))
        if len(self.predicates) < 2:
            raise ValueError(f"{type(self).__name__} joins two predicates or more")
        _check_depth(self)

    @property
    def depth(self) -> int:
        """How deeply predicates are stacked here."""
        return 1 + max(predicate.depth for predicate in self.predicates)

    def _write(self) -> str:
        return f"({f' {self.word} '.join(map(str, self.predicates))})"


@dataclass(frozen=True, eq=False)
class AnyOf(_Several):
    """One of the predicates holds, or several."""

    predicates: tuple[Predicate, ...]
    word = "or"


@dataclass(frozen=True, eq=False)
class AllOf(_Several):
    """All predicates hold: the conjunction inside an `AnyOf` or a `Not`."""

    predicates: tuple[Predicate, ...]
    word = "and"


def _flat(predicates: Iterable[Predicate], kind: type[_Several]) -> Iterable[Predicate]:
    """Take apart the predicates of a kind: (a and (b and c)) is (a and b and c)."""
    for predicate in predicates:
        if isinstance(predicate, kind):
            yield from predicate.predicates
        else:
            yield predicate


def _set(predicate: Predicate, field: str, value: object) -> None:
    object.__setattr__(predicate, field, value)


def _write_polygon(polygon: tuple[Point, ...]) -> str:
    return f"({', '.join(f'{write_number(x)} {write_number(y)}' for x, y in polygon)})"


def _write_runs(rows: tuple[int, ...]) -> Iterable[str]:
    """Spell sorted rows, three or more in a row as ``9 to 120``."""
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(rows), 1) if b != a + 1), len(rows)]
    for start, stop in pairwise(breaks):
        run = rows[start:stop]
        if len(run) > 2:
            yield f"{run[0]} to {run[-1]}"
        else:
            yield from map(str, run)


def _check_depth(predicate: Predicate) -> None:
    if predicate.depth > MAX_DEPTH:
        raise FilterError(f"The conditions are nested more than {MAX_DEPTH} deep.")
