"""Which records does a filter pass? One answer per kind of predicate, all of them vectorised."""

import difflib
import time
from collections.abc import Callable, Iterable, Sequence
from functools import reduce, singledispatch
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from diversity.arrays import Bool, Float32, frozen
from diversity.errors import FilterError

from .about_columns import Contains, In, IsNull, Matches, Range
from .about_records import Inside, Like, Near, Rows
from .columns import Column, arrow_text, column
from .compare import in_range, is_in
from .context import Context
from .predicate import AllOf, AnyOf, Not, Predicate
from .words import Scalar, read_number, write_name, write_value

if TYPE_CHECKING:
    import pyarrow as pa

Search: TypeAlias = Callable[..., Any]
"""A search function of pyarrow.compute."""

Look: TypeAlias = "Callable[[pa.Array | pa.ChunkedArray], Bool]"
"""A search with its words: says of each text whether they are in it."""

ROUNDING = 1e-6
"""How far below a similarity of 1 two equal unit vectors may fall in single precision."""

BRISK_S = 0.05
"""A search that took less may have four times as many texts next."""


def mask(predicates: Iterable[Predicate], context: Context) -> Bool:
    """Say for every record whether all predicates hold.

    Parameters
    ----------
    predicates : iterable of Predicate
        None at all pass every record.
    context : Context
        n records and what is known of them.

    Returns
    -------
    ndarray of bool, shape (n,)
        Read-only. A missing value is equal to nothing but ``null``.

    Raises
    ------
    FilterError
        If a predicate asks about what is not there, or about the wrong type.
    """
    passed = np.ones(len(context), dtype=bool)
    for predicate in predicates:
        passed &= answer(predicate, context)
    return frozen(passed)


def query_vector(context: Context, query: str) -> Float32:
    """Embed the words of a search by meaning.

    Returns
    -------
    ndarray of float32, shape (d,)

    Raises
    ------
    FilterError
        If there is no model, or one whose vectors are not like those of the records.
    """
    vectors = _vectors(context)
    if context.embed_query is None:
        raise FilterError("There is no model to search by meaning with.", "Use `contains`.")
    vector = np.asarray(context.embed_query(query), dtype=np.float32)
    if vector.shape != vectors.shape[1:]:
        raise FilterError(
            f"The model gives vectors of {len(vector)} numbers, the records have "
            f"{vectors.shape[1]}.",
            "Their vectors come from another model; use `contains`, or `near record`.",
        )
    return vector


@singledispatch
def answer(predicate: Predicate, context: Context) -> Bool:
    """Say for every record whether one predicate holds."""
    raise TypeError(f"a filter cannot ask {type(predicate).__name__}")


@answer.register
def _(predicate: In, context: Context) -> Bool:
    asked = column(context, predicate.column)
    values = predicate.values
    return is_in(asked, _clusters(context, values) if asked.kind == "cluster" else values)


@answer.register
def _(predicate: Range, context: Context) -> Bool:
    return in_range(column(context, predicate.column), predicate)


@answer.register
def _(predicate: IsNull, context: Context) -> Bool:
    return column(context, predicate.column).missing()


@answer.register
def _(predicate: Contains, context: Context) -> Bool:
    import pyarrow.compute as pc

    return _in_text(context, predicate, pc.match_substring, predicate.text, ignore_case=True)


@answer.register
def _(predicate: Matches, context: Context) -> Bool:
    import pyarrow.compute as pc

    search, folded = pc.match_substring_regex, predicate.ignore_case
    return _in_text(context, predicate, search, predicate.pattern, ignore_case=folded)


@answer.register
def _(predicate: Like, context: Context) -> Bool:
    query = query_vector(context, predicate.query)
    return np.asarray(_vectors(context) @ query >= predicate.min_similarity - ROUNDING)


@answer.register
def _(predicate: Near, context: Context) -> Bool:
    vectors = _vectors(context)
    _check_row(predicate.row, context)
    near = np.asarray(vectors @ vectors[predicate.row] >= predicate.min_similarity - ROUNDING)
    near[predicate.row] = True
    return near


@answer.register
def _(predicate: Inside, context: Context) -> Bool:
    if context.coordinates is None:
        raise FilterError("There is no map to outline an area on.", "Project the records first.")
    inside = [_inside(polygon, context.coordinates) for polygon in predicate.polygons]
    return reduce(np.logical_or, inside)


@answer.register
def _(predicate: Rows, context: Context) -> Bool:
    picked = np.zeros(len(context), dtype=bool)
    if predicate.rows:
        _check_row(predicate.rows[-1], context)
        picked[list(predicate.rows)] = True
    return picked


@answer.register
def _(predicate: Not, context: Context) -> Bool:
    return ~answer(predicate.predicate, context)


@answer.register
def _(predicate: AnyOf, context: Context) -> Bool:
    return reduce(np.logical_or, (answer(part, context) for part in predicate.predicates))


@answer.register
def _(predicate: AllOf, context: Context) -> Bool:
    return reduce(np.logical_and, (answer(part, context) for part in predicate.predicates))


def _clusters(context: Context, values: Sequence[Scalar]) -> list[Scalar]:
    """Replace the names of clusters by their numbers."""
    named: dict[str, list[int]] = {}
    for label, name in (context.cluster_names or {}).items():
        named.setdefault(name, []).append(label)
    numbers: list[Scalar] = []
    for value in values:
        numbers += _cluster(named, value) if isinstance(value, str) else [value]
    return numbers


def _cluster(named: dict[str, list[int]], value: str) -> Sequence[Scalar]:
    if value in named:
        return named[value]
    if value == "noise":
        return (-1,)
    try:
        return (read_number(value.strip()),)
    except ValueError:
        close = difflib.get_close_matches(value, named, 1, 0.5)
        hint = f"Did you mean {write_value(close[0])}?" if close else "Ask for it by its number."
        raise FilterError(f"No cluster is called {write_value(value)}.", hint) from None


def _in_text(
    context: Context, predicate: Contains | Matches, search: Search, words: str, ignore_case: bool
) -> Bool:
    def look(texts: "pa.Array | pa.ChunkedArray") -> Bool:
        found = search(texts, words, ignore_case=ignore_case).fill_null(False)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)

    return _search(column(context, predicate.column), look, context.patience_s)


def _search(asked: Column, look: Look, patience_s: float) -> Bool:
    if asked.kind == "category":
        return asked.through_categories(lambda c: _search(c, look, patience_s))
    if asked.kind not in ("text", "mixed"):
        name = write_name(asked.name)
        raise asked.refuse("which cannot be searched as text", f"Ask for `{name} = ...`.")
    texts = asked.series
    if asked.kind == "mixed":
        texts = texts.map(str, na_action="ignore").astype("str")
    return _in_turn(arrow_text(texts), look, patience_s)


def _in_turn(texts: "pa.Array | pa.ChunkedArray", look: Look, patience_s: float) -> Bool:
    """Search one text, then more at once while that goes fast; give up after a while."""
    found = np.zeros(len(texts), dtype=bool)
    began = looked = time.monotonic()
    start, many = 0, 1
    while start < len(texts):
        found[start : start + many] = look(texts.slice(start, many))
        start += many
        now = time.monotonic()
        if now - began > patience_s and start < len(texts):
            raise FilterError(
                f"The search was given up after {patience_s:g} s: it had read {start:,} of "
                f"{len(texts):,} texts.",
                "Ask something simpler: long repeats such as {0,999} are what takes long.",
            )
        many = many * 4 if now - looked < BRISK_S else max(1, many // 4)
        looked = now
    return found


def _vectors(context: Context) -> Float32:
    if context.vectors is None:
        raise FilterError("The records are not embedded yet.", "Embed them, or use `contains`.")
    return context.vectors


def _check_row(row: int, context: Context) -> None:
    if row >= len(context):
        raise FilterError(
            f"There is no record {row}: they are numbered from 0 to {len(context) - 1}."
            if len(context)
            else "There are no records."
        )


def _inside(polygon: tuple[tuple[float, float], ...], coordinates: Float32) -> Bool:
    import shapely

    corners = np.array(polygon)
    low, high = corners.min(axis=0), corners.max(axis=0)
    inside = ((coordinates >= low) & (coordinates <= high)).all(axis=1)
    x, y = coordinates[inside].T.astype(float)
    outline = shapely.Polygon(corners)
    shapely.prepare(outline)
    inside[inside] = shapely.intersects_xy(outline, x, y)
    return np.asarray(inside)
