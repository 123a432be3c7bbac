"""How does a plan choose k records? By a method of `diversity.selection`, among those left."""

import numpy as np

from diversity.curation.material import Material
from diversity.curation.state import State
from diversity.curation.steps import Select
from diversity.errors import DiversityError, PlanError
from diversity.progress import Steps
from diversity.selection import Inputs, make, notes, select_steps
from diversity.selection.methods import Method


def chosen(step: Select, to: State, material: Material, number: int) -> Steps[State]:
    """Take a step of choice; see `diversity.selection.select_steps`."""
    method = method_of(step)
    inputs = _inputs(step, to, material)
    rows = yield from select_steps(method, inputs)
    return to.chosen(rows, number, notes(method, inputs))


def method_of(step: Select) -> Method:
    """Build a step's method.

    Raises
    ------
    PlanError
        For an unknown method or option, or a value out of bounds.
    """
    try:
        return make(step.method, step.k, **dict(step.options))
    except (ValueError, TypeError) as error:
        raise PlanError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def _inputs(step: Select, to: State, material: Material) -> Inputs:
    analysis = material.analysis
    try:
        return Inputs(
            n_records=len(material),
            vectors=analysis.embeddings.vectors,
            neighbors=analysis.neighbors,
            labels=material.groups(step.by).codes.astype(np.int32),
            texts=analysis.dataset.texts.tolist(),
            quality=material.numbers(step.quality) if step.quality else None,
            candidates=to.rows,
        )
    except PlanError:
        raise
    except DiversityError as error:
        raise PlanError(error.message, error.hint) from error
