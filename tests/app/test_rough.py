"""Does bad input leave a page with a clear state, nothing lost and no trace?"""

import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import cached

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
