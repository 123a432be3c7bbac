"""What can be asked of a column's value? One frozen value per kind of question."""

from dataclasses import dataclass

from diversity.errors import FilterError

from .checks import Bound, bound_of, check_order, check_pattern
from .predicate import Predicate, set_field
from .words import Scalar, clean, scalar, write_name, write_pattern, write_text, write_value

MAX_PATTERN = 1_000
MAX_QUERY = 10_000


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
        set_field(self, "column", clean(self.column))
        set_field(self, "values", tuple({write_value(value): value for value in plain}.values()))

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
        set_field(self, "column", clean(self.column))
        set_field(self, "low", low)
        set_field(self, "high", high)
        set_field(self, "low_open", self.low_open and low is not None)
        set_field(self, "high_open", self.high_open and high is not None)

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
        set_field(self, "text", clean(self.text, MAX_QUERY))
        set_field(self, "column", clean(self.column))

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
        set_field(self, "column", clean(self.column))
        check_pattern(clean(self.pattern, MAX_PATTERN))

    def _write(self) -> str:
        flag = "i" if self.ignore_case else ""
        return f"{write_name(self.column)} matches {write_pattern(self.pattern)}{flag}"


@dataclass(frozen=True, eq=False)
class IsNull(Predicate):
    """The column has no value for this record."""

    column: str

    def __post_init__(self) -> None:
        set_field(self, "column", clean(self.column))

    def _write(self) -> str:
        return f"{write_name(self.column)} is null"

    def _write_negated(self) -> str:
        return f"{write_name(self.column)} is not null"
