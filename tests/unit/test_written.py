"""Is what visitors write found again under its name, and nothing else?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.curation import DropDuplicates, Plan, Remove
from diversity.store import Store
from pages.ui.tags import no_tags
from pages.ui.written import (
    keep_filter,
    keep_plan,
    keep_tags,
    last_tags,
    recall_filter,
    recall_plan,
    recall_tags,
)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def some_tags():
    mask = np.array([True, False, True, False])
    return no_tags(4, "records").tagged(mask, "<b>\U0001f600</b>").tagged(~mask, "\x00drop")


def test_tags_come_back_as_they_were(store):
    tags = some_tags()
    found = recall_tags(store, keep_tags(store, tags))
    assert (found.names, found.records) == (tags.names, tags.records)
    assert found.codes.tolist() == tags.codes.tolist()
    assert not found.codes.flags.writeable


def test_other_tags_have_another_name(store):
    assert keep_tags(store, some_tags()) != keep_tags(store, some_tags().removed(np.ones(4, bool)))
    assert keep_tags(store, no_tags(4, "a")) != keep_tags(store, no_tags(4, "b"))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_filter_comes_back_to_the_letter(tmp_path_factory, text):
    store = Store(tmp_path_factory.mktemp("store"))
    assert recall_filter(store, keep_filter(store, text)) == text


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 32, "A" * 32, "0" * 31, "0\n" * 16])
def test_a_name_that_was_never_given_finds_nothing(store, name):
    keep_tags(store, some_tags())
    assert recall_tags(store, name) is None
    assert recall_filter(store, name) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"tags": 1}', '{"codes": "x"}', "\x00"])
def test_a_broken_file_finds_nothing(store, content):
    name = keep_tags(store, some_tags())
    (store.folder / "written" / f"{name}.json").write_text(content)
    assert recall_tags(store, name) is None
    assert recall_filter(store, name) is None


def test_a_filter_is_no_tags_and_tags_are_no_filter(store):
    assert recall_tags(store, keep_filter(store, "length > 3")) is None
    assert recall_filter(store, keep_tags(store, some_tags())) is None


def test_emptying_the_store_keeps_what_was_written(store):
    name = keep_tags(store, some_tags())
    store.clear()
    assert recall_tags(store, name) is not None


def test_a_plan_comes_back_step_by_step(store):
    plan = Plan((DropDuplicates("exact"), Remove(tuple(range(0, 900, 3)))), frozenset({0}), "é")
    assert recall_plan(store, keep_plan(store, plan)) == plan
    assert recall_plan(store, keep_filter(store, "a = 1")) is None
    assert recall_plan(store, "0" * 32) is None


def test_the_tags_written_last_are_found_by_their_records(store):
    assert last_tags(store, "records") is None
    first = keep_tags(store, some_tags())
    assert last_tags(store, "records") == first
    second = keep_tags(store, some_tags().removed(np.array([True, False, False, False])))
    assert last_tags(store, "records") == second != first
    assert keep_tags(store, some_tags()) == last_tags(store, "records") == first
    assert last_tags(store, "other records") is None


def test_a_broken_note_of_the_last_tags_finds_none(store):
    keep_tags(store, some_tags())
    for path in (store.folder / "written").iterdir():
        path.write_text('{"last": 3}')
    assert last_tags(store, "records") is None
