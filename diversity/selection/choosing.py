"""From parameters and inputs to rows: the one entrance to all selectors."""

from diversity.arrays import Int64, frozen
from diversity.progress import Steps, finish
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Method
from diversity.selection.registry import SELECTOR_OF


def select(method: Method, inputs: Inputs) -> Int64:
    """Choose records, and wait for the result; see `select_steps`.

    Examples
    --------
    >>> import numpy as np
    >>> from diversity.selection import Inputs, Stratified, select
    >>> labels = np.array([0, 0, 0, 1])
    >>> rows = select(Stratified(k=2), Inputs(4, labels=labels))
    >>> sorted(labels[rows].tolist())
    [0, 1]
    """
    return finish(select_steps(method, inputs))


def select_steps(method: Method, inputs: Inputs) -> Steps[Int64]:
    """Choose records in steps that report how far they have come.

    Parameters
    ----------
    method : Method
        One of the parameter classes of this package.
    inputs : Inputs
        What is known about the records.

    Returns
    -------
    ndarray of int64
        Row numbers in order of choice, each once: exactly ``min(k, candidates)``, or, where k is
        None, as many as the method's own end takes. Any prefix is what a smaller k would have
        chosen (for coverage with a similarity of its own finding: at the same similarity). The
        same inputs give the same rows; ties go to the smaller row number.

    Raises
    ------
    ValueError
        If an input is missing that the selector needs.
    """
    selector = SELECTOR_OF[type(method)]
    for name in selector.needs:
        inputs.need(name, selector.name)
    if not len(inputs.rows) or method.k == 0:
        return frozen(inputs.rows[:0].copy())
    return frozen((yield from selector.choose(method, inputs)))


def notes(method: Method, inputs: Inputs) -> tuple[str, ...]:
    """Say what a reader must know about a choice before reading it; known before choosing."""
    said = []
    if method.k is not None and method.k > len(inputs.rows):
        said.append(
            f"{method.k:,} records are asked for, and there are {len(inputs.rows):,}: all of them "
            "are taken, in order of choice."
        )
    if inputs.n_without_quality:
        said.append(
            f"{inputs.n_without_quality:,} of {len(inputs.rows):,} records have no quality and "
            "count as the worst."
        )
    return tuple(said)
