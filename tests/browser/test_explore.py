"""Can a visitor look around the sample, narrow it down, and trust what the numbers say?"""

import re

import pytest
from playwright.sync_api import expect

from diversity import samples
from diversity.filters import Context, Filter
from tests.browser.conftest import serving, watched
from tests.browser.steps import (
    THE_MAP,
    circle,
    facet,
    hover,
    n_passing,
    place,
    rest,
    rows_in_lasso,
    rows_in_table,
    score_columns,
    see_map,
    tab_until,
    table,
    wait_for,
    write_filter,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sample():
    return samples.load()


@pytest.fixture
def page(visit):
    page = visit()
    see_map(page)
    return page


@pytest.mark.parametrize(
    ("path", "sight"),
    [
        ("/", "1,000 of 1,000 records"),
        ("/agent", "No key, no cost, not an LLM"),
        ("/data", "Choose the records"),
    ],
)
def test_a_cold_server_opens_every_address_inside_the_frame(chromium, tmp_path, path, sight):
    with (
        serving(tmp_path) as address,
        chromium.new_context() as context,
        watched(context, address) as visit,
    ):
        page = visit(path)
        expect(page.get_by_text(sight)).to_be_visible()
        for name in ("Explore", "Compare", "Agent", "Curate", "Data"):
            expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
        expect(page.get_by_alt_text("Logo").first).to_be_visible()
        if path == "/":
            see_map(page)


def test_the_sample_stands_on_the_map_with_its_scores_and_intervals(page):
    assert page.evaluate(f"{THE_MAP}.n") == 1000
    [(title, cells)] = score_columns(page).items()
    assert title == "All 1,000"
    assert len(cells) > 15
    assert all(re.search(r"\d\n+[\d.,]+ – [\d.,]+", cell) for cell in cells)


def test_a_click_on_a_value_filters_and_scores_what_is_left_beside_the_whole(page):
    facet(page, "prompt").locator('.row[aria-label^="topic-styles:"]').click()
    expect(page.get_by_text("250 of 1,000 records")).to_be_visible()
    rest(page)
    columns = score_columns(page)
    assert list(columns) == ["All 1,000", "Filtered 250"]
    different = [a != b for a, b in zip(*columns.values(), strict=True)]
    assert sum(different) > len(different) / 2
    assert page.get_by_label("Filter as text").input_value() == 'prompt = "topic-styles"'


def test_the_line_and_python_find_the_same_records(page, sample):
    text = 'prompt = "topic" and length > 400'
    write_filter(page, text)
    mask = Filter.parse(text).mask(Context(sample.records, sample.texts))
    by_hand = (sample.records["prompt"] == "topic") & (sample.texts.str.len() > 400)
    assert n_passing(page) == mask.sum() == by_hand.sum()
    assert rows_in_table(page) == mask.nonzero()[0].tolist()


def test_a_broken_line_is_pointed_at_and_lets_every_record_pass(page):
    write_filter(page, 'prompt = "topic" and and')
    complaint = page.get_by_text("column 22: expected a column")
    expect(complaint).to_be_visible()
    source, caret = complaint.inner_text().splitlines()[1:3]
    assert source[caret.index("^") :] == "and"
    assert n_passing(page) == 1000
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    write_filter(page, "")
    expect(complaint).to_be_hidden()


def test_an_address_that_makes_no_sense_opens_the_sample_and_says_what_is_wrong(visit):
    page = visit("/?data=../../etc&color=nope&filter=%3Cimg src=x onerror=window.__canary=1%3E")
    see_map(page)
    expect(page.get_by_text("are not kept here")).to_be_visible()
    expect(page.get_by_text("column 1: expected a column")).to_be_visible()
    assert n_passing(page) == 1000


def test_an_unknown_column_is_said_and_not_crashed_on(page):
    write_filter(page, 'promt = "topic"')
    expect(page.get_by_text(re.compile("promt")).first).to_be_visible()
    assert n_passing(page) == 1000
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_the_search_box_finds_texts_and_clear_brings_all_back(page, sample):
    box = page.get_by_label("Search the texts")
    box.fill("mitochondria")
    box.press("Enter")
    rest(page)
    assert n_passing(page) == sample.texts.str.contains("mitochondria", case=False).sum() > 0
    page.get_by_role("button", name="Clear the filter").click()
    rest(page)
    assert n_passing(page) == 1000
    assert box.input_value() == page.get_by_label("Filter as text").input_value() == ""


def test_a_search_without_a_hit_says_so(page):
    box = page.get_by_label("Search the texts")
    box.fill("qqqqqq")
    box.press("Enter")
    rest(page)
    assert n_passing(page) == 0
    expect(page.get_by_text("No record is in view.")).to_be_visible()
    assert list(score_columns(page)) == ["All 1,000", "Filtered 0"]


def test_a_lasso_selects_exactly_the_rows_inside_it(page):
    circle(page, place(page, 0), 60)
    rows = rows_in_lasso(page)
    assert 5 < len(rows) < 500
    assert list(score_columns(page)) == ["All 1,000", f"Selected {len(rows):,}"]
    assert rows_in_table(page) == rows


def test_a_lasso_inside_a_filter_holds_what_is_in_both(page, sample):
    write_filter(page, 'prompt = "topic"')
    circle(page, place(page, 0), 90)
    topic = (sample.records["prompt"] == "topic").to_numpy()
    both = [row for row in rows_in_lasso(page) if topic[row]]
    assert both
    assert list(score_columns(page)) == ["All 1,000", "Filtered 250", f"Selected {len(both)}"]
    assert rows_in_table(page) == both


def test_pointing_at_a_record_shows_its_text_and_a_click_opens_it(page, sample):
    row = hover(page, 17)
    expect(page.locator(".tip-text")).to_have_text(sample.texts[row][:600])
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text(re.compile(f"^Record {row} · "))).to_be_visible()
    rest(page)
    expect(page.locator(".de-text")).to_have_text(sample.texts[row])
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text(re.compile("^Record "))).to_have_count(0)


def test_a_record_that_is_read_has_the_searched_words_marked(page, sample):
    write_filter(page, 'text contains "entropy"')
    row = next(row for row, text in enumerate(sample.texts) if "entropy" in text.lower())
    page.mouse.click(*place(page, row))
    marks = page.locator(".de-text mark")
    expect(marks.first).to_be_visible()
    assert {text.lower() for text in marks.all_inner_texts()} == {"entropy"}


def test_the_map_is_coloured_by_what_is_chosen(page):
    names = page.locator(".legend .name")
    assert sorted(names.all_text_contents()) == sorted(
        ["topic", "topic-styles", "topic-styles-persona", "multi-topic-styles-persona"]
    )
    page.get_by_role("radio", name="cluster", exact=True).click()
    wait_for(lambda: any(name.startswith("Other (") for name in names.all_text_contents()))
    assert len(names.all_text_contents()) == 13
    counts = page.locator(".legend .count").all_text_contents()
    assert sum(int(count.replace(",", "")) for count in counts) == 1000


def test_clusters_are_bars_and_the_filter_shortens_them(page):
    page.get_by_role("radio", name="Clusters").click()
    bars = page.locator(".js-plotly-plot .bars .point")
    expect(bars.first).to_be_attached()
    rest(page)
    first = page.locator(".js-plotly-plot .ytick").first
    before = first.text_content()
    write_filter(page, 'prompt = "topic"')
    wait_for(lambda: first.text_content() != before)
    expect(page.get_by_text(re.compile(r"^Clusters in view: \d+"))).to_be_visible()


def test_the_keyboard_steps_through_clusters_wherever_the_focus_is_but_in_a_text(page):
    shown = page.get_by_role("radio", name="Clusters")
    shown.click()
    about = page.get_by_text("Set apart by its words")
    expect(page.get_by_role("button", name="Next cluster")).to_be_visible()
    page.keyboard.press("n")
    first = about.text_content()
    page.locator(".stage").focus()
    page.keyboard.press("n")
    wait_for(lambda: about.text_content() != first)
    shown.focus()
    page.keyboard.press("p")
    wait_for(lambda: about.text_content() == first)
    page.get_by_placeholder("Search the texts").press_sequentially("nn")
    rest(page)
    assert about.text_content() == first


def test_the_order_of_the_table_is_the_visitors_choice(page, sample):
    page.get_by_label("Order").click()
    page.get_by_role("option", name="Longest first").click()
    rest(page)
    lengths = [int(record["length"]) for record in table(page)]
    assert lengths == sorted(sample.texts.str.len(), reverse=True)


def test_a_choice_outlives_a_visit_to_the_other_page(page):
    write_filter(page, 'prompt = "topic"')
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_text("Choose the records")).to_be_visible()
    page.get_by_role("link", name="Explore", exact=True).click()
    see_map(page)
    assert n_passing(page) == 250


def test_two_visitors_do_not_see_each_others_filter(page, visit):
    write_filter(page, 'prompt = "topic"')
    other = visit()
    see_map(other)
    assert n_passing(other) == 1000


def test_the_keyboard_reaches_facets_and_map_and_opens_a_record(page):
    page.mouse.click(700, 8)
    tab_until(page, ".row")
    page.keyboard.press("Space")
    rest(page)
    assert n_passing(page) < 1000
    tab_until(page, ".stage", most=150)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^Record "))).to_be_visible()


def test_an_explanation_opens_under_the_pointer_and_stays_inside_the_window(page):
    for hint in page.locator(".de-hint").all():
        hint.hover()
        right = hint.evaluate(
            "node => { const still = getComputedStyle(node).position === 'static';"
            " const at = still ? node.parentNode : node;"
            " const tip = getComputedStyle(node, '::after');"
            " return at.getBoundingClientRect().right - parseFloat(tip.right) }"
        )
        assert right <= 1280, hint.inner_text()
