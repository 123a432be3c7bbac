from pages.ui.state import Workspace


def test_undo_goes_back_and_redo_goes_forward():
    space = Workspace()
    space.ask("a = 1")
    space.ask("a = 2")
    space.undo()
    assert space.filter_text == "a = 1"
    space.undo()
    assert space.filter_text == ""
    space.redo()
    space.redo()
    assert space.filter_text == "a = 2"


def test_undo_at_the_beginning_and_redo_at_the_end_change_nothing():
    space = Workspace(filter_text="a = 1")
    space.undo()
    space.redo()
    assert space.filter_text == "a = 1"


def test_a_new_step_forgets_the_undone_ones():
    space = Workspace()
    space.ask("a = 1")
    space.undo()
    space.ask("a = 2")
    space.redo()
    assert space.filter_text == "a = 2"


def test_asking_the_same_again_is_no_step():
    space = Workspace()
    space.ask("a = 1")
    space.ask("a = 1")
    assert len(space.past) == 1


def test_opening_other_records_forgets_filter_and_steps():
    space = Workspace()
    space.ask("a = 1")
    space.open(space.source, space.settings)
    assert space == Workspace()
