"""Does long work let itself be watched, stopped, shared and taken up again?"""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose_model, complaint, explore, rest, see_map, upload, wait_for

pytestmark = pytest.mark.browser

N_RECORDS = 12_000
CANCELLED = "Cancelled. What was finished is kept"
EMBEDDING = re.compile(r"Embedding · ([\d,]+) of ([\d,]+)")


def long_file(name):
    """Texts that a model needs a while for, and that no other file of these tests has."""
    words = ["grain", "harbour", "lantern", "meadow", "copper", "thimble", "orchard", "saddle"]
    lines = []
    for i in range(N_RECORDS):
        told = " ".join(words[(i // 10**k + k) % 8] for k in range(4))
        lines.append(json.dumps({"text": f"{told} {name} {i}"}))
    return (f"{name}.jsonl", "\n".join(lines).encode())


def start(visit, file):
    page = visit("/data")
    rest(page)
    upload(page, file)
    explore(page)
    expect(page.get_by_text("Making the map")).to_be_visible()
    return page


def progress(page):
    """Wait for a report of the embedding and read it: how many done, of how many."""
    said = page.get_by_text(EMBEDDING)
    expect(said).to_be_visible(timeout=30_000)
    return tuple(int(n.replace(",", "")) for n in EMBEDDING.search(said.inner_text()).groups())


def cancel(page):
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(CANCELLED)).to_be_visible(timeout=40_000)


def test_work_that_was_cancelled_goes_on_from_what_is_kept(visit):
    page = start(visit, long_file("cancelled"))
    wait_for(lambda: progress(page)[0] > 0, 60)
    cancel(page)
    page.get_by_role("button", name="Try again").click()
    _, left = progress(page)
    assert left < N_RECORDS
    cancel(page)


def test_a_reload_finds_the_work_going_on(visit):
    page = start(visit, long_file("reloaded"))
    wait_for(lambda: progress(page)[0] > 0, 60)
    page.reload()
    done, of = progress(page)
    assert done > 0
    assert of == N_RECORDS
    cancel(page)


def test_two_visitors_with_the_same_file_wait_for_the_same_work(visit):
    file = long_file("shared")
    first = start(visit, file)
    wait_for(lambda: progress(first)[0] > 0, 60)
    second = start(visit, file)
    assert progress(second)[0] > 0
    first.get_by_role("button", name="Cancel").click()
    for page in (first, second):
        expect(page.get_by_text(CANCELLED)).to_be_visible(timeout=40_000)


def test_who_waits_in_line_can_leave_it_at_once(visit):
    first = start(visit, long_file("ahead"))
    progress(first)
    second = start(visit, long_file("behind"))
    expect(second.get_by_text("Waiting for other work to finish.")).to_be_visible()
    second.get_by_role("button", name="Cancel").click()
    expect(second.get_by_text(CANCELLED)).to_be_visible(timeout=4_000)
    expect(first.get_by_text(CANCELLED)).to_have_count(0)
    cancel(first)


def test_a_model_that_cannot_be_had_is_said_and_another_can_be_tried(visit):
    page = visit("/data")
    upload(page, ("few.jsonl", b'{"text": "one two"}\n{"text": "three four"}\n'))
    choose_model(page, "Another sentence-transformers model")
    name = page.get_by_role("textbox", name="Name")
    name.fill("nobody/has-such-a-model")
    name.press("Enter")
    rest(page)
    explore(page)
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=60_000)
    message, hint = complaint(page)
    assert "nobody/has-such-a-model" in message
    assert hint.endswith(".")
    page.get_by_role("link", name="Choose other data").click()
    expect(page.get_by_text("Choose the records")).to_be_visible()
    rest(page)
    upload(page, ("few.jsonl", b'{"text": "one two"}\n{"text": "three four"}\n'))
    choose_model(page, "Word hashing")
    explore(page)
    see_map(page)
