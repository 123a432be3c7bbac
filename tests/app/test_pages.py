"""Do the pages tell the truth in each state, without a browser?"""

import threading
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from diversity import samples
from diversity.analysis import Settings
from diversity.progress import Progress, finish
from pages.ui import cached, cached_scores
from pages.ui.jobs import Job, Jobs
from pages.ui.sources import SAMPLE

MAIN = "../../pages/ui/main.py"


@pytest.fixture
def explore():
    """Open the explore page and wait until the sample is there."""
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    while any(button.label == "Cancel" for button in app.button):
        time.sleep(0.1)
        app.run()
    return app


@pytest.fixture
def data(explore):
    return explore.switch_page("../data.py").run()


def texts(app):
    return [element.value for element in app.text]


def button(app, label):
    return next(button for button in app.button if button.label == label)


def htmls(app):
    return [element.proto.body for element in app.get("html")]


def open_upload(app, name, content):
    app.file_uploader[0].set_value((name, content, "text/plain")).run()
    app.radio(key="data_model").set_value("hashing").run()
    button(app, "Explore these records").click().run()
    app.switch_page("../explore.py").run()
    while any(button.label == "Cancel" for button in app.button):
        time.sleep(0.1)
        app.run()


def test_the_explore_page_opens_on_all_of_the_sample(explore):
    assert not explore.exception
    assert "1,000 of 1,000 records" in texts(explore)


def test_a_filter_that_finds_nothing_is_no_error(explore):
    explore.text_input(key="explore_filter_line").set_value("length > 99999").run()
    assert not explore.exception
    assert "0 of 1,000 records" in texts(explore)


def test_a_broken_filter_is_said_and_every_record_passes(explore):
    explore.text_input(key="explore_filter_line").set_value("prompt = ").run()
    assert not explore.exception
    assert "1,000 of 1,000 records" in texts(explore)
    assert any(text.startswith("column 9: expected a value") for text in texts(explore))


def test_a_search_is_written_into_the_line(explore):
    explore.text_input(key="explore_search").set_value('say "hi"').run()
    line = explore.text_input(key="explore_filter_line").value
    assert line == r'text contains "say \"hi\""'


def test_searched_words_stand_out_in_the_table(explore):
    explore.text_input(key="explore_filter_line").set_value('text contains "entropy"').run()
    shown = explore.dataframe[0].value
    assert len(shown) > 0
    assert all("«entropy»" in match.lower() for match in shown["match"])


@pytest.mark.parametrize(
    ("order", "column", "rises"),
    [
        ("Most novel first", "novelty", False),
        ("Longest first", "length", False),
        ("Shortest first", "length", True),
    ],
)
def test_the_table_stands_in_the_order_that_is_chosen(explore, order, column, rises):
    explore.selectbox(key="explore_order").select(order).run()
    shown = explore.dataframe[0].value[column].tolist()
    assert shown == sorted(shown, reverse=not rises)
    assert len(set(shown)) > 1


def test_tags_colour_the_map_and_are_a_facet(explore):
    explore.text_input(key="explore_filter_line").set_value('prompt = "topic"').run()
    explore.text_input(key="explore_tag_name").set_value("keep").run()
    explore.button(key="explore_tag_do").click().run()
    space = explore.session_state["workspace"]
    space.color_by = "tag"
    explore.run()
    assert not explore.exception
    view = cached.jobs().get(cached.view_name(space.source, space.settings)).result
    legend = cached.coloring(space, view).legend
    assert [(entry.name, entry.n_records) for entry in legend] == [("keep", 250), ("Missing", 750)]


def waiting_for(event):
    yield Progress("waiting", 0, 1, 0.0)
    event.wait(60)


def test_the_band_of_random_subsets_comes_when_it_is_drawn(explore):
    free = threading.Event()
    holding = cached.beside().submit("holds the worker", lambda: waiting_for(free))
    while holding.state == "waiting":
        time.sleep(0.05)
    explore.text_input(key="explore_filter_line").set_value('persona = "a data analyst"').run()
    assert not any("de-strip" in html and "<u " in html for html in htmls(explore))
    free.set()
    view = cached.jobs().get(cached.view_name(SAMPLE, Settings())).result
    mask = view.context.records["persona"].to_numpy() == "a data analyst"
    job = cached_scores.draw_band(view, view.panel.budget(mask).rounded())
    while job.active:
        time.sleep(0.05)
    explore.run()
    assert any("<u " in html for html in htmls(explore))


def test_scores_of_all_by_parts_are_those_at_once(explore):
    view = cached.jobs().get(cached.view_name(SAMPLE, Settings())).result
    every, budget = np.ones(len(view), bool), view.panel.budget().rounded()
    assert cached_scores.scores(view, every, budget) == view.panel.scores(every, budget=budget)


def test_a_file_is_read_at_once_and_explored_on_request(data):
    rows = b"".join(b'{"text": "word%d and another", "n": %d}\n' % (i, i) for i in range(5))
    open_upload(data, "five.jsonl", rows)
    assert not data.exception
    assert "5 of 5 records" in texts(data)


@pytest.mark.parametrize("content", [b"", b"text\n", bytes(range(256))])
def test_a_bad_file_gets_a_sentence_with_a_hint(data, content):
    data.file_uploader[0].set_value(("bad.csv", content, "text/csv")).run()
    assert not data.exception
    message, hint = texts(data)
    assert "bad.csv" in message
    assert hint


def test_another_model_chosen_for_the_sample_is_the_one_that_runs():
    view = finish(cached.view_steps(SAMPLE, Settings(embedder="hashing")))
    vectors = view.analysis.embeddings.vectors
    assert view.analysis.embeddings.model != "given vectors"
    assert vectors.shape != samples.vectors().shape


def test_a_stage_with_a_bug_fails_its_own_job_only(caplog):
    jobs = Jobs()

    def broken():
        yield
        raise ZeroDivisionError

    def sound():
        yield
        return 7

    failed, done = jobs.submit("broken", broken), jobs.submit("sound", sound)
    while done.active:
        time.sleep(0.01)
    assert failed.state == "failed"
    assert "ZeroDivisionError" not in str(failed.error)
    assert "ZeroDivisionError" in caplog.text
    assert done.result == 7


def test_a_job_is_asked_for_twice_and_made_once():
    jobs, made = Jobs(), []

    def work():
        made.append(1)
        yield
        return made

    first = jobs.submit("same", work)
    assert jobs.submit("same", work) is first
    while first.active:
        time.sleep(0.01)
    jobs.forget("same")
    again = jobs.submit("same", work)
    while again.active:
        time.sleep(0.01)
    assert len(made) == 2


def test_a_job_that_its_only_visitor_leaves_is_stopped_and_begun_anew_when_asked_for():
    jobs, go = Jobs(), threading.Event()

    def work():
        while not go.wait(0.01):
            yield
        return 1

    left = jobs.submit("left", work)
    left.look("me")
    left.leave("me")
    assert left.stopping.is_set()
    while left.active:
        time.sleep(0.01)
    go.set()
    again = jobs.submit("left", work)
    while again.active:
        time.sleep(0.01)
    assert again.result == 1


def test_a_job_that_somebody_else_waits_for_goes_on():
    job = Job("shared", lambda: iter(()))
    job.look("me")
    job.look("other")
    job.leave("me")
    assert not job.stopping.is_set()
    job.leave("other")
    assert job.stopping.is_set()


def test_a_job_cancelled_in_line_is_never_begun():
    begun = []
    job = Job("late", lambda: begun.append(1))
    job.cancel()
    assert job.state == "cancelled"
    assert not begun
