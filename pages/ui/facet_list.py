"""Which columns can be filtered by a click, how are they spread, and what does a click ask for?"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from diversity.arrays import Bool
from diversity.errors import FilterError
from diversity.filters import Filter, In, IsNull, Not, Predicate, Range, spread
from diversity.filters.facets import Bin, Others
from diversity.filters.facets import Facet as Count
from pages.ui import cached
from pages.ui.facet_values import Facet, FacetBin, FacetChange, FacetValue, Value
from pages.ui.tags import Tags
from pages.ui.view import MAX_VALUES, View


def list_facets(
    view: View,
    tags: Tags | None,
    filter: Filter,
    mask: Bool,
    colors: Mapping[str, Mapping[str, str]],
) -> list[Facet]:
    """Count every column worth a facet.

    Parameters
    ----------
    view : View
    tags : Tags or None
        This session's tags.
    filter : Filter
        What is asked; a column's own choice does not narrow its own counts.
    mask : ndarray of shape (n_records,), bool
        The records that pass it.
    colors : mapping of str to mapping of str to str
        The map's legend, for the column that colours it.
    """
    spreads = dict(view.spreads)
    if tags is not None:
        own = view.tag_column
        spreads = {own: spread(view.tagged(tags), own, MAX_VALUES), **spreads}
    return [
        _facet(
            view, filter, column,
            spread.facets(_mask_of_others(view, tags, filter, column, mask)),
            colors.get(column, {}),
        )
        for column, spread in spreads.items()
    ]  # fmt: skip


def changed(filter: Filter, change: FacetChange, view: View) -> Filter:
    """Ask what a click asks for, in place of what was asked about that column before."""
    kept = filter.without(*_own(filter, change.column))
    asked: list[Predicate] = []
    if change.values:
        asked.append(In(change.column, change.values))
    if change.excluded:
        asked.append(Not(In(change.column, change.excluded)))
    if change.range:
        low, high = (_bound(end, view, change.column) for end in change.range)
        asked.append(Range(change.column, low, high, high_open=True))
    return kept.with_(*asked)


def _own(filter: Filter, column: str) -> list[Predicate]:
    """Return what a facet of this column can have asked."""
    return [
        predicate
        for predicate in filter.about(column)
        if isinstance(predicate, In | Range | IsNull)
        or (isinstance(predicate, Not) and isinstance(predicate.predicate, In | IsNull))
    ]


def _mask_of_others(view: View, tags: Tags | None, filter: Filter, column: str, mask: Bool) -> Bool:
    own = _own(filter, column)
    return cached.passing(view, filter.without(*own), tags) if own else mask


def _facet(
    view: View, filter: Filter, column: str, counts: list[Count], colors: Mapping[str, str]
) -> Facet:
    bins = [count for count in counts if isinstance(count.value, Bin)]
    if bins:
        return _histogram(column, bins, _range(filter, column))
    chosen, excluded = _choices(filter, column)
    values = [
        _value(view, column, count, chosen, excluded, colors)
        for count in counts
        if not isinstance(count.value, Others)
    ]
    rare = next((count.value.n_values for count in counts if isinstance(count.value, Others)), 0)
    note = f"{rare:,} rarer values are not listed" if rare else ""
    return Facet(column, column, values=values, note=note)


def _value(
    view: View,
    column: str,
    count: Count,
    chosen: set[Value],
    excluded: set[Value],
    colors: Mapping[str, str],
) -> FacetValue:
    value = _plain(count.value)
    label = _label(view, column, value)
    return FacetValue(
        value, label, count.total, count.inside,
        chosen=value in chosen, excluded=value in excluded, color=colors.get(label),
    )  # fmt: skip


def _label(view: View, column: str, value: Value) -> str:
    if column == view.cluster_column and isinstance(value, int):
        return view.analysis.names.get(value, "Noise")
    if value is None:
        return "Missing"
    return str(value) if value != "" else "(empty)"


def _histogram(column: str, counts: list[Count], chosen: tuple[float, float] | None) -> Facet:
    bins = [
        FacetBin(_number(count.value.low), _number(count.value.high), count.total, count.inside)
        for count in counts
        if isinstance(count.value, Bin)
    ]
    if chosen is not None:  # JSON has no infinity, and no handle can be outside the bars
        low, high = (min(max(end, bins[0].low), bins[-1].high) for end in chosen)
        chosen = low, high
    first = counts[0].value
    is_date = isinstance(first, Bin) and isinstance(first.low, date)
    return Facet(column, column, kind="histogram", bins=bins, range=chosen, is_date=is_date)


def _choices(filter: Filter, column: str) -> tuple[set[Value], set[Value]]:
    chosen: set[Value] = set()
    excluded: set[Value] = set()
    for predicate in _own(filter, column):
        inner, found = (
            (predicate.predicate, excluded) if isinstance(predicate, Not) else (predicate, chosen)
        )
        if isinstance(inner, In):
            found |= {_plain(value) for value in inner.values}
        elif isinstance(inner, IsNull):
            found.add(None)
    return chosen, excluded


def _range(filter: Filter, column: str) -> tuple[float, float] | None:
    for predicate in _own(filter, column):
        if isinstance(predicate, Range):
            low = _number(predicate.low) if predicate.low is not None else float("-inf")
            high = _number(predicate.high) if predicate.high is not None else float("inf")
            return low, high
    return None


def _plain(value: object) -> Value:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _number(bound: object) -> float:
    if isinstance(bound, datetime):
        return (bound if bound.tzinfo else bound.replace(tzinfo=UTC)).timestamp()
    if isinstance(bound, date):
        return datetime.combine(bound, time(), UTC).timestamp()
    if isinstance(bound, int | float):
        return float(bound)
    raise FilterError(f"{bound!r} is no end of a range.")


def _bound(end: float, view: View, column: str) -> float | datetime:
    if view.is_date(column):
        return datetime.fromtimestamp(end, UTC).replace(tzinfo=None)
    return int(end) if float(end).is_integer() else end
