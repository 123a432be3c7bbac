"""How are the steps of a plan written as options? Briefly, and taken in the order they stand in."""

from collections.abc import Callable, Mapping

import click

from diversity.cli.order import ORDER
from diversity.curation import (
    Add,
    Balance,
    Cap,
    DropDuplicates,
    Keep,
    Remove,
    Select,
    Step,
    Top,
)
from diversity.curation.checks import BEST
from diversity.curation.rows import as_rows
from diversity.curation.steps import BY, KEEP, USUAL, Option
from diversity.errors import PlanError


def steps_of(ctx: click.Context, options: Mapping[str, tuple[str, ...]]) -> tuple[Step, ...]:
    """Make the steps that options ask for, in the order in which they were written.

    Raises
    ------
    PlanError
        Names the option that cannot be read.
    """
    left = {name: iter(values) for name, values in options.items()}
    asked = [(name, next(left[name])) for name in ctx.meta[ORDER] if name in left]
    return tuple(_step(name, text) for name, text in asked)


def _step(name: str, text: str) -> Step:
    try:
        return READ[name](text)
    except PlanError as error:
        option = f"--{name.replace('_', '-')} {text}"
        raise PlanError(f"{option}: {error.message}", error.hint) from error


def _drop_duplicates(text: str) -> Step:
    """Read ``[KIND][:SIMILARITY][:KEEP]``, each of which may be left out."""
    by, _, rest = text.partition(":")
    if by not in BY:
        by, rest = "near", text
    head, _, keep = rest.partition(":")
    if by == "exact" or head in (*KEEP, BEST.strip(":")):
        return DropDuplicates(by, keep=rest or "first")
    return DropDuplicates(by, _number(head) if rest else USUAL[by], keep or "first")


def _cap(text: str) -> Step:
    column, n, keep = _column_and_count(text)
    return Cap(column, n, keep or "first")


def _top(text: str) -> Step:
    column, k, _ = _column_and_count(text)
    return Top(column, k)


def _select(text: str) -> Step:
    method, *parts = text.split(":")
    named = dict(part.split("=", 1) for part in parts if "=" in part)
    counts = [part for part in parts if "=" not in part]
    if len(counts) > 1:
        raise PlanError("a method takes one number of records.", "Write k_center:500.")
    by, quality = named.pop("by", "cluster"), named.pop("quality", "")
    options = tuple((name, as_value(value)) for name, value in named.items())
    k = _whole(counts[0]) if counts else None
    return Select(method, k, options, by, quality)


def _column_and_count(text: str) -> tuple[str, int, str]:
    column, _, rest = text.rpartition("=") if "best:" not in text else text.partition("=")
    count, _, keep = rest.partition(":")
    if not column:
        raise PlanError("a column and a number are needed.", "Write cluster=50.")
    return column, _whole(count), keep


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise PlanError(f"{text!r} is no whole number.")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise PlanError(f"{text!r} is no number.", "Write 0.95, lexical:0.7 or exact.") from error


def as_value(text: str) -> Option:
    """Read an option of a method: true, false, a number, or else text."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


READ: Mapping[str, Callable[[str], Step]] = {
    "where": Keep,
    "drop_duplicates": _drop_duplicates,
    "cap": _cap,
    "balance": Balance,
    "top": _top,
    "select": _select,
    "add": lambda text: Add(as_rows(text)),
    "remove": lambda text: Remove(as_rows(text)),
}
