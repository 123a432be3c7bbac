"""Where does one bar of a histogram end and the next begin? At round numbers, and at midnight."""

import math
import sys
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd

from .checks import Bound

Number: TypeAlias = np.integer[Any] | np.floating[Any]
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
_CALENDAR = [
    *(("h", 1, 0), ("h", 6, 0), ("D", 1, 0), ("D", 7, 3), ("M", 1, 0), ("M", 3, 0)),
    *(("Y", step, 1970) for step in _YEARS),
]
"""Units of numpy, how many make a bin, and how far before 1970 bins begin: weeks on Mondays."""


def round_edges(low: Number, high: Number, top: int) -> list[Bound | None]:
    """Part an interval at multiples of 1, 2 or 5 times a power of ten."""
    whole = isinstance(low, np.integer)
    exponent = math.floor(math.log10(high.item() / top - low.item() / top))
    for factor in (1, 2, 5, 10, 20, 50):
        step = Fraction(factor) * Fraction(10) ** (max(exponent, 0) if whole else exponent)
        first, last = (math.floor(Fraction(end.item()) / step) for end in (low, high))
        if not whole:
            first -= bool(_rounded(first * step, low) > low)
            last += bool(_rounded((last + 1) * step, high) <= high)
        if last - first < top:
            break
    exact = [k * step for k in range(first, last + 2)]
    edges = [int(edge) if whole else _finite(edge) for edge in exact]
    return list(dict.fromkeys(edges))


def _rounded(edge: Fraction, like: Number) -> Number:
    """Round an edge as the column's own numbers are, and as a filter compares it."""
    nearest = _finite(edge)
    with np.errstate(over="ignore"):
        return type(like)(math.inf if nearest is None else nearest)


def _finite(edge: Fraction) -> float | None:
    try:
        return float(edge)
    except OverflowError:
        return None if edge > 0 else -sys.float_info.max


def calendar_edges(low: pd.Timestamp, high: pd.Timestamp, top: int) -> list[Bound | None]:
    """Part a time into hours, days, weeks, months, quarters or years."""
    ends = [end.tz_localize(None).to_datetime64() for end in (low, high)]
    for unit, step, offset in _CALENDAR:
        first, last = (
            (int(end.astype(f"M8[{unit}]").astype(np.int64)) + offset) // step for end in ends
        )
        if last - first < top:
            break
    return [_calendar(k * step - offset, unit) for k in range(first, last + 2)]


def _calendar(count: int, unit: str) -> Bound | None:
    start = np.int64(count).astype(f"M8[{unit}]").astype("M8[us]" if unit == "h" else "M8[D]")
    edge = start.item()
    if isinstance(edge, date):
        return edge
    return None if count > 0 else date.min


def start_of(edge: Bound | None) -> datetime:
    """Turn an edge of the calendar into its first moment."""
    if isinstance(edge, datetime):
        return edge
    return datetime.combine(cast("date", edge), time())
