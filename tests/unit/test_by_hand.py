from diversity.curation import Add, Cap, Plan, Remove
from pages.ui.by_hand import decided, decisions

CAP = Cap("topic", 3)


def test_a_decision_is_a_step_at_the_end():
    assert decided(Plan((CAP,)), [4], Remove).steps == (CAP, Remove((4,)))


def test_decisions_of_one_kind_gather_in_one_step():
    plan = decided(decided(Plan((CAP,)), [4], Remove), [2, 9], Remove)
    assert plan.steps == (CAP, Remove((2, 4, 9)))
    assert decisions(plan).tolist() == [2, 4, 9]


def test_the_last_decision_about_a_record_holds():
    plan = decided(decided(Plan((CAP,)), [4, 5], Remove), [4], Add)
    assert plan.steps == (CAP, Remove((5,)), Add((4,)))
    assert decided(plan, [4], Remove).steps == (CAP, Remove((5,)), Add(()), Remove((4,)))


def test_steps_that_are_switched_off_stay_so():
    assert decided(Plan((CAP,), frozenset({0})), [1], Remove).off == {0}
