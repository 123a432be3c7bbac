"""How are a column's values spread, among all records and among those that pass the filter?

The side bar draws each count twice: the total behind, the part inside the filter in front. Every
bar knows the predicate that picks its records. Which bar a record belongs to is found once, in a
`Spread`; under a filter it is only counted.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversity.arrays import Bool, Int64, frozen

from .about_columns import In, IsNull, Range
from .bins import calendar_edges, round_edges, start_of
from .checks import Bound
from .columns import Column, column
from .compare import moment, numbers, spelled
from .context import Context
from .predicate import Predicate
from .words import Scalar, scalar

TOP = 20


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


Value: TypeAlias = Scalar | Bin | Others
Codes: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]
Numbers: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Spread:
    """Which bar of its column each record belongs to; made once, counted under any filter.

    Parameters
    ----------
    values : tuple
        What each bar stands for; see `Facet`.
    codes : ndarray of unsigned integers, shape (n,)
        The bar of each record, in as few bytes as the number of bars allows.
    totals : ndarray of int64, shape (n_bars,)
        Records in each bar.
    """

    values: tuple[Value, ...]
    codes: Codes
    totals: Int64

    def facets(self, mask: Bool) -> list[Facet]:
        """Count the records inside; one pass over the records, 3 ms a million."""
        inside = np.bincount(self.codes[mask], minlength=len(self.values))
        return list(map(Facet, self.values, self.totals.tolist(), inside.tolist()))


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
    return spread(context, name, top).facets(mask)


def spread(context: Context, name: str, top: int = TOP) -> Spread:
    """Find the bar of each record; see `facets`, which also counts them."""
    if top < 2:
        raise ValueError("top is 2 or more")
    asked = column(context, name)
    values, codes = _BARS.get(asked.kind, _over_values)(asked, top)
    if (missing := asked.missing()).any():
        codes[missing] = len(values)
        values.append(-1 if asked.kind == "cluster" else None)
    bars: Codes = codes.astype(np.min_scalar_type(len(values)))
    totals = np.bincount(bars, minlength=len(values))
    return Spread(tuple(values), frozen(bars), frozen(totals))


def _over_values(asked: Column, top: int) -> tuple[list[Value], Int64]:
    """List the most frequent values, and the others together."""
    codes, distinct = _coded(asked)
    totals = np.bincount(codes[codes >= 0], minlength=len(distinct))
    shown = _largest(totals, top)
    named = [scalar(distinct[i]) for i in shown]
    bars = np.full(len(distinct) + 1, len(shown))
    bars[shown] = np.arange(len(shown))
    n_others = int(np.count_nonzero(totals)) - len(shown)
    return [*named, *([Others(n_others, tuple(named))] if n_others else [])], bars[codes]


def _coded(asked: Column) -> tuple[npt.NDArray[np.integer[Any]], Any]:
    """Give each distinct value a number, and -1 to a missing one or to noise."""
    if asked.kind == "cluster":
        labels = asked.series.to_numpy()
        return labels, np.arange(labels.max(initial=-1) + 1)
    if asked.kind == "category":
        return asked.series.cat.codes.to_numpy(), asked.series.cat.categories
    mixed = asked.kind == "mixed"
    return pd.factorize(asked.series.map(spelled, na_action="ignore") if mixed else asked.series)


def _largest(total: Int64, top: int) -> list[int]:
    """Pick the most frequent values, equal ones in the order they come, without sorting all."""
    least = max(1, np.partition(total, -top)[-top] if len(total) > top else 1)
    above, level = np.flatnonzero(total > least), np.flatnonzero(total == least)
    above = above[np.argsort(-total[above], kind="stable")]
    return [*above.tolist(), *level[: top - len(above)].tolist()]


def _over_numbers(asked: Column, top: int) -> tuple[list[Value], Int64]:
    """List a few numbers one by one, many in bins, and infinities after them."""
    own = numbers(asked)
    finite = ~asked.missing() & (np.isfinite(own) if own.dtype.kind == "f" else True)
    values, found = _bars_of_numbers(own[finite], top)
    codes = np.zeros(len(own), np.int64)
    codes[finite] = found
    for end in (-math.inf, math.inf) if own.dtype.kind == "f" else ():
        if (endless := own == end).any():
            codes[endless] = len(values)
            values.append(end)
    return values, codes


def _bars_of_numbers(own: Numbers, top: int) -> tuple[list[Value], Int64]:
    few = _few(own, top)
    if few is not None:
        return [_shortest(value) for value in few], np.searchsorted(few, own)
    edges = round_edges(own.min(), own.max(), top)
    inner = np.array(edges[1:-1], dtype=own.dtype)
    return _bins(edges), np.searchsorted(inner, own, side="right")


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


def _over_time(asked: Column, top: int) -> tuple[list[Value], Int64]:
    present = ~asked.missing()
    own = asked.series[present]
    codes = np.zeros(len(present), np.int64)
    if own.empty:
        return [], codes
    edges = calendar_edges(own.min(), own.max(), top)
    inner = pd.DatetimeIndex([moment(start_of(edge), own.dt.tz) for edge in edges[1:-1]])
    if len(inner):
        codes[present] = inner.as_unit(own.dt.unit).searchsorted(own, side="right")
    return _bins(edges), codes


def _bins(edges: Sequence[Bound | None]) -> list[Value]:
    """Pair each edge with the next; only the last can be too large to write."""
    return [Bin(cast("Bound", low), high) for low, high in pairwise(edges)]


_BARS: dict[str, Callable[[Column, int], tuple[list[Value], Int64]]] = {
    "number": _over_numbers,
    "time": _over_time,
}
