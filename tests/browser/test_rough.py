"""Does a real browser come through what no friendly visitor does?"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import circle, n_passing, rest, rows_in_table, see_map, write_filter

pytestmark = pytest.mark.browser

BOMB = "text matches /(?:[^#]{0,999}#|[a-z]{0,999}9)/i"


def test_a_pattern_that_never_ends_is_given_up_and_others_work_on_meanwhile(visit):
    page, other = visit(), visit()
    see_map(page)
    see_map(other)
    line = page.get_by_label("Filter as text")
    line.fill(BOMB)
    line.press("Enter")
    other.get_by_label("Filter as text").fill('prompt = "topic"')
    other.get_by_label("Filter as text").press("Enter")
    expect(other.get_by_text("250 of 1,000 records")).to_be_visible()
    given_up = page.get_by_text(re.compile("The search was given up after 5 s: it had read"))
    expect(given_up).to_be_visible(timeout=60_000)
    assert n_passing(page) == 1_000
    assert line.input_value() == BOMB
    write_filter(page, 'prompt = "topic"')
    expect(given_up).to_have_count(0)
    assert n_passing(page) == 250


def test_a_reload_in_the_middle_of_work_finds_filter_record_and_tags(visit):
    page = visit()
    see_map(page)
    write_filter(page, 'prompt = "topic"')
    page.get_by_role("button", name=re.compile("Tag 250")).click()
    page.get_by_label("Tag", exact=True).fill("mine")
    page.get_by_label("Tag", exact=True).press("Enter")
    rest(page)
    page.get_by_role("button", name="Tag 250 records").click()
    rest(page)
    page.keyboard.press("Escape")
    write_filter(page, 'tag = "mine" and length > 560')
    before = rows_in_table(page)
    page.reload()
    see_map(page)
    assert rows_in_table(page) == before
    assert 0 < len(before) < 250


def test_a_lasso_over_nothing_is_said(visit):
    page = visit()
    see_map(page)
    box = page.locator(".stage").bounding_box()
    circle(page, (box["x"] + 12, box["y"] + box["height"] - 12), 6)
    expect(page.get_by_text("The lasso holds no record that passes the filter.")).to_be_visible()
    page.get_by_role("button", name="Drop it").click()
    rest(page)
    assert len(rows_in_table(page)) == 1_000


def test_an_address_of_many_kilobytes_is_answered(visit):
    page = visit("/?filter=" + "x" * 30_000)
    see_map(page)
    expect(page.get_by_text("expected a comparison after")).to_be_visible()
    assert n_passing(page) == 1_000
