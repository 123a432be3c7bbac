"""Can a visitor let a language model judge, leave, come back, and pay for nothing twice?"""

import re
from collections import Counter
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serving, watched
from tests.browser.steps import rest, wait_for
from tests.llm_judge import by_first_word
from tests.llm_server import failed
from tests.llm_server import serving as answering

pytestmark = pytest.mark.browser

CANARY = "sk-canary-4711-never-to-be-seen"
IN_FLIGHT = 16
JUDGED = re.compile(r"Judging rounds · ([\d,]+) of ([\d,]+)")


def unhurried(request):
    return replace(by_first_word(request), after_s=0.3)


@pytest.fixture
def judge():
    with answering(unhurried) as server:
        yield server


def calm(page):
    """Rest; a server that asks a model for the first time imports litellm for that."""
    page.wait_for_timeout(300)
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1, timeout=120_000)


def set_number(page, label, value):
    field = page.get_by_role("spinbutton", name=label)
    field.fill(str(value))
    field.press("Enter")
    rest(page)


def ask_model(page, judge, n_rounds):
    """Choose the model behind the server, with a key, and few proposals."""
    page.get_by_text("Language model", exact=True).click()
    rest(page)
    for label, value in (
        ("Model", "openai/judge"),
        ("API address", judge.url),
        ("Key", CANARY),
    ):
        field = page.get_by_role("textbox", name=label, exact=True)
        field.fill(value)
        field.press("Enter")
        calm(page)
    page.get_by_text("Settings", exact=True).click()
    set_number(page, "Rounds (N)", n_rounds)
    set_number(page, "Proposals (M)", 2)
    set_number(page, "Stop at ± %", 0)


def run(page):
    button = page.get_by_role("button", name="Run", exact=True)
    expect(button).to_be_enabled(timeout=60_000)
    button.click()


def judged(page):
    """Wait for a report of the rounds and read how many are done."""
    said = page.get_by_text(JUDGED)
    expect(said).to_be_visible(timeout=60_000)
    return int(JUDGED.search(said.inner_text())[1].replace(",", ""))


def go_on(page):
    page.get_by_role("button", name="Go on").click()


def see_the_end(page):
    expect(page.get_by_text("all rounds are done")).to_be_visible(timeout=90_000)
    rest(page)


def n_groups(page):
    return page.locator(".de-runs").first.locator("tbody tr").count()


def asked_twice(judge):
    asked = Counter(request.prompt for request in judge.requests)
    return sum(times - 1 for times in asked.values())


def holds(folder, words):
    return [path for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


def test_a_run_is_watched_paused_left_stopped_and_taken_up_again(chromium, judge, tmp_path):
    with (
        serving(tmp_path) as address,
        chromium.new_context() as context,
        watched(context, address) as visit,
    ):
        page = visit("/agent")
        rest(page)
        ask_model(page, judge, 60)
        run(page)
        wait_for(lambda: judged(page) > 8, 60)
        assert CANARY not in page.url
        assert "run=" in page.url

        page.get_by_role("link", name="Data", exact=True).click()
        expect(page.get_by_text("Choose the records")).to_be_visible()
        page.get_by_role("link", name="Agent", exact=True).click()
        before = judged(page)
        page.reload()
        assert judged(page) >= before

        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused.", exact=False)).to_be_visible()
        page.wait_for_timeout(1_000)
        held = len(judge.requests)
        page.wait_for_timeout(1_000)
        assert len(judge.requests) == held
        go_on(page)
        wait_for(lambda: len(judge.requests) > held)

        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("Stopped.", exact=False)).to_be_visible(timeout=30_000)
        assert n_groups(page) == 4
        go_on(page)
        see_the_end(page)
        assert n_groups(page) == 4
        assert asked_twice(judge) == 0
        assert CANARY not in page.content()
    assert any(CANARY in str(request.headers) for request in judge.requests)
    assert holds(tmp_path, CANARY.encode()) == []


def test_a_run_outlives_its_server_and_pays_for_nothing_twice(chromium, judge, tmp_path):
    with (
        serving(tmp_path) as address,
        chromium.new_context() as context,
        watched(context, address) as visit,
    ):
        page = visit("/agent")
        rest(page)
        ask_model(page, judge, 40)
        run(page)
        wait_for(lambda: judged(page) > 20, 60)
        path = page.url.removeprefix(address)
        page.goto("about:blank")
    with (
        serving(tmp_path) as address,
        chromium.new_context() as context,
        watched(context, address) as visit,
    ):
        page = visit(path)
        expect(page.get_by_text("Interrupted", exact=False)).to_be_visible(timeout=30_000)
        go_on(page)
        see_the_end(page)
        assert asked_twice(judge) <= IN_FLIGHT
    assert holds(tmp_path, CANARY.encode()) == []


def test_a_wrong_key_is_said_and_the_run_goes_on_with_a_right_one(visit, judge):
    judge.behave = lambda request: failed(401, "no such key")
    page = visit("/agent")
    rest(page)
    ask_model(page, judge, 2)
    run(page)
    expect(page.get_by_text("The judge does not let us in. openai/judge")).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_text(CANARY, exact=False)).to_have_count(0)
    judge.behave = by_first_word
    rest(page)
    run(page)
    see_the_end(page)


def test_a_limit_of_calls_ends_the_run_and_keeps_what_is_paid_for(visit, judge):
    judge.behave = by_first_word
    page = visit("/agent")
    rest(page)
    ask_model(page, judge, 30)
    page.get_by_text("Limits and prices", exact=True).click()
    set_number(page, "At most calls", 25)
    run(page)
    expect(page.get_by_text("The limit of 25 calls is reached", exact=False)).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_text("nothing is paid for twice", exact=False).first).to_be_visible()
    assert len(judge.requests) <= 25


def test_the_keyboard_leads_through_the_rounds_and_a_record_opens_on_the_map(visit):
    page = visit("/agent")
    rest(page)
    page.get_by_test_id("stMain").get_by_text("Rounds", exact=True).first.click()
    expect(page.get_by_text("1 of 48", exact=True)).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("2 of 48", exact=True)).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("1 of 48", exact=True)).to_be_visible()
    page.get_by_test_id("stButtonGroup").last.get_by_text("349", exact=True).click()
    expect(page.get_by_text(re.compile("^Record 349 · "))).to_be_visible(timeout=40_000)
