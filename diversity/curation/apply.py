"""What does each kind of step do to the records that are left?

Repeats and choices, which can take long, have files of their own: `repeats` and `choice`.
"""

from dataclasses import replace
from functools import singledispatch

import numpy as np

from diversity.arrays import Float64, Int64
from diversity.curation.material import MISSING, Groups, Material
from diversity.curation.state import State
from diversity.curation.steps import (
    Add,
    Balance,
    Cap,
    Keep,
    Quota,
    Remove,
    Step,
    Top,
)
from diversity.errors import FilterError, PlanError
from diversity.filters import Filter

NO_LIMIT = np.iinfo(np.int64).max
SLACK = 1e-9


@singledispatch
def applied(step: Step, to: State, material: Material, number: int) -> State:
    """Take one step.

    Parameters
    ----------
    step : Step
    to : State
    material : Material
    number : int
        What the records it drops are marked with.

    Raises
    ------
    PlanError
        If the step asks for what the dataset has not.
    """
    raise TypeError(f"there is no step {type(step).__name__}")


@applied.register
def _(step: Keep, to: State, material: Material, number: int) -> State:
    try:
        passing = Filter.parse(step.where).mask(material.context)
    except FilterError as error:
        raise PlanError(error.message, error.hint) from error
    return to.drop(~passing[to.rows], number)


@applied.register
def _(step: Cap, to: State, material: Material, number: int) -> State:
    groups = material.groups(step.column)
    limits = np.full(len(groups.names), step.n, np.int64)
    return _limited(to, groups, limits, NO_LIMIT, material.preference(step.keep), number)


@applied.register
def _(step: Quota, to: State, material: Material, number: int) -> State:
    groups, targets = material.groups(step.column), dict(step.targets)
    others = NO_LIMIT if step.others == "keep" else 0
    limits = np.array([targets.get(name, others) for name in groups.names], np.int64)
    state = _limited(to, groups, limits, others, material.preference(step.keep), number)
    return replace(state, notes=_shortfalls(groups, to.rows, targets))


@applied.register
def _(step: Balance, to: State, material: Material, number: int) -> State:
    groups = material.groups(step.column)
    there = np.bincount(_present(groups, to.rows), minlength=len(groups.names))
    weights = dict(step.shares)
    wanted = np.array(
        [
            weights.get(n, 0.0) if weights else float(there[i] > 0)
            for i, n in enumerate(groups.names)
        ]
    )
    absent = sorted(set(weights) - {n for n, size in zip(groups.names, there, strict=True) if size})
    if absent:
        raise PlanError(
            f"No record is left with {step.column} = {absent[0]!r}, so its share cannot be met.",
            "Take it out of the shares, or move the step up.",
        )
    asked = wanted > 0
    scale = (there[asked] / wanted[asked]).min(initial=np.inf)
    limits = np.zeros(len(wanted), np.int64)
    limits[asked] = np.floor(scale * wanted[asked] + SLACK).astype(np.int64)
    return _limited(to, groups, limits, 0, material.preference(step.keep), number)


@applied.register
def _(step: Top, to: State, material: Material, number: int) -> State:
    values = material.numbers(step.column)[to.rows]
    lacking = np.isnan(values)
    keys = np.where(lacking, np.inf, values if step.ascending else -values)
    order = np.lexsort((np.arange(len(keys)), keys, lacking))[: step.k]
    n_lacking = int(lacking[order].sum())
    notes = (f"{n_lacking:,} of them have no {step.column}.",) if n_lacking else ()
    return to.chosen(to.rows[order], number, notes)


@applied.register
def _(step: Add, to: State, material: Material, number: int) -> State:
    return to.add(_by_hand(step.rows, material))


@applied.register
def _(step: Remove, to: State, material: Material, number: int) -> State:
    return to.drop(np.isin(to.rows, _by_hand(step.rows, material)), number)


def _limited(
    to: State, groups: Groups, limits: Int64, missing: int, preference: Float64, number: int
) -> State:
    """Keep so many of each group, the preferred first; `missing` is the limit without a value."""
    codes = groups.codes[to.rows]
    allowed = np.append(limits, missing)[codes]
    return to.drop(_places(codes, preference[to.rows]) >= allowed, number)


def _places(codes: Int64, preference: Float64) -> Int64:
    """Count the records of each group from 0, the preferred first, then as they stand."""
    order = np.lexsort((np.arange(len(codes)), preference, codes))
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order][:1] - 1))
    sizes = np.diff(np.append(starts, len(codes)))
    places = np.empty(len(codes), np.int64)
    places[order] = np.arange(len(codes)) - np.repeat(starts, sizes)
    return places


def _present(groups: Groups, rows: Int64) -> Int64:
    codes = groups.codes[rows]
    return np.asarray(codes[codes != MISSING], np.int64)


def _shortfalls(groups: Groups, rows: Int64, targets: dict[str, int]) -> tuple[str, ...]:
    there = np.bincount(_present(groups, rows), minlength=len(groups.names))
    found = dict(zip(groups.names, there.tolist(), strict=True))
    return tuple(
        f"{value!r}: {found.get(value, 0):,} of the {n:,} wanted are there."
        for value, n in targets.items()
        if found.get(value, 0) < n
    )


def _by_hand(rows: tuple[int, ...], material: Material) -> Int64:
    if rows and rows[-1] >= len(material):
        raise PlanError(f"There is no row {rows[-1]}; the last is {len(material) - 1}.")
    return np.array(rows, np.int64)
