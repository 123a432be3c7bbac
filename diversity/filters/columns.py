"""What does a column hold? Numbers, truths, times, texts or a mixture, told apart once.

Own columns of the dataset come first. The built-in ``cluster``, ``text`` and ``length`` stand in
where the dataset has no such column, and answer to ``@cluster``, ``@text`` and ``@length`` always.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np
import pandas as pd

from diversity.arrays import Bool
from diversity.errors import FilterError

from .context import Context
from .words import BUILT_IN, write_name

if TYPE_CHECKING:
    import pyarrow as pa
    from pandas.api.extensions import ExtensionDtype

Kind: TypeAlias = Literal["number", "truth", "time", "text", "category", "cluster", "mixed"]


@dataclass(frozen=True, eq=False)
class Column:
    """A column's values with their kind; ``series.iloc[i]`` belongs to record i."""

    name: str
    kind: Kind
    series: "pd.Series[Any]"

    def missing(self) -> Bool:
        """Say which records have no value here; for clusters, which are noise."""
        if self.kind == "cluster":
            return (self.series < 0).to_numpy(dtype=bool)
        return self.series.isna().to_numpy(dtype=bool)

    def refuse(self, what: str, hint: str = "") -> FilterError:
        """Build the error that says what this column holds instead."""
        holds = {
            "number": "numbers",
            "truth": "true and false",
            "time": "dates",
            "text": "text",
            "category": "categories",
            "cluster": "clusters",
            "mixed": "values of several kinds",
        }[self.kind]
        return FilterError(f"Column {write_name(self.name)} holds {holds}, {what}.", hint)

    def through_categories(self, answer: Callable[["Column"], Bool]) -> Bool:
        """Answer once per category, then hand each record its category's answer."""
        categories = pd.Series(self.series.cat.categories)
        answers = answer(typed(self.name, categories)) if len(categories) else np.zeros(0, bool)
        answers = np.append(answers, False)
        return np.asarray(answers[self.series.cat.codes.to_numpy()])


def column(context: Context, name: str) -> Column:
    """Find a column by the name a filter uses.

    Raises
    ------
    FilterError
        If there is none; the hint names the closest one.
    """
    if name in context.records.columns:
        return typed(name, context.records[name])
    if name in context.columns:
        return typed(name, pd.Series(context.columns[name]))
    built_in = name if name.startswith("@") else f"@{name}"
    if built_in not in BUILT_IN or built_in == "@row" != name:
        raise _unknown(context, name)
    return _built_in(context, built_in)


def typed(name: str, values: "pd.Series[Any]") -> Column:
    """Tell what a series holds, and bring it to the plain type of its kind."""
    if isinstance(values.dtype, pd.ArrowDtype):
        values = _without_arrow(values)
    if values.dtype == object:
        values = _inferred(values)
    return Column(name, _kind(values.dtype), values)


def arrow_text(values: "pd.Series[Any]") -> "pa.Array | pa.ChunkedArray":
    """Lend a series of text to pyarrow.

    Raises
    ------
    FilterError
        If a text is not valid Unicode.
    """
    import pyarrow as pa

    try:
        return pa.array(values, type=pa.large_string(), from_pandas=True)
    except (UnicodeEncodeError, pa.ArrowException) as error:
        raise FilterError("A text of this column is not valid Unicode.") from error


def _built_in(context: Context, name: str) -> Column:
    if name == "@row":
        return Column("row", "number", pd.Series(np.arange(len(context))))
    if name == "@text":
        return Column("text", "text", context.texts)
    if name == "@length":
        return Column("length", "number", _lengths(context))
    if context.labels is None:
        raise FilterError("There are no clusters yet.", "Cluster the records first.")
    return Column("cluster", "cluster", pd.Series(context.labels))


def _lengths(context: Context) -> "pd.Series[Any]":
    import pyarrow.compute as pc

    lengths = pc.fill_null(pc.utf8_length(arrow_text(context.texts)), 0)
    return pd.Series(lengths.to_numpy())


def _kind(dtype: "np.dtype[Any] | ExtensionDtype") -> Kind:
    if isinstance(dtype, pd.CategoricalDtype):
        return "category"
    if pd.api.types.is_bool_dtype(dtype):
        return "truth"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "time"
    if isinstance(dtype, pd.StringDtype):
        return "text"
    real = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype)
    return "number" if real else "mixed"


def _without_arrow(values: "pd.Series[Any]") -> "pd.Series[Any]":
    import pyarrow as pa

    kept = values.array.__arrow_array__()
    chunks = kept.chunks if isinstance(kept, pa.ChunkedArray) else [kept]
    return pd.Series(pa.chunked_array(chunks, kept.type).to_pandas(types_mapper=_nullable))


def _nullable(kept: "pa.DataType") -> "ExtensionDtype | None":
    """Keep whole numbers and truths exact where some are missing."""
    import pyarrow as pa

    if pa.types.is_boolean(kept):
        return pd.BooleanDtype()
    if pa.types.is_integer(kept):
        signed = "Int" if pa.types.is_signed_integer(kept) else "UInt"
        return cast("ExtensionDtype", pd.api.types.pandas_dtype(f"{signed}{kept.bit_width}"))
    return None


def _inferred(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give a column of Python objects a type, if they are all of one kind."""
    found = pd.api.types.infer_dtype(values, skipna=True)
    if found in ("string", "empty"):
        return values.astype("str")
    if found == "boolean":
        return values.astype("boolean")
    if found == "integer":
        return _whole_numbers(values)
    if found in ("floating", "mixed-integer-float", "decimal"):
        return values.astype(float)
    if found in ("datetime", "date", "datetime64"):
        return pd.to_datetime(values, utc=True, errors="coerce")
    return values


def _whole_numbers(values: "pd.Series[Any]") -> "pd.Series[Any]":
    try:
        return values.astype("Int64")
    except OverflowError:
        return values.astype(float)


def _unknown(context: Context, name: str) -> FilterError:
    names = [str(own) for own in context.records.columns] + list(context.columns)
    known = dict.fromkeys(names + [built_in[1:] for built_in in sorted(BUILT_IN - {"@row"})])
    close = difflib.get_close_matches(name, known, 1, 0.5)
    close = close or [own for own in known if own.lower() == name.lower()]
    if close:
        hint = f"Did you mean {write_name(close[0])}?"
    else:
        hint = f"There are {', '.join(write_name(own) for own in list(known)[:20])}."
    return FilterError(f"There is no column {write_name(name)}.", hint)
