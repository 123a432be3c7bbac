import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversity.curation import Add, Cap, Plan, Remove
from pages.ui.by_hand import (
    added,
    can_undo,
    decided,
    decisions,
    decisions_on,
    undo,
    withdrawn,
)
from pages.ui.state import Workspace

CAP, NEXT = Cap("topic", 3), Cap("cluster", 3)


def said(plan):
    return decisions(plan).to_dict()


def test_a_decision_is_a_step_at_the_end():
    assert decided(Plan((CAP,)), [4], "drop").steps == (CAP, Remove((4,)))


def test_decisions_of_one_kind_gather_in_one_step():
    plan = decided(decided(Plan((CAP,)), [4], "drop"), [2, 9], "drop")
    assert plan.steps == (CAP, Remove((2, 4, 9)))
    assert said(plan) == {2: "drop", 4: "drop", 9: "drop"}


def test_the_last_decision_about_a_record_holds():
    plan = decided(decided(Plan((CAP,)), [4, 5], "drop"), [4], "keep")
    assert plan.steps == (CAP, Remove((5,)), Add((4,)))
    assert decided(plan, [4], "drop").steps == (CAP, Remove((4, 5)))


def test_a_decision_that_is_withdrawn_leaves_no_step_behind():
    plan = decided(Plan((CAP,)), [4, 5], "drop")
    assert withdrawn(plan, [5]).steps == (CAP, Remove((4,)))
    assert withdrawn(plan, [4, 5, 6]).steps == (CAP,)


def test_steps_that_are_switched_off_stay_so_and_decide_nothing():
    plan = Plan((CAP, Remove((7,))), frozenset({0, 1}))
    assert said(plan) == {}
    plan = decided(plan, [1], "drop")
    assert plan.steps == (CAP, Remove((7,)), Remove((1,)))
    assert plan.off == {0, 1}
    assert said(plan) == {1: "drop"}


def test_a_further_step_goes_before_the_decisions_so_that_they_hold():
    plan = decided(decided(Plan((CAP,)), [4], "drop"), [2], "keep")
    assert added(plan, NEXT).steps == (CAP, NEXT, Remove((4,)), Add((2,)))
    assert added(plan, Remove(())).steps == (*plan.steps, Remove(()))
    assert added(Plan(), NEXT).steps == (NEXT,)


def test_each_record_asked_about_has_what_was_decided_or_nothing():
    plan = decided(decided(Plan(), [4], "drop"), [2], "keep")
    assert decisions_on(plan, np.array([2, 3, 4])) == ["keep", "", "drop"]
    assert decisions_on(Plan(), np.array([0])) == [""]


def test_undo_takes_back_a_decision_and_no_other_step():
    space = Workspace()
    assert not can_undo(space)
    space.curate(Plan((CAP,)))
    undo(space)
    assert space.plan.steps == (CAP,)
    space.curate(decided(space.plan, [3], "drop"))
    assert can_undo(space)
    undo(space)
    assert space.plan.steps == (CAP,)
    assert not can_undo(space)


@given(
    st.lists(
        st.tuples(st.sets(st.integers(0, 9)), st.sampled_from(["keep", "drop", "forget"])),
        max_size=8,
    )
)
def test_decisions_are_those_of_a_dictionary_written_over(acts):
    plan, expected = Plan((CAP,)), {}
    for rows, act in acts:
        if act == "forget":
            plan = withdrawn(plan, rows)
            expected = {row: was for row, was in expected.items() if row not in rows}
        else:
            plan = decided(plan, rows, act)
            expected |= dict.fromkeys(rows, act)
    assert said(plan) == expected
    assert list(said(plan)) == sorted(expected)


@pytest.mark.parametrize("act", ["keep", "drop"])
def test_deciding_about_nothing_changes_nothing(act):
    assert decided(Plan((CAP,)), [], act) == Plan((CAP,))
