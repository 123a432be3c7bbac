"""Are saved plans found again by name, for their own records only?"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.curation import Cap, DropDuplicates, Plan, Remove
from diversity.errors import PlanError, StoreError
from diversity.store import Store
from pages.ui.named_plans import delete, save, saved

CAP = Plan((Cap("topic", 3), Remove((1, 5))), frozenset({0}), "Caps")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_a_saved_plan_is_found_for_the_same_records_and_no_others(store):
    save(store, "a", CAP)
    assert saved(store, "a") == {"Caps": CAP}
    assert saved(store, "b") == {}


def test_plans_are_listed_by_name_and_the_last_of_a_name_holds(store):
    other = Plan((DropDuplicates(),), name="a")
    save(store, "a", CAP)
    save(store, "a", other)
    save(store, "a", Plan((), name="Caps"))
    assert list(saved(store, "a").items()) == [("a", other), ("Caps", Plan((), name="Caps"))]


def test_a_deleted_plan_is_gone_and_deleting_it_again_is_no_error(store):
    save(store, "a", CAP)
    delete(store, "a", "Caps")
    delete(store, "a", "Caps")
    assert saved(store, "a") == {}


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_plan_without_a_fit_name_is_refused(store, name):
    with pytest.raises(PlanError, match="1 to 60"):
        save(store, "a", Plan((), name=name))


def test_a_damaged_file_is_left_out(store, tmp_path):
    save(store, "a", CAP)
    [path] = tmp_path.rglob("*.json")
    path.write_text("steps: [paint]")
    assert saved(store, "a") == {}


def test_saving_survives_the_emptying_of_the_store(store):
    save(store, "a", CAP)
    store.clear()
    assert saved(store, "a") == {"Caps": CAP}


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        save(Store(tmp_path / "file"), "a", CAP)


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_no_name_leaves_the_folder(tmp_path_factory, name):
    if not name.strip():
        return
    folder = tmp_path_factory.mktemp("store")
    save(Store(folder), "a", Plan((), name=name))
    assert list(saved(Store(folder), "a")) == [name]
    assert {path.parent.name for path in folder.rglob("*.json")} != {folder.name}
    assert len(list(folder.parent.glob("*.json"))) == 0
