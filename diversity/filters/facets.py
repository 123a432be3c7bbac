"""How are a column's values spread, among all records and among those that pass the filter?

The side bar draws each count twice: the total behind, the part inside the filter in front. Every
bar knows the predicate that picks its records.
"""

import math
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversity.arrays import Bool, Int64

from .checks import Bound
from .columns import Column, column
from .compare import moment, numbers, spelled
from .context import Context
from .predicates import In, IsNull, Predicate, Range
from .words import Scalar, scalar

TOP = 20
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
_CALENDAR = [
    *(("h", 1, 0), ("h", 6, 0), ("D", 1, 0), ("D", 7, 3), ("M", 1, 0), ("M", 3, 0)),
    *(("Y", step, 1970) for step in _YEARS),
]
"""Units of numpy, how many make a bin, and how far before 1970 bins begin: weeks on Mondays."""


class Bin(NamedTuple):
    """Values from ``low`` up to, but without, ``high``; None if that is too large to write."""

    low: Bound
    high: Bound | None


class Others(NamedTuple):
    """All values beyond the most frequent ones, which are ``shown``."""

    n_values: int
    shown: tuple[Scalar, ...]


class Facet(NamedTuple):
    """One bar: a value (None: missing; -1: noise), how many records have it, how many pass."""

    value: Scalar | Bin | Others
    total: int
    inside: int

    def predicate(self, column: str) -> Predicate:
        """Ask for the records of this bar; a value asked of lists also picks those that hold it."""
        value = self.value
        if isinstance(value, Bin):
            return Range(column, value.low, value.high, high_open=True)
        if isinstance(value, Others):
            return In(column, (*value.shown, None)).negated()
        return IsNull(column) if value is None else In(column, (value,))


Codes: TypeAlias = npt.NDArray[np.integer[Any]]
Numbers: TypeAlias = npt.NDArray[Any]
Number: TypeAlias = np.integer[Any] | np.floating[Any]


def facets(context: Context, name: str, mask: Bool, top: int = TOP) -> list[Facet]:
    """Count a column's values, over all records and over those inside.

    Parameters
    ----------
    context : Context
        n records.
    name : str
        A column, as a filter names it.
    mask : ndarray of bool, shape (n,)
        The records inside.
    top : int, default=20
        2 or more. At most so many bars, next to one for the other values and one for missing ones.

    Returns
    -------
    list of Facet
        Numbers in order, more than `top` of them in bins with round edges; dates in bins of the
        calendar; anything else by total, largest first, then as they come. Missing values and
        noise come last. Every record counts in exactly one facet.

    Raises
    ------
    FilterError
        If there is no such column.
    ValueError
        If `top` is below 2.
    """
    if top < 2:
        raise ValueError("top is 2 or more")
    asked = column(context, name)
    if asked.kind == "time":
        spread = _over_time(asked, mask, top)
    elif asked.kind == "number":
        spread = _over_numbers(asked, mask, top)
    else:
        spread = _over_values(asked, mask, top)
    return [*spread, *_missing(asked, mask)]


def _missing(asked: Column, mask: Bool) -> Iterable[Facet]:
    if (missing := asked.missing()).any():
        value = -1 if asked.kind == "cluster" else None
        yield Facet(value, int(missing.sum()), int((missing & mask).sum()))


def _over_values(asked: Column, mask: Bool, top: int) -> list[Facet]:
    codes, distinct = _coded(asked)
    total, inside = _counts(codes, mask, len(distinct))
    shown = _largest(total, top)
    spread = [Facet(scalar(distinct[i]), int(total[i]), int(inside[i])) for i in shown]
    total[shown], inside[shown] = 0, 0
    if n_others := int(np.count_nonzero(total)):
        others = Others(n_others, tuple(cast("Scalar", facet.value) for facet in spread))
        spread.append(Facet(others, int(total.sum()), int(inside.sum())))
    return spread


def _coded(asked: Column) -> tuple[Codes, Any]:
    """Give each distinct value a number, and -1 to a missing one or to noise."""
    if asked.kind == "cluster":
        labels = asked.series.to_numpy()
        return labels, np.arange(labels.max(initial=-1) + 1)
    if asked.kind == "category":
        return asked.series.cat.codes.to_numpy(), asked.series.cat.categories
    mixed = asked.kind == "mixed"
    return pd.factorize(asked.series.map(spelled, na_action="ignore") if mixed else asked.series)


def _counts(codes: Codes, mask: Bool, n_values: int) -> tuple[Int64, Int64]:
    present = codes + np.int64(1)
    total = np.bincount(present, minlength=n_values + 1)[1:]
    return total, np.bincount(present[mask], minlength=n_values + 1)[1:]


def _largest(total: Int64, top: int) -> list[int]:
    """Pick the most frequent values, equal ones in the order they come, without sorting all."""
    least = max(1, np.partition(total, -top)[-top] if len(total) > top else 1)
    above, level = np.flatnonzero(total > least), np.flatnonzero(total == least)
    above = above[np.argsort(-total[above], kind="stable")]
    return [*above.tolist(), *level[: top - len(above)].tolist()]


def _over_numbers(asked: Column, mask: Bool, top: int) -> list[Facet]:
    own, present = numbers(asked), ~asked.missing()
    if own.dtype.kind == "f":
        present &= np.isfinite(own)
    own, inside = own[present], mask[present]
    endless = _endless(asked, mask)
    few = _few(own, top)
    if few is not None:
        total, within = _counts(np.searchsorted(few, own), inside, len(few))
        values = [_shortest(value) for value in few]
        return [*map(Facet, values, total.tolist(), within.tolist()), *endless]
    edges = _round_edges(own.min(), own.max(), top)
    inner = np.array(edges[1:-1], dtype=own.dtype)
    return [*_binned(np.searchsorted(inner, own, side="right"), inside, edges), *endless]


def _endless(asked: Column, mask: Bool) -> Iterable[Facet]:
    own = numbers(asked)
    for value in (-math.inf, math.inf) if own.dtype.kind == "f" else ():
        if (found := own == value).any():
            yield Facet(value, int(found.sum()), int((found & mask).sum()))


def _few(own: Numbers, top: int) -> Numbers | None:
    """List the distinct numbers in order, if there are at most `top`."""
    for part in (own[:1000], own):
        distinct = np.unique(pd.unique(part))
        if len(distinct) > top:
            return None
    return distinct


def _shortest(value: Any) -> Scalar:  # noqa: ANN401  # any numpy number
    """Bring 0.1 in single precision to 0.1, not 0.10000000149."""
    return float(str(value)) if value.dtype.kind == "f" else scalar(value)


def _round_edges(low: Number, high: Number, top: int) -> list[Bound | None]:
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


def _over_time(asked: Column, mask: Bool, top: int) -> list[Facet]:
    present = ~asked.missing()
    own = asked.series[present]
    if own.empty:
        return []
    edges = _calendar_edges(own.min(), own.max(), top)
    inner = pd.DatetimeIndex([moment(_start(edge), own.dt.tz) for edge in edges[1:-1]])
    if len(inner) == 0:
        codes = np.zeros(len(own), dtype=np.int64)
    else:
        codes = inner.as_unit(own.dt.unit).searchsorted(own, side="right")
    return _binned(codes, mask[present], edges)


def _calendar_edges(low: pd.Timestamp, high: pd.Timestamp, top: int) -> list[Bound | None]:
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


def _start(edge: Bound | None) -> datetime:
    if isinstance(edge, datetime):
        return edge
    return datetime.combine(cast("date", edge), time())


def _binned(codes: Codes, mask: Bool, edges: Sequence[Any]) -> list[Facet]:
    total, inside = _counts(codes, mask, len(edges) - 1)
    return list(map(Facet, map(Bin, edges, edges[1:]), total.tolist(), inside.tolist()))
