"""Which of the records that are left repeat another one, and which one stands for them?

Records are taken in order of preference; one goes only if it repeats a record that is *kept*, so
that a chain a ~ b ~ c with a and c apart keeps both a and c.
"""

import numpy as np

from diversity.arrays import Float64, Int32, Int64
from diversity.curation.material import Material
from diversity.curation.state import State
from diversity.curation.steps import DropDuplicates
from diversity.duplicates import Pairs
from diversity.errors import PlanError
from diversity.progress import Steps

SLACK = 1e-9


def without_repeats(
    step: DropDuplicates, to: State, material: Material, number: int
) -> Steps[State]:
    """Drop the records that repeat one that is kept; each keeps the number of its stand-in."""
    if step.by == "exact":
        ordered = _ordered(to.rows, material.preference(step.keep))
        instead = _first_with_same(ordered, material)
    else:
        pairs = yield from material.pairs_steps(step.by, step.threshold)
        if step.threshold < pairs.floor - SLACK:
            raise PlanError(
                f"More records than can be compared are {step.threshold:g} alike or more.",
                f"Ask for {pairs.floor:g} or more, or drop closer duplicates first.",
            )
        ordered = _ordered(to.rows, _preference(step, pairs, material))
        instead = pairs.stand_ins(max(step.threshold, pairs.floor), ordered)
    stand_ins = instead[to.rows]
    return to.drop(stand_ins != to.rows, number, stand_ins)


def _preference(step: DropDuplicates, pairs: Pairs, material: Material) -> Float64:
    if step.keep != "central":
        return material.preference(step.keep)
    place = np.empty(len(material))
    place[pairs.preference("central", max(step.threshold, pairs.floor))] = np.arange(len(material))
    return place


def _ordered(rows: Int64, preference: Float64) -> Int64:
    return rows[np.lexsort((np.arange(len(rows)), preference[rows]))]


def _first_with_same(ordered: Int64, material: Material) -> Int32:
    """Find for each record the first in order with its text; shape (n_records,)."""
    codes = material.analysis.duplicates.exact[ordered]
    _, places, inverse = np.unique(codes, return_index=True, return_inverse=True)
    instead = np.arange(len(material), dtype=np.int32)
    instead[ordered] = ordered[places][inverse]
    return instead
