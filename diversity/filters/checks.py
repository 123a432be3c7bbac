"""What values can a predicate not have? Those a person can mistype, each refused in a sentence."""

import math
from datetime import date, datetime
from typing import Any, TypeAlias, cast

from diversity.errors import FilterError

from .words import read_date, read_number, scalar, write_pattern, write_text, write_value

Bound: TypeAlias = int | float | date | datetime
Point: TypeAlias = tuple[float, float]

MAX_VERTICES = 10_000
FARTHEST = 1e9


def bound_of(value: object) -> Bound | None:
    """Bring a bound to a number or a date; a text is read as one, None stays open."""
    bound: Any = scalar(value)
    if isinstance(bound, str):
        bound = scalar(_bound_in_text(bound))
    if isinstance(bound, bool) or (isinstance(bound, float) and math.isinf(bound)):
        raise FilterError(f"{write_value(bound)} is no bound: bounds are numbers or dates.")
    if bound is None and value is not None:
        raise FilterError("A missing value is no bound: bounds are numbers or dates.")
    return cast("Bound | None", bound)


def _bound_in_text(text: str) -> Bound:
    for read in (read_date, read_number):
        try:
            return read(text.strip())
        except ValueError:
            continue
    raise FilterError(
        f"{write_text(text[:40])} is no bound: bounds are numbers or dates.",
        "Compare text with =, in, contains or matches.",
    )


def check_order(low: Bound, high: Bound) -> None:
    """Refuse a date beside a number, and bounds the wrong way round."""
    if isinstance(low, date) != isinstance(high, date):
        raise FilterError("One bound is a date and the other a number.")
    if type(low) is datetime and type(high) is datetime and bool(low.tzinfo) != bool(high.tzinfo):
        return
    comparable = not isinstance(low, date) or type(low) is type(high)
    if comparable and cast("Any", low) > high:
        raise FilterError(
            f"The lower bound {write_value(low)} is above the upper bound {write_value(high)}.",
            "Swap them.",
        )


def check_pattern(pattern: str) -> None:
    """Refuse what RE2 cannot read, in its own words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        reason = str(error).removeprefix("Invalid regular expression: ")
        raise FilterError(
            f"The pattern {write_pattern(pattern[:80])} cannot be read: {reason}.",
            "Patterns follow RE2, which reads any text in linear time: it has no lookahead, "
            "no lookbehind and no backreferences, and repeats at most 1,000 times.",
        ) from error


def similarity_of(value: float) -> float:
    """Bring a cosine similarity to a float in [-1, 1], without a negative zero."""
    if isinstance(value, bool) or not -1 <= value <= 1:
        raise FilterError(f"A similarity lies between -1 and 1, not at {value!r}.")
    return float(value) + 0.0


def row_of(value: object) -> int:
    """Bring a row number to a Python int from 0."""
    row = scalar(value)
    if isinstance(row, bool) or not isinstance(row, int) or row < 0:
        raise FilterError(f"{write_value(row)} is no row number: rows count 0, 1, 2, ...")
    return row


def check_polygons(polygons: tuple[tuple[Point, ...], ...]) -> None:
    """Refuse outlines that enclose nothing, are endless, or have too many corners."""
    if not polygons or min(map(len, polygons)) < 3:
        raise FilterError("A polygon has three corners or more.")
    if sum(map(len, polygons)) > MAX_VERTICES:
        raise FilterError(f"The outline has more than {MAX_VERTICES:,} corners.")
    if not all(abs(number) <= FARTHEST for polygon in polygons for xy in polygon for number in xy):
        raise FilterError("A polygon's corners lie between -1e9 and 1e9.")
