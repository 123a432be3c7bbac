"""Does the side bar's facet list do what the reader means, in a real browser?"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pages.ui.facet_values import FacetChange

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
HARNESS = Path(__file__).with_name("facets_app.py")
MARKUP = '<img src=x onerror="window.hacked = true">'


@pytest.fixture(scope="module")
def address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", HARNESS, f"--server.port={port}"]
    places = {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": str(ROOT)}}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **places
    ) as server:
        try:
            wait_for_answer(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def wait_for_answer(url):
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"no answer from {url}")


@pytest.fixture
def visit(chromium, address):
    """Open the page; at the end the console must be clean and every request local."""
    contexts, complaints, requests = [], [], []

    def open_page(query="", **options):
        contexts.append(chromium.new_context(viewport={"width": 1200, "height": 1000}, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{address}?{query}")
        page.locator(".facet").first.wait_for()
        page.get_by_text("changes: 0").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []


def changes(page):
    """What Python has heard so far, oldest first."""
    return page.locator("code").inner_text().splitlines()[1:]


def hears(page, *expected):
    """Wait for the last change, then make sure that nothing else came."""
    page.get_by_text(f"changes: {len(expected)}", exact=False).wait_for()
    page.wait_for_timeout(400)
    assert changes(page) == [repr(change) for change in expected]


def facet(page, title):
    return page.locator(".facet", has=page.get_by_role("heading", name=title))


def row(page, name):
    return page.locator(f'.row[aria-label^="{name}:"]')


def drag(page, title, start, end):
    """Pull the pointer over a histogram, from one share of its width to another."""
    box = facet(page, title).locator(".bins").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + (start + (end - start) * step / 8) * box["width"], y)
    page.mouse.up()


def focused(page):
    return page.evaluate(
        """() => {
            let node = document.activeElement;
            while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
            return node.getAttribute("aria-label") ?? node.textContent;
        }"""
    )


def remember(locator, name):
    locator.evaluate(f"node => {{ window.{name} = node; }}")


def is_remembered(locator, name):
    return locator.evaluate(f"node => window.{name} === node")


@pytest.mark.parametrize("mode", ["callback", "return"])
def test_a_click_is_heard_once_and_the_next_adds_to_it(visit, mode):
    page = visit(f"mode={mode}")
    row(page, "question").click()
    hears(page, FacetChange("intent", ("question",)))
    row(page, "story").click()
    row_states = [row(page, name).get_attribute("aria-pressed") for name in ("question", "story")]
    assert row_states == ["true", "true"]
    hears(page, FacetChange("intent", ("question",)), FacetChange("intent", ("question", "story")))
    page.get_by_role("button", name="Rerun").click()
    page.wait_for_timeout(500)
    assert len(changes(page)) == 2


def test_a_second_click_takes_the_choice_back(visit):
    page = visit()
    row(page, "question").click()
    page.get_by_text("changes: 1").wait_for()
    row(page, "question").click()
    hears(page, FacetChange("intent", ("question",)), FacetChange("intent"))


@pytest.mark.parametrize("mode", ["callback", "return"])
def test_clicks_faster_than_python_are_all_heard_and_stay_in_sight(visit, mode):
    page = visit(f"mode={mode}")
    page.evaluate(
        """() => {
            const all = [...document.querySelectorAll("*")].map((node) => node.shadowRoot);
            const root = all.find((shadow) => shadow?.querySelector(".facets"));
            window.seen = [];
            const missing = root.querySelector('.row[aria-label^="Missing:"]');
            const look = () => window.seen.push(missing.getAttribute("aria-pressed"));
            new MutationObserver(look).observe(missing, { attributeFilter: ["aria-pressed"] });
            for (const name of ["question", "True", "Missing"]) {
                root.querySelector(`.row[aria-label^="${name}:"]`).click();
            }
        }"""
    )
    page.get_by_text("changes: 2").wait_for()
    last = FacetChange("__proto__", (True, None))
    hears(page, FacetChange("intent", ("question",)), last)
    assert page.evaluate("window.seen") == ["true"]


def test_an_alt_click_leaves_the_value_out(visit):
    page = visit()
    row(page, "story").click(modifiers=["Alt"])
    hears(page, FacetChange("intent", excluded=("story",)))
    assert row(page, "story").get_attribute("aria-label") == "story: 0 of 41 records, left out"
    row(page, "story").click()
    last = FacetChange("intent", ("story",))
    hears(page, FacetChange("intent", excluded=("story",)), last)


def test_the_word_not_in_a_row_leaves_the_value_out(visit):
    page = visit()
    row(page, "story").hover()
    row(page, "story").locator(".leave").click()
    hears(page, FacetChange("intent", excluded=("story",)))


def test_alt_and_enter_leave_the_value_out(visit):
    page = visit()
    row(page, "story").focus()
    page.keyboard.press("Alt+Enter")
    hears(page, FacetChange("intent", excluded=("story",)))


def test_values_come_back_with_their_type(visit):
    page = visit()
    for name in ("1", "1.5", "True", "Missing"):
        row(page, name).click()
        page.wait_for_timeout(300)
    page.get_by_text("changes: 4").wait_for()
    assert changes(page)[-1] == repr(FacetChange("__proto__", (True, None, 1.5, 1)))


def test_new_counts_change_the_rows_in_place(visit):
    page = visit()
    story = row(page, "story")
    before = story.locator(".bar").evaluate("bar => bar.style.getPropertyValue('--inside')")
    remember(story, "story")
    order = page.locator(".row .label").all_inner_texts()
    row(page, "True").click()
    page.locator(".count", has_text=" of 41").wait_for()
    after = story.locator(".bar").evaluate("bar => bar.style.getPropertyValue('--inside')")
    assert float(after[:-1]) < float(before[:-1])
    assert is_remembered(story, "story")
    assert page.locator(".row .label").all_inner_texts() == order


def test_folds_search_and_focus_survive_new_counts(visit):
    page = visit()
    page.get_by_role("button", name="Intent", exact=True).click()
    page.get_by_role("button", name="30 more").click()
    page.keyboard.type("city 1")
    hits = page.locator(".row", has_text="City 1").count()
    page.locator(".row", has_text="City 13").focus()
    page.keyboard.press("Enter")
    page.locator(".count .inside:not(:empty)").first.wait_for()
    assert focused(page).startswith("City 13: ")
    assert page.get_by_role("searchbox").input_value() == "city 1"
    assert facet(page, "City of birth").locator(".row").count() == hits
    assert not row(page, "question").is_visible()
    page.get_by_role("searchbox").focus()
    page.get_by_role("button", name="Choose from outside").click()
    page.get_by_text("changes: 2").wait_for()
    badge = facet(page, "Intent").locator(".badge")
    assert badge.inner_text() == "1"
    assert not row(page, "question").is_visible()


def test_folds_and_choices_survive_a_visit_to_another_page(visit):
    page = visit()
    page.get_by_role("button", name="length", exact=True).click()
    row(page, "question").click()
    page.get_by_text("changes: 1").wait_for()
    page.get_by_text("Hide the facets").click()
    page.locator(".facets").wait_for(state="detached")
    page.get_by_text("Hide the facets").click()
    page.locator(".facets").wait_for()
    assert not facet(page, "length").locator(".plot").is_visible()
    assert row(page, "question").get_attribute("aria-pressed") == "true"
    row(page, "story").click()
    last = FacetChange("intent", ("question", "story"))
    hears(page, FacetChange("intent", ("question",)), last)


def test_the_list_stays_where_it_was_scrolled_to(visit):
    page = visit()
    page.get_by_role("button", name="30 more").click()
    rows = facet(page, "City of birth").locator(".rows")
    rows.evaluate("node => { node.scrollTop = 200; }")
    page.get_by_role("button", name="Choose from outside").click()
    page.get_by_text("changes: 1").wait_for()
    page.locator(".count .inside:not(:empty)").first.wait_for()
    assert rows.evaluate("node => node.scrollTop") == 200


def test_typing_in_the_search_box_triggers_no_shortcut_of_the_page(visit):
    page = visit()
    page.get_by_role("button", name="30 more").click()
    page.keyboard.type("rc")
    page.wait_for_timeout(500)
    assert page.get_by_role("searchbox").input_value() == "rc"
    assert page.get_by_role("dialog").count() == 0
    assert page.get_by_text("runs: 1", exact=True).is_visible()


def test_a_chosen_value_beyond_the_top_stays_in_sight(visit):
    page = visit()
    page.get_by_role("button", name="30 more").click()
    last = facet(page, "City of birth").locator(".row").last
    name = last.locator(".label").inner_text()
    last.click()
    page.get_by_text("changes: 1").wait_for()
    page.get_by_role("button", name="Show fewer").click()
    assert row(page, name).is_visible()
    page.get_by_role("button", name="29 more").wait_for()


def test_clear_empties_the_column_and_goes_away(visit):
    page = visit()
    clear = page.get_by_role("button", name="Clear Intent")
    assert not clear.is_visible()
    row(page, "question").click()
    clear.click()
    page.get_by_text("changes: 2").wait_for()
    assert changes(page)[-1] == repr(FacetChange("intent"))
    assert not clear.is_visible()
    assert focused(page) == "Intent"


def test_a_brush_reports_the_whole_bars_it_touches(visit):
    page = visit()
    drag(page, "length", 2.5 / 24, 7.5 / 24)
    hears(page, FacetChange("length", range=(20.0, 80.0)))
    assert facet(page, "length").locator(".readout").inner_text() == "20 – 80 tokens"


def test_a_brush_can_be_moved_resized_and_cleared(visit):
    page = visit()
    drag(page, "length", 2.5 / 24, 7.5 / 24)
    page.get_by_text("changes: 1").wait_for()
    drag(page, "length", 5 / 24, 8 / 24)
    page.get_by_text("changes: 2").wait_for()
    drag(page, "length", 11 / 24, 15 / 24)
    page.get_by_text("changes: 3").wait_for()
    facet(page, "length").locator(".plot").dblclick(position={"x": 5, "y": 20})
    ranges = [(20.0, 80.0), (50.0, 110.0), (50.0, 150.0), None]
    hears(page, *(FacetChange("length", range=r) for r in ranges))


def test_a_click_takes_one_bar(visit):
    page = visit()
    box = facet(page, "length").locator(".bins").bounding_box()
    page.mouse.click(box["x"] + 4.5 / 24 * box["width"], box["y"] + 20)
    hears(page, FacetChange("length", range=(40.0, 50.0)))


def test_the_handles_answer_to_the_keyboard(visit):
    page = visit()
    low, high = facet(page, "length").get_by_role("slider").all()
    low.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    hears(page, FacetChange("length", range=(20.0, 240.0)))
    high.focus()
    page.keyboard.press("PageDown")
    hears(page, *(FacetChange("length", range=r) for r in [(20.0, 240.0), (20.0, 190.0)]))
    assert high.get_attribute("aria-valuetext") == "190 tokens"
    assert low.get_attribute("aria-valuemax") == "190"
    page.keyboard.press("Escape")
    page.get_by_text("changes: 3").wait_for()
    assert changes(page)[-1] == repr(FacetChange("length"))


def test_a_date_histogram_is_labelled_with_days(visit):
    page = visit()
    low, high = facet(page, "created").locator(".scale .low, .scale .high").all_inner_texts()
    assert (low, high) == ("2023-11-14", "2024-09-17")


def test_the_whole_way_can_be_gone_with_the_keyboard(visit):
    page = visit()
    page.get_by_role("button", name="Intent", exact=True).focus()
    page.keyboard.press("Tab")
    assert focused(page) == "question: 66 records"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "story: 41 records"
    page.keyboard.press("Space")
    page.get_by_text("changes: 1").wait_for()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.get_by_text("changes: 2").wait_for()
    assert changes(page)[-1] == repr(FacetChange("intent", ("question", "story")))
    page.keyboard.press("Tab")
    assert focused(page) == "length"
    page.keyboard.press("Enter")
    assert not facet(page, "length").locator(".plot").is_visible()


def test_hostile_texts_are_only_texts(visit):
    page = visit("case=hostile")
    page.locator(".row").first.click()
    hears(page, FacetChange("constructor", (MARKUP,)))
    page.get_by_role("button", name="more").click()
    assert page.locator(".facets img").count() == 0
    assert page.evaluate("window.hacked") is None
    widths = page.locator(".facets").evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert widths[0] <= widths[1]
    heights = page.locator(".row").evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    assert len(set(heights)) == 1
    assert [page.locator(".row .label").nth(i).inner_text() for i in (2, 8)] == ["(blank)"] * 2


def test_a_lone_surrogate_and_an_empty_text_can_be_chosen(visit):
    page = visit("case=hostile")
    page.get_by_role("button", name="2 more").click()
    page.locator(".row").nth(7).click()
    page.get_by_text("changes: 1").wait_for()
    page.locator(".row").nth(8).click()
    page.get_by_text("changes: 2").wait_for()
    assert page.locator('.row[aria-pressed="true"]').count() == 2


def test_of_fifty_facets_of_two_hundred_values_only_what_is_seen_is_drawn(visit):
    page = visit("case=crowd")
    assert page.locator(".facet").count() == 50
    assert page.locator(".row").count() == 12 * 7
    remember(page.locator(".row").nth(80), "row")
    page.locator(".row").nth(0).click()
    page.get_by_text("changes: 1").wait_for()
    assert is_remembered(page.locator(".row").nth(80), "row")
    page.get_by_role("button", name="Column 40").click()
    assert page.locator(".row").count() == 13 * 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_bars_stand_out_in_both_themes(visit, scheme):
    page = visit(color_scheme=scheme)
    ink, paper = page.locator(".facets").evaluate(
        """node => {
            const canvas = document.createElement("canvas").getContext("2d");
            const style = getComputedStyle(node);
            return ["--ink", "--paper"].map((name) => {
                canvas.fillStyle = style.getPropertyValue(name);
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
            });
        }"""
    )
    assert abs(sum(ink) - sum(paper)) > 450
    assert (sum(ink) > sum(paper)) == (scheme == "dark")
