"""Does bad input leave a page with a clear state, nothing lost and no trace?"""

import json
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import cached
from pages.ui.state import KEY

MAIN = "../../pages/ui/main.py"
BOMB = "text matches /(?:[^#]{0,999}#|[a-z]{0,999}9)/i"
LONG = "x" * 100_000


def visit(**address):
    """Open the explore page as a new visitor and wait until the records are there."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return settled(app.run())


def settled(app):
    while any(button.label == "Cancel" for button in app.button):
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return app


def texts(app):
    return [element.value for element in app.text]


def complaint(app):
    """Read what stands on a page that complains."""
    assert any("That did not work" in badge.value for badge in app.markdown)
    return texts(app)


def n_passing(app):
    said = next(text for text in texts(app) if text.endswith(" records") and " of " in text)
    return int(said.split()[0].replace(",", ""))


def button(app, label):
    return next(button for button in app.button if button.label == label)


def address(app):
    shown = app.query_params
    return {n: v if isinstance(v, str) else v[0] for n, v in shown.items()}


def reload(app):
    """Open the same address again, as a new session."""
    return visit(**address(app))


def file_of(records):
    return "\n".join(json.dumps(record) for record in records).encode()


def open_upload(app, name, content):
    """Take a file to its map, by way of the data page."""
    app.switch_page("../data.py").run()
    app.file_uploader[0].set_value((name, content, "text/plain")).run()
    app.radio(key="data_model").set_value("hashing").run()
    assert not app.exception
    button(app, "Explore these records").click().run()
    app.switch_page("../explore.py").run()
    return settled(app)


def write(app, filter):
    return app.text_input(key="explore_filter_line").set_value(filter).run()


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ("prompt = ", "column 10: expected a value"),
        ("vanished > 3", "There is no column vanished."),
        ('cluster = "no such cluster"', 'No cluster is called "no such cluster".'),
        ("near record 5000 above 0.5", "There is no record 5000"),
        ("prompt > 3", "Column prompt holds text"),
        ("text matches /(?=x)/", "cannot be read"),
        ('tag = "mine"', "There is no column tag."),
        (LONG, "column 100001: expected a comparison after xxx"),
        (LONG + "x", "This filter has 100,001 characters"),
        ("<img src=x onerror=alert(1)>", "column 1"),
        ("\x00", "has no meaning here"),
        (f"{LONG[9:]}=1", "There is no column xxx"),
        ("(" * 500, "more than 32 conditions are nested"),
    ],
    ids=lambda value: value[:20],
)
def test_an_address_with_a_filter_that_cannot_be_applied_says_so_and_keeps_it(filter, message):
    app = visit(filter=filter)
    assert any(message in text for text in complaint(app))
    assert max(map(len, texts(app))) < 2_000
    assert n_passing(app) == 1_000
    assert app.text_input(key="explore_filter_line").value == filter


@pytest.mark.parametrize("key", ["explore_search", "explore_filter_line", "explore_meaning"])
def test_a_query_of_100_kb_is_refused_in_a_sentence(key):
    app = visit(filter="length > 500")
    before = n_passing(app)
    app.text_input(key=key).set_value(LONG + "x").run()
    assert not app.exception
    assert any("100,001 characters" in text for text in complaint(app))
    assert n_passing(app) == (1_000 if key == "explore_filter_line" else before)


def test_a_broken_line_does_not_break_a_search_by_meaning():
    app = visit(filter="prompt = ")
    app.text_input(key="explore_meaning").set_value("solar energy").run()
    app.button(key="explore_take_meaning").click().run()
    assert not app.exception
    assert 0 < n_passing(app) < 1_000
    assert app.text_input(key="explore_filter_line").value.startswith("meaning like")
    app.button(key="explore_Undo").click().run()
    assert app.text_input(key="explore_filter_line").value == "prompt = "


def test_a_pattern_that_takes_too_long_is_given_up_and_said_only_once(monkeypatch):
    app = visit()
    view = cached.sample()
    object.__setattr__(view, "context", replace(view.context, patience_s=0.01))
    began = time.monotonic()
    try:
        app.text_input(key="explore_filter_line").set_value(BOMB).run()
    finally:
        object.__setattr__(view, "context", replace(view.context, patience_s=5))
    assert any("The search was given up after 0.01 s" in text for text in complaint(app))
    assert n_passing(app) == 1_000
    assert time.monotonic() - began < 20
    app.run()
    assert any("given up after 0.01 s" in text for text in complaint(app))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"data": "../../etc/passwd"}, "records that this address names are not kept here"),
        ({"data": "0" * 32, "model": "x", "color": "x"}, "are not kept here"),
        ({"color": "<b>no</b>"}, "cannot be coloured by '<b>no</b>'"),
        ({"record": "99999"}, "There is no record 99,999 here."),
        ({"tags": "0" * 32}, "The tags that this address names cannot be found here."),
        ({"kept": "../../x"}, "The filter that this address names cannot be found here."),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_an_address_names_and_is_not_here_is_said_until_it_is_put_away(asked, message):
    app = visit(**asked, filter="length > 500")
    assert any(message in text for text in complaint(app))
    app.run()
    assert any(message in text for text in complaint(app))
    app.button(key="notices_close").click().run()
    assert not any(message in text for text in texts(app))
    assert n_passing(app) == (1_000 if "kept" in asked else n_passing(visit(filter="length > 500")))
    assert set(app.query_params) <= {"filter"}


@pytest.mark.parametrize("record", ["-1", "1e3", "\u0663", "x" * 10_000, ""])
def test_a_record_that_is_no_number_opens_none(record):
    app = visit(record=record)
    assert not any(text.startswith("Record ") for text in texts(app))


def test_a_vector_column_that_does_not_exist_is_said_with_those_that_do():
    app = visit(vectors="nowhere")
    assert any("nowhere" in text for text in complaint(app))
    assert button(app, "Try again")


def test_a_model_that_an_address_asks_for_is_not_fetched_unasked():
    app = visit(model="api:openai/costly")
    assert "This address asks for another embedding model: api:openai/costly" in texts(app)
    assert not any("of 1,000" in text for text in texts(app))
    settled(app.button(key="waiting_default").click().run())
    assert n_passing(app) == 1_000
    assert "model" not in app.query_params


def test_a_reload_finds_filter_colour_record_and_tags_again():
    app = visit()
    write(app, 'prompt = "topic"')
    tag(app, "mine")
    write(app, 'tag = "mine" and length > 560')
    before = n_passing(app)
    app.session_state[KEY].opened = 7
    app.session_state[KEY].color_by = "cluster"
    app.run()
    again = reload(app)
    assert 0 < n_passing(again) == before < 250
    assert any(text.startswith("Record 7 · ") for text in texts(again))
    assert again.session_state[KEY].color_by == "cluster"
    assert len(again.session_state[KEY].tags) == 250
    assert address(reload(again)) == address(app)


def tag(app, name):
    app.text_input(key="explore_tag_name").set_value(name).run()
    app.button(key="explore_tag_do").click().run()
    assert not app.exception


def test_tags_of_other_records_are_not_put_on_these():
    app = visit()
    tag(app, "mine")
    tags = address(app)["tags"]
    other = open_upload(visit(), "three.jsonl", file_of({"text": f"one {i}"} for i in range(1_000)))
    app = visit(**address(other), tags=tags)
    assert any("tags of this address were written on other records" in t for t in complaint(app))
    assert n_passing(write(app, 'tag = "mine"')) == 1_000
    assert "There is no column tag." in texts(app)


def test_a_filter_too_long_for_an_address_outlives_a_reload():
    filter = " or ".join(f"length = {n}" for n in range(560, 860))
    app = write(visit(), filter)
    assert max(map(len, address(app).values())) < 100
    again = reload(app)
    assert 0 < n_passing(again) == n_passing(app) < 1_000
    assert again.text_input(key="explore_filter_line").value == filter
