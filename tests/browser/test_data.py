"""Do a visitor's own files get in, and does what is wrong with a file get said?"""

import gzip
import io
import json
import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    THE_MAP,
    choose_model,
    complaint,
    explore,
    facts,
    hover,
    n_passing,
    place,
    rest,
    rows_in_table,
    score_columns,
    see_map,
    table,
    upload,
    wait_for,
    write_filter,
)

pytestmark = pytest.mark.browser

MARKUP = '<img src=x onerror="window.__canary=1">'
PICTURE = "![x](http://127.0.0.1:1/x)"
HOSTILE = (
    MARKUP,
    PICTURE,
    ":red[x] :material/error: $x^2$",
    "[click](javascript:window.__canary=2) <a href='javascript:window.__canary=3'>b</a>",
    "\u202eevil txt.exe\u202c",
    "\u200b\u200c zero width \ufeff",
    "null \x00 byte",
    "\ud800 lone surrogate \udfff",
    "<script>window.__canary=4</script>",
    "</style></textarea>" + MARKUP,
    "%{x} {{constructor}} ${window.__canary=5}",
    "long " * 20_000,
)


def recipes(n_records):
    """Texts with two columns, and no two alike."""
    verbs = ["Boil", "Fry", "Grill", "Stew", "Bake"]
    foods = ["turnips", "lentils", "rice", "fennel", "eggs", "kale", "plums"]
    return [
        {
            "instruction": f"{verbs[i % 5]} the {foods[i % 7]} for {i + 1} minutes",
            "output": f"Dish {i}: {foods[i % 7]} with salt, done in {i + 1} minutes.",
            "level": ["easy", "hard"][i % 2],
        }
        for i in range(n_records)
    ]


def as_json_lines(records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def as_parquet(records):
    file = io.BytesIO()
    pd.DataFrame(records).to_parquet(file)
    return file.getvalue()


WRITERS = {
    "dishes.csv": lambda r: pd.DataFrame(r).to_csv(index=False).encode(),
    "dishes.tsv": lambda r: pd.DataFrame(r).to_csv(index=False, sep="\t").encode(),
    "dishes.json": lambda r: json.dumps(r).encode(),
    "dishes.jsonl": as_json_lines,
    "dishes.parquet": as_parquet,
    "dishes.jsonl.gz": lambda r: gzip.compress(as_json_lines(r)),
}


@pytest.fixture
def page(visit):
    page = visit("/data")
    expect(page.get_by_role("button", name="Explore these records")).to_be_visible()
    rest(page)
    return page


def choose_text(page, option):
    page.get_by_role("combobox", name="Text to analyze").click()
    page.get_by_role("option", name=option, exact=True).click()
    rest(page)


def write_template(page, template):
    choose_text(page, "Several columns, by a template")
    field = page.get_by_role("textbox", name="Template")
    field.fill(template)
    field.press("Enter")
    rest(page)


def to_the_map(page, n_records):
    choose_model(page, "Word hashing")
    explore(page)
    see_map(page)
    assert page.evaluate(f"{THE_MAP}.n") == n_records
    assert n_passing(page) == n_records


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_read_and_its_report_says_what_it_held(page, name):
    upload(page, (name, WRITERS[name](recipes(9))))
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert facts(page) == {"Rows read": 9, "Records": 9, "Left out": 0, "Exact duplicates": 0}


def test_a_template_makes_the_text_and_the_map_has_a_point_a_record(page):
    upload(page, ("dishes.csv", WRITERS["dishes.csv"](recipes(50))))
    write_template(page, r"{instruction}\n{output}")
    to_the_map(page, 50)
    first = table(page)[0]
    assert first["text"] == "\n".join([recipes(1)[0]["instruction"], recipes(1)[0]["output"]])


def test_a_column_is_the_text_when_it_is_chosen(page):
    upload(page, ("dishes.jsonl", as_json_lines(recipes(5))))
    choose_text(page, "instruction")
    to_the_map(page, 5)
    assert [r["text"] for r in table(page)] == [r["instruction"] for r in recipes(5)]


@pytest.mark.parametrize("n_records", [1, 2])
def test_a_tiny_file_has_a_map_too(page, n_records):
    upload(page, ("tiny.jsonl", as_json_lines(recipes(n_records))))
    to_the_map(page, n_records)
    assert list(score_columns(page)) == [f"All {n_records}"]
    assert rows_in_table(page) == list(range(n_records))
    page.get_by_role("radio", name="Clusters").click()
    rest(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_rows_without_a_text_are_counted_and_listed_with_their_reasons(page):
    lines = [{"text": f"one fine text {i}"} for i in range(4)] + [{"text": ""}, {"text": None}]
    content = as_json_lines(lines) + b"{broken\n" + as_json_lines([{"text": "one fine text 0"}])
    upload(page, ("holes.jsonl", content))
    assert facts(page) == {"Rows read": 8, "Records": 5, "Left out": 3, "Exact duplicates": 1}
    page.get_by_text("Rows left out").click()
    rest(page)
    expect(page.get_by_test_id("stDataFrame")).to_have_count(2)


def test_two_files_become_one_dataset_told_apart_by_a_column(page):
    parts = recipes(30)
    upload(page, ("one.jsonl", as_json_lines(parts[:12])), ("two.jsonl", as_json_lines(parts[12:])))
    to_the_map(page, 30)
    write_filter(page, 'dataset = "two"')
    assert n_passing(page) == 18


BAD = {
    "empty.csv": b"",
    "junk.csv": bytes(range(256)) * 40,
    "header.csv": b"text,label\n",
    "cut.jsonl.gz": gzip.compress(as_json_lines(recipes(400)))[:-300],
    "cut.parquet": as_parquet(recipes(40))[:-20],
    "broken.json": b'[{"text": "one"}, {"text": ',
    "numbers.json": b"12",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_a_sentence_and_a_hint_and_the_next_file_is_read(page, name):
    upload(page, (name, BAD[name]))
    message, hint = complaint(page)
    assert message.endswith(".")
    assert hint.endswith(".")
    assert len(message) < 300
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^(Remove|Delete)")).first.click()
    rest(page)
    upload(page, ("good.jsonl", as_json_lines(recipes(3))))
    assert facts(page)["Records"] == 3


def test_a_template_with_a_column_that_is_not_there_names_those_that_are(page):
    upload(page, ("dishes.jsonl", as_json_lines(recipes(5))))
    write_template(page, "{instructon} {output}")
    message, hint = complaint(page)
    assert "instructon" in message
    assert "Did you mean 'instruction'?" in hint
    write_template(page, "{instruction} {output}")
    assert facts(page)["Records"] == 5


def test_numbers_alone_can_still_be_chosen_as_the_text(page):
    upload(page, ("codes.csv", b"a,b\n1,10\n2,20\n3,30\n"))
    choose_text(page, "b")
    assert facts(page)["Records"] == 3


def test_no_text_of_a_file_is_ever_more_than_text(page):
    records = [
        {"text": f"{text} {i}", MARKUP: HOSTILE[i % 3], PICTURE: text, ":red[x]": i, "$x^2$": "a"}
        for i, text in enumerate(HOSTILE * 3)
    ]
    upload(page, (f"{MARKUP}![x](http:127.0.0.1:1).jsonl", as_json_lines(records)))
    expect(page.get_by_role("heading", name="<img src=x")).to_be_visible()
    choose_text(page, "text")
    to_the_map(page, len(records))
    expect(page.locator(".facet .row").filter(has_text="<img src=x").first).to_be_visible()
    expect(page.get_by_role("radio", name=MARKUP, exact=True)).to_be_visible()
    for row in range(len(HOSTILE)):
        hover(page, row)
        wait_for(lambda: page.locator(".tip-text").inner_text() != "")
    page.get_by_role("radio", name=PICTURE, exact=True).click()
    rest(page)
    for row in (0, 1, 7):
        opened = hover(page, row)
        page.mouse.click(*place(page, row))
        expect(page.get_by_text(re.compile(f"^Record {opened} · "))).to_be_visible()
        rest(page)
        text = page.locator(".de-text").inner_text()
        assert text[:6] == records[opened]["text"].replace("\ud800", "\ufffd")[:6]
        page.get_by_role("button", name="Close", exact=True).click()
        rest(page)
    facet_row = page.locator(".facet .row").filter(has_text="<img src=x").first
    facet_row.click()
    rest(page)
    assert n_passing(page) < len(records)
    page.get_by_role("radio", name="Clusters").click()
    rest(page)
    page.wait_for_timeout(1000)
    assert page.locator("img[src='x']").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
