"""Can a visitor go from records to an exported subset, and does the file hold what was promised?"""

import io
import json
import re
import zipfile

import pandas as pd
import pytest
from playwright.sync_api import expect

from diversity import samples
from diversity.curation import Add, Plan, Remove
from tests.browser.steps import (
    choose_model,
    circle,
    explore,
    n_passing,
    place,
    rest,
    rows_in_lasso,
    score_columns,
    see_map,
    shown,
    upload,
    wait_for,
    write_filter,
)

pytestmark = pytest.mark.browser

ROWS = [
    {"id": 10**17 + i, "text": f"{'A note' if i % 2 else 'Some words'} on topic {i % 12}.",
     "score": i / 7, "deep": {"tags": ["x", None]}, "=evil": "=1+1"}
    for i in range(60)
]  # fmt: skip


@pytest.fixture
def page(visit):
    page = visit()
    see_map(page)
    page.get_by_role("link", name="Curate", exact=True).click()
    expect(page.get_by_text("1,000 of 1,000 records kept")).to_be_visible()
    see_map(page)
    return page


def add(page, label):
    page.get_by_role("button", name="Add a step").click()
    page.get_by_role("menuitem", name=label, exact=True).click()
    rest(page)


def write_plan(page, text):
    area = page.get_by_role("textbox", name="YAML or JSON")
    if not area.is_visible():
        page.get_by_text("Plan as text", exact=True).last.click()
    area.fill(text)
    area.press("Control+Enter")
    rest(page)


def kept(page):
    said = page.get_by_text(re.compile(r"^[\d,]+ of [\d,]+ records kept$")).inner_text()
    return int(said.split()[0].replace(",", ""))


def download(page):
    with page.expect_download() as got:
        page.get_by_role("button", name="Download", exact=True).click()
    return zipfile.ZipFile(io.BytesIO(got.value.path().read_bytes()))


def test_from_a_file_to_an_exported_subset(visit):
    page = visit("/data")
    content = "\n".join(json.dumps(row) for row in ROWS).encode()
    upload(page, ("rows.jsonl", content))
    rest(page)
    choose_model(page, "Word hashing")
    explore(page)
    see_map(page)
    page.get_by_role("link", name="Curate", exact=True).click()
    expect(page.get_by_text("60 of 60 records kept")).to_be_visible()
    add(page, "Drop duplicates")
    page.get_by_label("Alike").click()
    page.get_by_role("option", name="To the letter").click()
    expect(page.get_by_text("12 of 60 records kept")).to_be_visible()
    rest(page)
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_text("The dropped records too, with reasons").click()
    rest(page)
    page.get_by_text("A report of steps, scores and losses").click()
    rest(page)
    archive = download(page)
    assert sorted(archive.namelist()) == [
        "kept.dropped.jsonl", "kept.jsonl", "kept.manifest.json", "kept.report.html",
    ]  # fmt: skip
    lines = archive.read("kept.jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == ROWS[:12]
    lost = [json.loads(line) for line in archive.read("kept.dropped.jsonl").splitlines()]
    assert [row["kept_instead"] for row in lost] == [row["dropped_row"] % 12 for row in lost]
    assert "12 of 60 records are kept." in archive.read("kept.report.html").decode()
    manifest = json.loads(archive.read("kept.manifest.json"))
    assert manifest["steps"][0]["n_dropped"] == 48
    assert manifest["dataset"]["sources"][0]["name"] == "rows.jsonl"


def test_each_step_shows_at_once_what_it_drops(page):
    add(page, "Cap each cluster or group")
    page.get_by_label("At most").fill("5")
    page.get_by_label("At most").press("Enter")
    wait_for(lambda: kept(page) < 400)
    rest(page)
    after_cap = kept(page)
    said = page.locator(".de-step").first.inner_text()
    assert f"−{1000 - after_cap}" in said
    assert "Vendi 2" in said
    page.get_by_role("button", name="Switch step 1 off").click()
    wait_for(lambda: kept(page) == 1000)
    page.get_by_role("button", name="Undo the last change of the plan").click()
    wait_for(lambda: kept(page) == after_cap)
    page.get_by_role("button", name="Take step 1 out").click()
    wait_for(lambda: kept(page) == 1000)


def test_before_and_after_stand_beside_random_subsets(page):
    write_plan(page, "steps:\n- select: {method: k_center, k: 300}\n")
    wait_for(lambda: kept(page) == 300)
    expect(page.locator(".de-effect")).to_be_visible(timeout=40_000)
    columns = score_columns(page)
    head = page.locator(".de-effect thead th").all_inner_texts()
    assert [" ".join(text.split()) for text in head[1:]] == [
        "Before 1,000", "After 300", "Random 300", "Beats",
    ]  # fmt: skip
    assert len(next(iter(columns.values()))) > 20
    assert page.locator(".de-pale").count() >= 1
    page.get_by_role("tab", name="Losses").click()
    expect(
        page.get_by_text(re.compile(r"^\d+ groups; \d+ of them lost every record$"))
    ).to_be_visible()


def test_a_plan_that_cannot_be_done_says_why_and_can_be_undone(page):
    write_plan(page, "steps:\n- top: {column: prompt, k: 3}\n")
    shown(page, "Step 1: Column 'prompt' holds no numbers.")
    page.get_by_role("button", name="Undo the last change of the plan").click()
    wait_for(lambda: kept(page) == 1000)
    write_plan(page, "steps: [{paint: {}}]")
    expect(page.get_by_text("Step 1: there is no step 'paint'.")).to_be_visible()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_an_address_opens_the_same_plan(page, visit):
    write_plan(page, 'steps:\n- keep: prompt = "topic"\n')
    wait_for(lambda: kept(page) == 250)
    query = page.url.split("?", 1)[1]
    other = visit(f"/?{query}")
    see_map(other)
    other.get_by_role("link", name="Curate", exact=True).click()
    expect(other.get_by_text("250 of 1,000 records kept")).to_be_visible()


def test_the_filter_of_explore_is_offered_as_a_step(page):
    page.get_by_role("link", name="Explore", exact=True).click()
    see_map(page)
    write_filter(page, 'prompt = "topic" and length > 400')
    n = n_passing(page)
    page.get_by_role("link", name="Curate", exact=True).click()
    add(page, "Keep what passes a filter")
    wait_for(lambda: kept(page) == n)


def test_files_on_this_machine_are_written_and_not_replaced_unasked(page, tmp_path):
    write_plan(page, "name: small\nsteps:\n- top: {column: length, k: 7}\n")
    wait_for(lambda: kept(page) == 7)
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_label("Format").click()
    page.get_by_role("option", name="Parquet").click()
    rest(page)
    page.get_by_text("Write to this machine").click()
    page.get_by_role("textbox", name="Path").fill(str(tmp_path / "out.parquet"))
    page.get_by_role("textbox", name="Path").press("Enter")
    rest(page)
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_text("Wrote 7 records.")).to_be_visible()
    sample = samples.load()
    longest = sample.texts.str.len().sort_values(ascending=False, kind="stable").index[:7]
    written = pd.read_parquet(tmp_path / "out.parquet")
    assert written["text"].tolist() == sample.texts[longest].tolist()
    assert list(written) == list(sample.columns)
    rest(page)
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_text("exists already")).to_be_visible()


def test_plans_saved_in_the_browser_are_read_by_the_command_line(page):
    add(page, "Drop duplicates")
    page.get_by_text("Plan as text", exact=True).click()
    with page.expect_download() as got:
        page.get_by_role("button", name="Download the plan").click()
    assert Plan.parse(got.value.path().read_text()).steps


def test_a_record_that_is_read_is_left_out_by_a_key_and_taken_back(page):
    page.get_by_role("link", name="Explore", exact=True).click()
    see_map(page)
    page.mouse.click(*place(page, 17))
    expect(page.get_by_role("button", name="Drop", exact=False)).to_be_visible()
    rest(page)
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Forget: drop")).to_be_visible()
    rest(page)
    page.get_by_role("link", name="Curate", exact=True).click()
    wait_for(lambda: kept(page) == 999)
    page.get_by_role("button", name="Undo the last change of the plan").click()
    wait_for(lambda: kept(page) == 1000)


def button(page, words):
    """Find a button by how its name begins; a key may stand behind."""
    return page.get_by_role("button", name=re.compile(f"^{words}"))


def cell(page, table, place, across):
    """Click into a line of a table, so far from its left edge."""
    frame = page.locator(f".st-key-{table}" if table else "[data-testid=stDataFrame]").last
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.click(box["x"] + across, box["y"] + 35 * (place + 1.5))
    rest(page)


def on_explore(visit, path="/"):
    page = visit(path, height=1600)
    see_map(page)
    return page


def decided(page):
    """Read the decisions from the address's plan on the Curate page, as text."""
    page.get_by_role("link", name="Curate", exact=True).click()
    see_map(page)
    if not page.get_by_role("textbox", name="YAML or JSON").is_visible():
        page.get_by_text("Plan as text", exact=True).last.click()
    return Plan.parse(page.get_by_role("textbox", name="YAML or JSON").input_value()).steps


def test_what_the_lasso_holds_is_dropped_and_kept_by_keys_and_taken_back(visit):
    page = on_explore(visit)
    circle(page, place(page, 0), 70)
    held = rows_in_lasso(page)
    page.mouse.click(700, 8)
    page.keyboard.press("x")
    expect(button(page, f"Decisions {len(held)}")).to_be_visible()
    rest(page)
    page.keyboard.press("k")
    expect(button(page, f"Keep {len(held)}")).to_be_disabled()
    rest(page)
    page.keyboard.press("z")
    expect(button(page, f"Drop {len(held)}")).to_be_disabled()
    rest(page)
    [step] = decided(page)
    assert step == Remove(tuple(held))
    assert kept(page) == 1000 - len(held)
    page.keyboard.press("z")
    wait_for(lambda: kept(page) == 1000)


def test_ticked_rows_of_a_table_are_decided_about_and_a_click_opens_a_record(visit):
    page = on_explore(visit)
    write_filter(page, 'prompt = "topic"')
    cell(page, "", 1, 18)
    cell(page, "", 3, 18)
    button(page, "Drop 2").click()
    expect(button(page, "Decisions 2")).to_be_visible()
    rest(page)
    cell(page, "", 2, 200)
    expect(page.get_by_text(re.compile(r"^Record 2 · "))).to_be_visible()
    rest(page)
    page.keyboard.press("k")
    expect(button(page, "Forget: keep")).to_be_visible()
    rest(page)
    assert decided(page) == (Remove((1, 3)), Add((2,)))


def test_neighbours_of_a_record_and_a_cluster_are_dropped_whole(visit):
    page = on_explore(visit, "/?record=17")
    neighbours = page.get_by_test_id("stDataFrame").nth(1)
    box = neighbours.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + 18)  # ticks them all
    rest(page)
    button(page, "Drop 8").click()
    expect(button(page, "Decisions 8")).to_be_visible()
    rest(page)
    page.get_by_role("radio", name="Clusters").click()
    rest(page)
    button(page, "Next cluster").click()
    rest(page)
    n = int(page.get_by_text(re.compile(r"^\d+ records, .* of all")).inner_text().split()[0])
    button(page, f"Keep {n}").click()
    rest(page)
    [*_, last] = decided(page)
    assert isinstance(last, Add)
    assert len(last.rows) == n


def test_decisions_outlive_a_reload_stay_last_and_are_listed(visit):
    page = on_explore(visit)
    counts = []
    for act, asked in (("Drop", "length > 570"), ("Keep", "length < 540")):
        write_filter(page, asked)
        counts.append(n_passing(page))
        button(page, f"{act} {counts[-1]}").click()
        expect(button(page, f"Decisions {sum(counts)}")).to_be_visible()
        rest(page)
    n, n_kept = counts
    wait_for(lambda: "steps=" in page.url)
    page.reload()
    see_map(page)
    page.get_by_role("link", name="Curate", exact=True).click()
    wait_for(lambda: kept(page) == 1000 - n)
    add(page, "Drop duplicates")
    expect(page.get_by_text(f"2. Drop {n} by hand")).to_be_visible()
    page.get_by_role("tab", name="Records").click()
    page.get_by_role("radio", name="By hand").click()
    expect(page.get_by_text(f"{n_kept} kept and {n} dropped by hand")).to_be_visible()


def test_a_plan_is_saved_under_a_name_opened_by_another_visitor_and_deleted(page, visit):
    write_plan(page, "steps: [{top: {column: length, k: 9}}]")
    wait_for(lambda: kept(page) == 9)
    button(page, "Plans").click()
    page.get_by_role("textbox", name="Name of this plan").fill("<b>nine</b> *longest*")
    page.get_by_role("textbox", name="Name of this plan").press("Enter")
    rest(page)
    page.get_by_role("button", name="Save", exact=True).click()
    rest(page)
    other = visit("/curate")
    see_map(other)
    assert kept(other) == 1000
    button(other, "Plans 1").click()
    other.get_by_role("button", name="Open it", exact=True).click()
    wait_for(lambda: kept(other) == 9)
    rest(other)
    other.keyboard.press("Escape")
    other.get_by_role("button", name="Undo the last change of the plan").click()
    wait_for(lambda: kept(other) == 1000)
    rest(other)
    button(other, "Plans 1").click()
    other.get_by_role("button", name="Delete it", exact=True).click()
    expect(button(other, "Put .b.nine")).to_be_visible()
