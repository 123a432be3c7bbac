"""What holds for every plan: it says itself in text, loses no record, and gives the same again."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.curation import (
    Add,
    Balance,
    Cap,
    DropDuplicates,
    Keep,
    Plan,
    Quota,
    Remove,
    Select,
    States,
    Top,
    curate,
    curate_steps,
    material,
)
from diversity.curation.rows import read_rows, write_rows
from diversity.errors import PlanError
from diversity.progress import finish
from tests.curating import ten

names = st.text(min_size=1, max_size=8)
counts = st.integers(0, 12)
rows = st.sets(st.integers(0, 9), max_size=5).map(tuple)
likes = st.sampled_from(["first", "longest", "central", "best:quality"])
filters = st.sampled_from(
    ['topic = "car"', "quality > 3", "topic is null", 'not text contains "apple"', "row < 7", ""]
)
doable = st.one_of(
    st.builds(DropDuplicates, st.sampled_from(["exact", "near"]), st.floats(0.5, 1), likes),
    st.builds(Keep, filters),
    st.builds(Cap, st.sampled_from(["topic", "cluster", "length"]), counts, likes),
    st.builds(
        Quota, st.just("topic"),
        st.dictionaries(st.sampled_from(["car", "sky", "boat"]), counts, min_size=1),
        st.sampled_from(["keep", "drop"]), likes,
    ),
    st.builds(Balance, st.just("topic"), st.just({}), likes),
    st.builds(Top, st.sampled_from(["quality", "length"]), counts, st.booleans()),
    st.builds(Select, st.sampled_from(["random", "stratified", "k_center"]), counts),
    st.builds(Add, rows),
    st.builds(Remove, rows),
)  # fmt: skip
sayable = st.one_of(
    doable,
    st.builds(Cap, names, st.integers(0, 10**12), names.map("best:".__add__)),
    st.builds(Quota, names, st.dictionaries(names, counts, min_size=1)),
    st.builds(Balance, names, st.dictionaries(names, st.floats(1e-300, 1e300))),
    st.builds(
        Select, names, st.none() | counts,
        st.dictionaries(names, st.integers() | st.floats(allow_nan=False) | names | st.booleans()),
        names, st.text(max_size=8),
    ),
)  # fmt: skip


def plans(steps, most=6):
    return st.builds(
        lambda taken, off, name: Plan(tuple(taken), frozenset(off), name),
        st.lists(steps, max_size=most), st.sets(st.integers(0, most - 1)), st.text(max_size=8),
    )  # fmt: skip


@pytest.fixture(scope="module")
def records():
    return material(ten())


@given(plans(sayable))
@settings(max_examples=300, deadline=None)
def test_a_plan_is_read_back_from_yaml_and_json(plan):
    assert Plan.parse(plan.as_yaml()) == plan
    assert Plan.parse(plan.as_json()) == plan
    assert Plan.from_values(plan.as_values()) == plan


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda b: b.decode("latin-1")))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_plan_or_refused_in_words(text):
    with suppress(PlanError):
        plan = Plan.parse(text)
        assert Plan.parse(plan.as_yaml()) == plan


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5)
    | st.sampled_from(["steps", "name", "cap", "keep", "select", "column", "rows", "skip"]),
    lambda v: st.lists(v, max_size=3)
    | st.dictionaries(st.sampled_from(["steps", "cap", "quota", "column", "targets"]) | st.text(
        max_size=3), v, max_size=3),
))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_values_are_a_plan_or_refused_in_words(values):
    with suppress(PlanError):
        Plan.from_values(values)


@given(plan=plans(doable))
@settings(max_examples=200, deadline=None)
def test_kept_and_dropped_are_a_partition_and_every_loss_has_one_reason(records, plan):
    outcome = curate(records, plan)
    dropped = list(outcome.dropped())
    assert sorted([*outcome.rows.tolist(), *(d.row for d in dropped)]) == list(range(10))
    assert {d.position for d in dropped} <= set(plan.active)
    assert outcome.kept().nonzero()[0].tolist() == sorted(outcome.rows.tolist())
    if not outcome.ranked:
        assert outcome.rows.tolist() == sorted(outcome.rows.tolist())


@given(plan=plans(doable))
@settings(max_examples=200, deadline=None)
def test_the_counts_of_the_steps_add_up(records, plan):
    outcome = curate(records, plan)
    n_left = 10
    for change, position in zip(outcome.changes, plan.active, strict=True):
        assert (change.position, change.n_before) == (position, n_left)
        n_left = change.n_before - change.n_dropped + change.n_added
        assert change.n_after == n_left
    assert len(outcome.rows) == n_left


@given(plan=plans(doable))
@settings(max_examples=100, deadline=None)
def test_a_plan_read_back_and_taken_again_gives_the_same(records, plan):
    states = States()
    first = finish(curate_steps(records, plan, states))
    again = curate(material(ten()), Plan.parse(plan.as_yaml()))
    held = finish(curate_steps(records, plan, states))
    for other in (again, held):
        assert other.fingerprint == first.fingerprint
        assert other.dropped_by.tolist() == first.dropped_by.tolist()
        assert other.instead.tolist() == first.instead.tolist()


@given(plan=plans(doable, most=3), k=st.integers(0, 11))
@settings(max_examples=100, deadline=None)
def test_the_beginning_of_a_choice_is_the_smaller_choice(records, plan, k):
    whole = curate(records, plan.with_(Select("k_center", 10))).rows.tolist()
    assert curate(records, plan.with_(Select("k_center", k))).rows.tolist() == whole[:k]


@given(plan=plans(st.builds(DropDuplicates, st.sampled_from(["exact", "near"]), st.floats(0.5, 1),
                            likes), most=1))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_what_stands_for_a_duplicate_is_kept(records, plan):
    outcome = curate(records, plan)
    kept = set(outcome.rows.tolist())
    assert all(d.instead in kept for d in outcome.dropped())


@given(st.lists(st.integers(0, 10**6)))
def test_rows_written_down_are_read_back(numbers):
    assert read_rows(write_rows(np.array(numbers, np.int64))).tolist() == numbers
