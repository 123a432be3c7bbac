"""Can a visitor set groups side by side, read what differs and why, and hand it on?"""

import json
import random
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.steps import choose_model, explore, rest, see_map, tab_until, upload
from tests.pipeline.test_cli import diversity

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.__canary=1"> :red[x]'
SUBJECTS = (
    ("tea", "cup", "leaf", "kettle", "milk", "sugar"),
    ("train", "rail", "station", "ticket", "track", "engine"),
    ("star", "planet", "orbit", "moon", "comet", "sky"),
    ("chess", "pawn", "bishop", "rook", "queen", "mate"),
)
MAPS = (
    '[...globalThis[Symbol.for("diversity.map")].maps.values()]'
    ".filter(map => map.root.isConnected).sort((a, b) => a.key.localeCompare(b.key))"
)


def see_comparison(page):
    page.wait_for_selector(".de-said", timeout=240_000)
    rest(page)


@pytest.fixture
def page(visit):
    page = visit("/compare")
    see_comparison(page)
    return page


def cells(page, label):
    """Read one row of the table of scores: the value of each group, then difference and p."""
    row = page.locator(".de-compare tbody tr", has=page.get_by_text(label, exact=True)).first
    found = row.locator("td").all_inner_texts()
    return [cell for cell in found if cell.strip()]


def first_line(cell):
    return float(cell.split("\n")[0].split()[-1].replace("−", "-").replace(",", ""))


def saved(page, name):
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value.path().read_text(encoding="utf-8")


def places(page):
    """Where every map on the page is looked at from."""
    return page.evaluate(f"{MAPS}.map(m => [m.view.x, m.view.y, m.view.zoom, m.scale])")


def draw_lasso(page, nth, radius=90):
    """Draw an outline around the middle of one of the maps."""
    stage = page.locator(".stage").nth(nth)
    stage.scroll_into_view_if_needed()
    page.locator("[data-tool=lasso]").nth(nth).click()
    box = stage.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    angles = np.linspace(0, 2 * np.pi, 20)
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for angle in angles:
        page.mouse.move(x + radius * np.cos(angle), y + radius * np.sin(angle))
    page.mouse.up()
    page.get_by_role("button", name="Clear the selection").wait_for()
    rest(page)


def counts(page):
    """Read how many records of each group are selected."""
    said = page.get_by_text(re.compile(r"^\S+: [\d,]+ of [\d,]+, ")).all_inner_texts()
    return [int(text.split(": ")[1].split()[0]) for text in said]


def selected(page):
    """Count, on each map, the records of its own group that stand out."""
    return page.evaluate(
        f"{MAPS}.map(m => [...m.selected].filter((on, row) => on && m.mask[row]).length)"
    )


def test_two_prompts_of_the_sample_stand_side_by_side_with_a_conclusion(page):
    expect(page.locator(".de-lead")).to_contain_text(
        re.compile("is more diverse than|sets .* apart")
    )
    assert "by=prompt" in page.url
    a, b, difference, p = cells(page, "Vendi 2")
    assert first_line(difference) == pytest.approx(first_line(a) - first_line(b), abs=0.2)
    adjusted, raw = p.split()[-2:]
    assert 0 < float(raw) <= float(adjusted) <= 1
    expect(page.locator(".map[data-state=ready]")).to_have_count(2)
    drawn = page.get_by_role("img", name=re.compile("topic-styles is more diverse than topic"))
    assert drawn.count() >= 1


def test_two_visitors_of_one_address_read_the_same_numbers(page, chromium, dashboard):
    with chromium.new_context() as elsewhere:
        other = elsewhere.new_page()
        other.goto(f"{dashboard}/compare?{page.url.split('?', 1)[1]}")
        see_comparison(other)
        tables = [one.locator(".de-compare").all_inner_texts() for one in (page, other)]
        assert tables[0] == tables[1]
        assert saved(page, "Save as JSON") == saved(other, "Save as JSON")


def test_the_report_and_the_json_say_what_the_page_says(page):
    said = json.loads(saved(page, "Save as JSON"))
    value = said["scores"]["vendi_2"]["values"]["topic"]["value"]
    assert first_line(cells(page, "Vendi 2")[0]) == pytest.approx(value, rel=0.01)
    assert said["conclusion"][0] == page.locator(".de-lead").inner_text()
    assert said["raw"]["vendi_2"]["topic"]["n_records"] == 250
    report = saved(page, "Save the report")
    assert "<script" not in report
    assert "Values of all records" in report


def test_values_of_all_records_are_one_click_away_and_named_as_such(page):
    expect(page.locator(".de-raw")).to_have_count(0)
    page.get_by_text("Values of all records", exact=True).click()
    expect(page.locator(".de-raw").first).to_contain_text("all 250:")
    rest(page)
    expect(page.get_by_text(re.compile("to be read and not to be compared"))).to_be_visible()
    said = json.loads(saved(page, "Save as JSON"))
    shown = cells(page, "Vendi 2")[0].split("all 250:")[1]
    assert float(shown) == pytest.approx(said["raw"]["vendi_2"]["topic"]["value"], rel=0.01)


def test_a_lasso_on_one_map_holds_on_all_and_in_the_list(page):
    draw_lasso(page, 0)
    first = counts(page)
    assert first[0] > 0
    assert selected(page) == first
    assert page.locator("[data-testid=stDataFrame]").count() >= 2
    page.get_by_text("One map", exact=True).click()
    rest(page)
    expect(page.locator(".map[data-state=ready]")).to_have_count(1)
    assert counts(page) == first
    assert selected(page) == [sum(first)]
    page.get_by_role("button", name="Clear the selection").click()
    rest(page)
    expect(page.get_by_role("button", name="Clear the selection")).to_have_count(0)


def test_maps_of_three_groups_are_of_one_size(visit):
    page = visit('/compare?by=prompt&groups=["topic","topic-styles","topic-styles-persona"]', 1000)
    see_comparison(page)
    expect(page.locator(".map[data-state=ready]")).to_have_count(3)
    sizes = [stage.bounding_box() for stage in page.locator(".stage").all()]
    assert len({(round(box["width"]), round(box["height"])) for box in sizes}) == 1
    assert len({tuple(place) for place in places(page)}) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_maps_keep_the_same_axes_while_one_is_zoomed(page):
    stage = page.locator(".stage").first
    stage.scroll_into_view_if_needed()
    stage.hover()
    before = places(page)
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    after = places(page)
    assert after[0] == after[1]
    assert after[0][2] > before[0][2]


def test_a_map_and_the_explanations_are_reached_with_the_keyboard(page):
    tab_until(page, ".stage", most=140)
    page.keyboard.press("+")
    page.wait_for_timeout(300)
    first, second = places(page)
    assert first == second
    tab_until(page, ".stage", most=140)
    assert page.locator(".de-hint").first.get_attribute("tabindex") == "0"


def test_clusters_and_words_say_why(page):
    expect(page.locator(".de-card").first).to_be_visible()
    page.get_by_role("tab", name="Words", exact=True).click()
    expect(page.get_by_text(re.compile("have q at most 0.05"))).to_be_visible()


def headed(n, tail):
    """Write texts with a subject of eight words, and others with a second subject behind it."""
    pick = random.Random(0)
    rows = []
    for i in range(n):
        head, behind = SUBJECTS[i % 4], SUBJECTS[(i // 4) % 4]
        words = pick.choices(head, k=8) + (pick.choices(behind, k=tail) if i % 2 else [])
        rows.append({"text": " ".join(words), "arm": "long" if i % 2 else "short"})
    return "\n".join(map(json.dumps, rows)).encode()


def test_an_opened_cluster_holds_as_many_records_as_its_card_says(visit):
    page = visit("/data")
    upload(page, ("arms.jsonl", headed(400, 40)))
    choose_model(page, "Word hashing")
    explore(page)
    see_map(page)
    named = page.url.split("?", 1)[1]
    page = visit(f"/compare?{named}&by=arm&match=1")
    see_comparison(page)
    card = page.locator(".de-card").first
    name = card.locator("strong").inner_text()
    shares = [float(one.split()[0]) for one in card.locator("b").all_inner_texts()]
    page.get_by_label("Records of a cluster").click()
    page.get_by_role("option", name=name, exact=True).click()
    rest(page)
    said = page.get_by_text(re.compile(r"[\d,]+ of 200 records$")).all_inner_texts()
    held = [int(text.split(": ")[1].split()[0]) for text in said]
    assert [100 * n / 200 for n in held] == pytest.approx(shares, abs=0.51)
    expect(page.get_by_text(re.compile("Texts stand here whole")).first).to_be_visible()


def test_an_address_that_makes_no_sense_compares_what_there_is(visit):
    page = visit("/compare?by=%3Cb%3E&groups={{&within=nope&reference=..")
    see_comparison(page)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_two_files_of_other_columns_are_two_groups_and_the_address_opens_them_again(
    visit, chromium, dashboard, tmp_path
):
    real, made = tmp_path / "real.csv", tmp_path / "made.jsonl"
    real.write_text("text,topic\n" + "\n".join(f"tea and rain number {i},a" for i in range(40)))
    made.write_text(
        "\n".join(
            json.dumps({"content": f"bread with salt {i % 30}", "model": HOSTILE})
            for i in range(40)
        )
    )
    page = visit("/data")
    upload(page, *((path.name, path.read_bytes()) for path in (real, made)))
    choose_model(page, "Word hashing")
    explore(page)
    see_map(page)
    page.get_by_role("link", name="Compare", exact=True).click()
    see_comparison(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("combobox", name="Reference, such as real data").click()
    page.get_by_role("option", name="real", exact=True).click()
    see_comparison(page)
    page.wait_for_url(re.compile("reference=real"))
    see_comparison(page)
    printed = diversity(
        "compare", real, made, "--reference", "real", "--embedder", "hashing", "--raw",
        "--json", "-",
    )  # fmt: skip
    assert json.loads(printed.stdout) == json.loads(saved(page, "Save as JSON"))
    with chromium.new_context() as elsewhere:
        other = elsewhere.new_page()
        other.goto(f"{dashboard}/compare?{page.url.split('?', 1)[1]}")
        see_comparison(other)
        assert other.locator(".de-compare").all_inner_texts() == (
            page.locator(".de-compare").all_inner_texts()
        )
        other.get_by_role("tab", name="Reference", exact=True).click()
        expect(other.get_by_text(re.compile("nearest neighbors"))).to_be_visible()


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
