"""Does a column's value equal, or lie between, what was asked? One answer per kind of column.

A number asked of a column of texts is compared as it was typed; a text asked of a column of
numbers, truths or dates is read as one, and refused where it cannot be.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd

from diversity.arrays import Bool

from .about_columns import Range
from .columns import Column, arrow_text
from .words import Scalar, read_date, read_number, write_value

Ordered: TypeAlias = Any
"""Numbers or moments: whatever the column can be compared with."""

_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def is_in(column: Column, values: Sequence[Scalar]) -> Bool:
    """Say which records have one of these values.

    Raises
    ------
    FilterError
        If a value cannot be one of this column's.
    """
    present = [value for value in values if value is not None]
    answer = _EQUAL[column.kind](column, present)
    return answer | column.missing() if len(present) < len(values) else answer


def in_range(column: Column, asked: Range) -> Bool:
    """Say which records lie between the bounds.

    Raises
    ------
    FilterError
        If the column has no order that fits the bounds.
    """
    if column.kind == "category":
        return column.through_categories(lambda categories: in_range(categories, asked))
    timely = isinstance(asked.low if asked.low is not None else asked.high, date)
    if column.kind == "time" and timely:
        return _moments_between(column.series, asked)
    if column.kind == "text" and timely:
        return _through_distinct(column, lambda times: _moments_between(times, asked))
    if column.kind in ("number", "cluster", "mixed") and not timely:
        answer = _numbers_between(numbers(column), asked)
        return answer if column.kind == "cluster" else answer & ~column.missing()
    raise column.refuse(
        f"and {'dates' if timely else 'numbers'} cannot bound it",
        "Write a date as 2024-01-31." if column.kind == "time" else "",
    )


def _equal_numbers(column: Column, values: Sequence[Scalar]) -> Bool:
    wanted = [_number(column, value) for value in values]
    own = numbers(column)
    if own.dtype.kind in "iu":
        limits = np.iinfo(own.dtype)
        whole = [int(n) for n in wanted if limits.min <= n <= limits.max and n == int(n)]
        answer = np.isin(own, np.array(whole, own.dtype))
    else:
        with np.errstate(over="ignore"):
            answer = np.isin(own, np.array(wanted, own.dtype))
    return answer & ~column.missing()


def _equal_clusters(column: Column, values: Sequence[Scalar]) -> Bool:
    return np.isin(column.series.to_numpy(), np.array([_number(column, v) for v in values]))


def _equal_truths(column: Column, values: Sequence[Scalar]) -> Bool:
    wanted = {_truth(column, value) for value in values}
    return column.series.isin(list(wanted)).to_numpy(dtype=bool)


def _equal_times(column: Column, values: Sequence[Scalar]) -> Bool:
    return _on_days(column.series, [_time(column, value) for value in values])


def _equal_texts(column: Column, values: Sequence[Scalar]) -> Bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    own = arrow_text(column.series)
    spelled = [s for value in values if not isinstance(value, date) for s in _spellings(value)]
    wanted = pa.array(spelled, type=pa.large_string())
    answer = np.asarray(pc.is_in(own, value_set=wanted).to_numpy(zero_copy_only=False), dtype=bool)
    days = [value for value in values if isinstance(value, date)]
    if days:
        answer = answer | _through_distinct(column, lambda times: _on_days(times, days))
    return answer


def _equal_categories(column: Column, values: Sequence[Scalar]) -> Bool:
    return column.through_categories(lambda categories: is_in(categories, values))


def _equal_mixed(column: Column, values: Sequence[Scalar]) -> Bool:
    """Look at each distinct value once, type by type: 1, 1.0 and True are equal to Python."""
    wanted = {spelled(value) for value in values}
    own = column.series.to_numpy(object)
    kinds, found = pd.factorize(np.fromiter(map(type, own), object, len(own)))
    answer = np.zeros(len(own), dtype=bool)
    for number, kind in enumerate(found):
        rows = np.flatnonzero(kinds == number)
        if issubclass(kind, str | int | float):
            codes, distinct = pd.factorize(own[rows])
            answer[rows] = np.append(_hold(distinct, wanted), False)[codes]
        else:
            answer[rows] = _hold(own[rows], wanted)
    return answer


def _hold(values: Iterable[object], wanted: set[str]) -> Bool:
    return np.array([not wanted.isdisjoint(_keys(value)) for value in values], dtype=bool)


_EQUAL: dict[str, Callable[[Column, Sequence[Scalar]], Bool]] = {
    "number": _equal_numbers,
    "cluster": _equal_clusters,
    "truth": _equal_truths,
    "time": _equal_times,
    "text": _equal_texts,
    "category": _equal_categories,
    "mixed": _equal_mixed,
}


def numbers(column: Column) -> np.ndarray[Any, Any]:
    """Lend the numbers as numpy has them: where one is missing NaN, or 0 among whole numbers."""
    values = column.series
    if column.kind == "mixed":
        return np.array([_real(value) for value in values], dtype=float)
    if not pd.api.types.is_extension_array_dtype(values.dtype):
        return values.to_numpy()
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.to_numpy(dtype=cast("Any", values.dtype).numpy_dtype, na_value=0)
    return values.to_numpy(dtype=float, na_value=math.nan)


def _numbers_between(own: np.ndarray[Any, Any], asked: Range) -> Bool:
    low: Any = asked.low
    high: Any = asked.high
    low_open, high_open = asked.low_open, asked.high_open
    if own.dtype.kind in "iu":
        low, low_open = _whole(low, math.ceil, low_open)
        high, high_open = _whole(high, math.floor, high_open)
    with np.errstate(over="ignore"):
        return _between(own, low, high, low_open, high_open)


def _whole(
    bound: Ordered, rounded: Callable[[float], int], is_open: bool
) -> tuple[int | None, bool]:
    """Move a bound to the nearest whole number inside, so that large integers stay exact."""
    if bound is None:
        return None, False
    whole = rounded(bound)
    return whole, is_open and whole == bound


def _between(own: Ordered, low: Ordered, high: Ordered, low_open: bool, high_open: bool) -> Bool:
    answer = np.ones(len(own), dtype=bool)
    if low is not None:
        answer &= np.asarray(own > low if low_open else own >= low, dtype=bool)
    if high is not None:
        answer &= np.asarray(own < high if high_open else own <= high, dtype=bool)
    return answer


def _moments_between(own: "pd.Series[Any]", asked: Range) -> Bool:
    """Compare moments; a bound that is a day reaches from midnight to midnight."""
    low: Any = asked.low
    high: Any = asked.high
    low_open, high_open = asked.low_open, asked.high_open
    if type(low) is date:
        low, low_open = _midnight(low, following=low_open), low_open and low == date.max
    if type(high) is date:
        high, high_open = _midnight(high, following=not high_open), high_open or high < date.max
    zone = own.dt.tz
    return _between(own, moment(low, zone), moment(high, zone), low_open, high_open)


def _midnight(day: date, *, following: bool) -> datetime:
    """Begin a day, or the day after it; the last day of all ends with its last moment."""
    if following and day == date.max:
        return datetime.max
    return datetime.combine(day, time()) + timedelta(days=following)


def moment(value: datetime | None, zone: tzinfo | None) -> pd.Timestamp | None:
    """Bring a moment to a column's zone; without one of its own it is read in the column's."""
    if value is None:
        return None
    if value.tzinfo is None:
        moment = pd.Timestamp(value)
        return moment.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    moment = pd.Timestamp(value).tz_convert("UTC")
    return moment if zone is not None else moment.tz_localize(None)


def _on_days(own: "pd.Series[Any]", values: Iterable[date]) -> Bool:
    answer = np.zeros(len(own), dtype=bool)
    for value in values:
        answer |= _moments_between(own, Range("", value, value))
    return answer


def _through_distinct(column: Column, answer: Callable[["pd.Series[Any]"], Bool]) -> Bool:
    """Read each distinct text as a date once; texts that are none get the answer no."""
    codes, distinct = pd.factorize(column.series)
    if not len(distinct):
        return np.zeros(len(codes), dtype=bool)
    times = pd.to_datetime(pd.Series(distinct), format="ISO8601", errors="coerce", utc=True)
    if times.isna().all():
        raise column.refuse("none of which reads as a date", "Dates read 2024-01-31.")
    return np.asarray(np.append(answer(times), False)[codes])


def _number(column: Column, value: Scalar) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        return read_number(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise column.refuse(f"and {write_value(value)} is no number") from None


def _truth(column: Column, value: Scalar) -> bool:
    truth = _TRUTHS.get(str(value).strip().lower())
    if truth is None:
        raise column.refuse(f"and {write_value(value)} is neither", "Ask for true or false.")
    return truth


def _time(column: Column, value: Scalar) -> date:
    if isinstance(value, date):
        return value
    try:
        return read_date(value.strip().replace(" ", "T") if isinstance(value, str) else "")
    except ValueError:
        raise column.refuse(
            f"and {write_value(value)} is no date", "Write a date as 2024-01-31."
        ) from None


def _spellings(value: Scalar) -> Iterable[str]:
    if isinstance(value, bool):
        return (str(value), str(value).lower(), str(value).upper())
    return (value if isinstance(value, str) else write_value(value),)


def _keys(value: object) -> set[str]:
    """Spell a value of a mixed column; a list answers for each of its members too."""
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return {str(value), *map(spelled, value)}
    missing = value is None or value is pd.NaT or value is pd.NA or value != value
    return set() if missing else {spelled(value)}


def spelled(value: object) -> str:
    """Spell a value of a mixed column so that 3, 3.0 and "3" are one."""
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _real(value: Ordered) -> float:
    """Lend a number of a mixed column; NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan
