"""Can a visitor set groups side by side, read what differs and why, and hand it on?"""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose_model, explore, rest, see_map, upload

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.__canary=1"> :red[x]'


def see_comparison(page):
    page.wait_for_selector(".de-claim, .de-compare", timeout=240_000)
    rest(page)


@pytest.fixture
def page(visit):
    page = visit("/compare")
    see_comparison(page)
    return page


def cells(page, label):
    """Read one row of the table of scores."""
    row = page.locator(".de-compare tbody tr", has=page.get_by_text(label, exact=True)).first
    return row.locator("td").all_inner_texts()


def test_two_prompts_of_the_sample_stand_side_by_side_with_a_conclusion(page):
    expect(page.get_by_text(re.compile("is more diverse than|sets .* apart")).first).to_be_visible()
    assert "by=prompt" in page.url
    a, b, difference, p, adjusted = cells(page, "Vendi 2")
    shown = [float(cell.split("\n")[0].replace("−", "-")) for cell in (a, b, difference)]
    assert shown[2] == pytest.approx(shown[0] - shown[1], abs=0.2)
    assert 0 < float(p) <= float(adjusted.split()[-1]) <= 1
    assert page.locator(".map[data-state=ready]").count() == 2


def test_two_visitors_of_one_address_read_the_same_numbers(page, visit):
    other = visit("/compare?" + page.url.split("?", 1)[1])
    see_comparison(other)
    tables = [one.locator(".de-compare").all_inner_texts() for one in (page, other)]
    assert tables[0] == tables[1]


def test_the_report_and_the_json_say_what_the_page_says(page, tmp_path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as JSON").click()
    said = json.loads(download.value.path().read_text(encoding="utf-8"))
    value = said["scores"]["vendi_2"]["values"]["topic"]["value"]
    assert float(cells(page, "Vendi 2")[0].split("\n")[0]) == pytest.approx(value, rel=0.01)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the report").click()
    assert "<script" not in download.value.path().read_text(encoding="utf-8")


def test_clusters_and_words_say_why(page):
    expect(page.locator(".de-card").first).to_be_visible()
    page.get_by_role("tab", name="Words", exact=True).click()
    expect(page.get_by_text(re.compile("have q at most 0.05"))).to_be_visible()


def test_an_address_that_makes_no_sense_compares_what_there_is(visit):
    page = visit("/compare?by=%3Cb%3E&groups={{&within=nope&reference=..")
    see_comparison(page)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_names_of_groups_are_never_markup(visit):
    page = visit("/data")
    rows = [
        {"text": f"{word} number {i} {HOSTILE}", "arm": HOSTILE if i % 2 else "plain"}
        for i in range(30)
        for word in ("tea", "rain")
    ]
    upload(page, ("arms.jsonl", "\n".join(map(json.dumps, rows)).encode()))
    choose_model(page, "Word hashing")
    explore(page)
    see_map(page)
    page.get_by_role("link", name="Compare", exact=True).click()
    see_comparison(page)
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    expect(page.locator(".de-compare img, .de-card img, .de-said img")).to_have_count(0)
