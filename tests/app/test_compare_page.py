"""Does the compare page tell the truth in each state, without a browser?"""

import time

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")
MAIN = "../../pages/ui/main.py"


def settled(app):
    while any(button.label == "Cancel" for button in app.button):
        time.sleep(0.2)
        app.run()
    return app


def opened(**asked):
    app = AppTest.from_file(MAIN, default_timeout=90)
    for name, value in asked.items():
        app.query_params[name] = value
    return settled(settled(app.run()).switch_page("../compare.py").run())


def said(app):
    return [element.value for element in (*app.info, *app.text)]


@pytest.fixture(scope="module")
def app():
    return opened(by="prompt", groups='["topic", "topic-styles"]')


def test_the_page_opens_on_two_groups_and_writes_them_into_the_address(app):
    assert not app.exception
    assert app.multiselect[0].value == ["topic", "topic-styles"]
    assert "prompt" in app.query_params["by"]
    assert "topic-styles" in str(app.query_params["groups"])


def test_one_group_is_too_few(app):
    app.multiselect[0].set_value(["topic"]).run()
    assert not app.exception
    assert "Choose at least two groups." in said(app)


def test_a_filter_that_empties_a_group_is_said():
    app = opened(by="prompt", filter='prompt = "topic"', groups='["topic", "topic-styles"]')
    assert not app.exception
    assert any("None of the 250 records with prompt 'topic-styles'" in text for text in said(app))


def test_a_broken_filter_is_said():
    app = opened(filter="prompt = ")
    assert not app.exception
    assert any("Mend the filter" in text for text in said(app))
