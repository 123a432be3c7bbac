"""The map in a real Chromium: what is seen, and what Python hears of what is done."""

import io
import re
from math import cos, pi, sin

import numpy as np
import pytest
from PIL import Image

from tests.browser.map_harness import serve, synthetic, wait_for

pytestmark = pytest.mark.browser

N_RECORDS = 3000
BLUE, PINK = (63, 127, 217), (199, 13, 103)
MAP = 'globalThis[Symbol.for("diversity.map")].maps.get("map")'


@pytest.fixture(scope="module")
def address():
    with serve(N_RECORDS) as address:
        yield address


@pytest.fixture
def page(chromium, address):
    """One visitor; at the end the console must be clean and every request local."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    complaints, requests = [], []
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.requested = requests
    visit(page, address)
    yield page
    context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []


def visit(page, address):
    page.goto(address)
    page.wait_for_selector(".map[data-state=ready][data-drawn]")


def stage(page):
    return page.locator(".stage").bounding_box()


def picture(page):
    """Return the map without names or tip, as numbers of shape (height, width, 3)."""
    page.wait_for_timeout(250)
    shot = page.locator(".stage").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def pixels_near(image, color):
    """Which pixels show a colour, laid over the ground at more than half its strength?"""
    ground = image[2, 2]
    toward = np.array(color) - ground
    strength = (image - ground) @ toward / (toward @ toward)
    off = np.abs(image - ground - strength[..., None] * toward).sum(axis=2)
    return (strength > 0.5) & (off < 50)


def center_of(page, color):
    """Where on the page the cloud of one colour lies."""
    rows, columns = np.nonzero(pixels_near(picture(page), color))
    box = stage(page)
    return box["x"] + np.median(columns), box["y"] + np.median(rows)


def circle(center, radius, n_corners=24):
    angles = [2 * pi * i / n_corners for i in range(n_corners + 1)]
    return [(center[0] + radius * cos(a), center[1] + radius * sin(a)) for a in angles]


def draw(page, corners, modifier=None):
    before = status(page)
    if modifier:
        page.keyboard.down(modifier)
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner)
    page.mouse.up()
    if modifier:
        page.keyboard.up(modifier)
    wait_for(lambda: status(page) != before)


def lasso(page, center, radius, modifier=None):
    page.click("[data-tool=lasso]")
    draw(page, circle(center, radius), modifier)


def status(page):
    text = page.get_by_text(re.compile(r"selected=\d+")).inner_text()
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", text)}


def strokes(page):
    lines = page.get_by_text(re.compile(r"^stroke \d")).all_inner_texts()
    found = [re.match(r"stroke \d+ (\w+) (.*)", line).groups() for line in lines]
    number = r"\((-?[\d.e-]+), (-?[\d.e-]+)\)"
    return [(mode, [(float(x), float(y)) for x, y in re.findall(number, v)]) for mode, v in found]


def inside(coordinates, corners):
    """Crossing number, point by point: slow, and nothing in common with the code under test."""
    found = np.zeros(len(coordinates), dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        for i, (x, y) in enumerate(coordinates.astype(float)):
            if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
                found[i] = not found[i]
    return found


def view(page):
    return page.evaluate(f"(({{x, y, zoom}}) => [x, y, zoom])({MAP}.view)")


def points_fetched(page):
    return [url for url in page.requested if "/points/" in url]


def test_every_category_is_seen_in_its_colour(page):
    image = picture(page)
    blue, pink = pixels_near(image, BLUE).sum(), pixels_near(image, PINK).sum()
    assert blue > 500
    assert pink > 200
    assert page.locator(".map").get_attribute("data-painter") == "webgl"


def test_a_lasso_selects_the_cloud_it_was_drawn_around(page):
    _, names, _ = synthetic(N_RECORDS)
    lasso(page, center_of(page, PINK), 80)
    n_pink = int((names == "topic 3").sum())
    assert 0.9 * n_pink < status(page)["selected"] < 1.2 * n_pink


def test_python_finds_exactly_the_rows_inside_the_outline(page):
    coordinates, _, _ = synthetic(N_RECORDS)
    lasso(page, center_of(page, BLUE), 60)
    [(mode, corners)] = strokes(page)
    rows = np.flatnonzero(inside(coordinates, corners))
    assert mode == "replace"
    assert len(rows) > 200
    assert status(page) == {"selected": len(rows), "checksum": rows.sum(), "strokes": 1}


def test_shift_adds_and_alt_takes_away(page):
    coordinates, _, _ = synthetic(N_RECORDS)
    blue, pink = center_of(page, BLUE), center_of(page, PINK)
    lasso(page, blue, 50)
    lasso(page, pink, 50, "Shift")
    lasso(page, (pink[0] + 20, pink[1]), 30, "Alt")
    drawn = strokes(page)
    first, second, third = (inside(coordinates, corners) for _, corners in drawn)
    rows = np.flatnonzero((first | second) & ~third)
    assert [mode for mode, _ in drawn] == ["replace", "add", "subtract"]
    assert status(page) == {"selected": len(rows), "checksum": rows.sum(), "strokes": 3}


def test_a_new_lasso_without_a_key_replaces_the_old_one(page):
    blue, pink = center_of(page, BLUE), center_of(page, PINK)
    lasso(page, blue, 50)
    lasso(page, pink, 50)
    assert [mode for mode, _ in strokes(page)] == ["replace"]


def test_a_long_scribble_comes_up_with_two_hundred_corners_at_most(page):
    x, y = center_of(page, BLUE)
    spiral = [(x + r * cos(r * 5), y + r * sin(r * 5)) for r in np.linspace(2, 90, 900)]
    page.click("[data-tool=lasso]")
    draw(page, spiral)
    [(_, corners)] = strokes(page)
    coordinates, _, _ = synthetic(N_RECORDS)
    assert 50 < len(corners) <= 200
    assert status(page)["selected"] == inside(coordinates, corners).sum()


def test_a_box_has_four_corners(page):
    x, y = center_of(page, BLUE)
    page.click("[data-tool=box]")
    draw(page, [(x - 40, y - 40), (x, y), (x + 40, y + 40)])
    [(_, corners)] = strokes(page)
    assert len(corners) == 4
    assert len({x for x, _ in corners}) == len({y for _, y in corners}) == 2


def test_selected_points_stand_out_and_the_others_fade(page):
    before = pixels_near(picture(page), PINK).sum()
    lasso(page, center_of(page, BLUE), 70)
    image = picture(page)
    assert pixels_near(image, BLUE).sum() > 500
    assert pixels_near(image, PINK).sum() < before / 3


def test_points_outside_the_filter_are_greyed_and_not_gone(page):
    before = picture(page)
    x, y = (int(v) for v in center_of(page, PINK))
    page.get_by_text("only topic 0").click()
    page.wait_for_function(f"{MAP}.mask !== null")
    after = picture(page)
    assert pixels_near(after, PINK).sum() < 20
    assert pixels_near(after, BLUE).sum() > 0.8 * pixels_near(before, BLUE).sum()
    box = stage(page)
    row, column = y - int(box["y"]), x - int(box["x"])
    cloud = after[row - 20 : row + 20, column - 20 : column + 20]
    assert (np.abs(cloud - after[2, 2]).sum(axis=2) > 20).mean() > 0.2


def test_a_filter_sends_no_points_and_a_new_colouring_sends_only_categories(page):
    assert len(points_fetched(page)) == 2
    page.get_by_text("only topic 0").click()
    page.wait_for_function(f"{MAP}.mask !== null")
    assert len(points_fetched(page)) == 2
    with page.expect_request("**/points/*"):
        page.get_by_text("recolor").click()
    page.wait_for_timeout(500)
    assert len(points_fetched(page)) == 3


def test_zoom_and_selection_survive_a_rerun_and_a_visit_to_another_page(page):
    lasso(page, center_of(page, BLUE), 50)
    page.mouse.move(*center_of(page, BLUE))
    page.mouse.wheel(0, -400)
    selected, zoomed = status(page), view(page)
    assert zoomed[2] > 1.5
    page.get_by_role("button", name="rerun").click()
    page.get_by_text("reruns=1").wait_for()
    assert (status(page), view(page)) == (selected, zoomed)
    page.get_by_role("link", name="Elsewhere").click()
    page.get_by_text("another page").wait_for()
    page.get_by_role("link", name="Map").click()
    page.wait_for_selector(".map[data-state=ready][data-drawn]")
    assert (status(page), view(page)) == (selected, zoomed)
    assert len(page.evaluate(f"{MAP}.strokes()")) == 1


def test_the_outline_stays_on_its_points_when_the_map_is_zoomed(page):
    center = center_of(page, BLUE)
    lasso(page, center, 50)
    corner = page.evaluate(f"{MAP}.toPixels(...{MAP}.strokes()[0].vertices[0])")
    box = stage(page)
    assert corner == pytest.approx([center[0] + 50 - box["x"], center[1] - box["y"]], abs=1.5)
    page.mouse.move(*center)
    page.mouse.wheel(0, -300)
    moved = page.evaluate(f"{MAP}.toPixels(...{MAP}.strokes()[0].vertices[0])")
    factor = view(page)[2]
    assert moved[0] == pytest.approx(center[0] - box["x"] + 50 * factor, abs=3)


def test_the_wheel_keeps_the_point_under_the_pointer_where_it_is(page):
    box = stage(page)
    spot = (200, 300)
    page.mouse.move(box["x"] + spot[0], box["y"] + spot[1])
    before = page.evaluate(f"{MAP}.toData({spot[0]}, {spot[1]})")
    page.mouse.wheel(0, -500)
    after = page.evaluate(f"{MAP}.toData({spot[0]}, {spot[1]})")
    assert view(page)[2] > 1.5
    assert after == pytest.approx(before)


def test_dragging_moves_the_map_and_a_double_click_shows_all_of_it_again(page):
    home = view(page)
    box = stage(page)
    x, y = box["x"] + 20, box["y"] + 560
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y - 40, steps=4)
    page.mouse.up()
    assert view(page) != home
    page.mouse.dblclick(x, y)
    assert view(page) == home


def test_escape_clears_the_selection_and_so_does_python(page):
    lasso(page, center_of(page, BLUE), 50)
    page.keyboard.press("Escape")
    wait_for(lambda: status(page)["strokes"] == 0)
    lasso(page, center_of(page, PINK), 50)
    page.get_by_role("button", name="clear in Python").click()
    wait_for(lambda: status(page)["strokes"] == 0)
    wait_for(lambda: page.evaluate(f"{MAP}.strokes().length") == 0)
    assert page.locator("[data-act=clear]").is_disabled()


def test_pointing_at_a_record_shows_its_text_and_runs_nothing_in_it(page):
    page.mouse.move(*center_of(page, PINK), steps=3)
    row = page.evaluate(f"{MAP}.hovered")
    tip = page.locator(".tip")
    assert row >= 0
    page.wait_for_function("!!globalThis[Symbol.for('diversity.map')].maps.get('map').texts.size")
    expected = f'<img src=x onerror="window.hacked = 1"> text of record {row}'
    assert tip.locator(".tip-text").inner_text() == expected
    assert tip.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None
    page.mouse.move(5, 5)
    assert tip.is_hidden()


def test_hovering_does_not_rerun_the_page_and_keeps_the_selection(page):
    lasso(page, center_of(page, BLUE), 50)
    before = status(page)
    page.mouse.move(*center_of(page, BLUE), steps=3)
    page.wait_for_function("!!globalThis[Symbol.for('diversity.map')].maps.get('map').texts.size")
    assert status(page) == before


def test_a_click_opens_the_record_under_the_pointer(page):
    spot = center_of(page, BLUE)
    page.mouse.move(*spot)
    row = page.evaluate(f"{MAP}.hovered")
    page.mouse.click(*spot)
    page.get_by_text(f"clicked={row} ").wait_for()


def test_the_nearest_point_is_found_as_by_looking_at_all_of_them(page):
    coordinates, _, _ = synthetic(N_RECORDS)
    rng = np.random.default_rng(1)
    scale = page.evaluate(f"{MAP}.scale")
    for px, py in rng.uniform((30, 30), (550, 560), (60, 2)):
        found = page.evaluate(f"{MAP}.rowAt({px}, {py})")
        away = np.hypot(*(coordinates - page.evaluate(f"{MAP}.toData({px}, {py})")).T) * scale
        expected = int(away.argmin()) if away.min() < 14 else -1
        assert found == expected or away[found] == pytest.approx(away.min(), rel=1e-3)


def test_the_map_can_be_used_with_the_keyboard_alone(page):
    home = view(page)
    page.locator(".stage").focus()
    for key, part in [("ArrowRight", 0), ("ArrowUp", 1), ("+", 2)]:
        before = view(page)[part]
        page.keyboard.press(key)
        assert view(page)[part] > before
    page.keyboard.press("0")
    assert view(page) == home
    page.keyboard.press("s")
    wait_for(lambda: status(page)["selected"] == N_RECORDS)
    page.keyboard.press("Escape")
    wait_for(lambda: status(page)["strokes"] == 0)
    page.keyboard.press("l")
    assert page.locator("[data-tool=lasso]").get_attribute("aria-pressed") == "true"


def test_enter_opens_the_record_in_the_middle(page):
    page.locator(".stage").focus()
    for _ in range(3):
        page.keyboard.press("+")
    row = page.evaluate(f"{MAP}.hovered")
    assert row >= 0
    page.keyboard.press("Enter")
    page.get_by_text(f"clicked={row} ").wait_for()


def test_a_message_that_is_lost_on_the_way_is_said_again(page):
    page.evaluate(
        f"(() => {{ const m = {MAP}, send = m.send; let lost = 0;"
        " m.send = (...told) => lost++ && send(...told); m.open(7) })()"
    )
    page.get_by_text("clicked=7 ").wait_for()


def test_a_message_that_is_said_twice_counts_once(page):
    lasso(page, center_of(page, BLUE), 50)
    wait_for(lambda: status(page)["strokes"] == 1)
    page.evaluate(
        f"(() => {{ const m = {MAP}, [[mode, vertices]] = m.data.strokes;"
        " m.send('stroke', { mode: 'add', vertices, number: m.data.answered }) })()"
    )
    page.get_by_role("button", name="rerun").click()
    page.get_by_text("reruns=1").wait_for()
    assert status(page)["strokes"] == 1


def test_the_map_says_in_words_what_it_shows(page):
    label = page.locator(".stage").get_attribute("aria-label")
    assert label == "Map of 3,000 records in 13 categories."
    lasso(page, center_of(page, BLUE), 50)
    wait_for(lambda: "selected" in page.locator(".stage").get_attribute("aria-label"))
    assert f"{status(page)['selected']:,} selected" in page.locator(".stage").get_attribute(
        "aria-label"
    )


def test_a_category_can_be_hidden_and_shown_alone(page):
    pink = page.locator(".legend button", has_text="topic 3")
    pink.click()
    assert pixels_near(picture(page), PINK).sum() < 20
    pink.click()
    assert pixels_near(picture(page), PINK).sum() > 200
    pink.dblclick()
    image = picture(page)
    assert pixels_near(image, PINK).sum() > 200
    assert pixels_near(image, BLUE).sum() < 20
    pink.dblclick()
    assert pixels_near(picture(page), BLUE).sum() > 500


def test_the_legend_makes_room_when_closed(page):
    wide = stage(page)["width"]
    page.click("[data-act=legend]")
    assert page.locator(".legend").is_hidden()
    assert stage(page)["width"] > wide + 150


def test_a_picture_can_be_saved(page):
    with page.expect_download() as waiting:
        page.click("[data-act=picture]")
    saved = np.asarray(Image.open(waiting.value.path()).convert("RGB")).astype(int)
    assert waiting.value.suggested_filename == "map.png"
    assert saved.shape[1] == pytest.approx(page.locator(".map").bounding_box()["width"], abs=2)
    assert pixels_near(saved, BLUE).sum() > 500


def test_without_webgl_the_same_map_is_drawn_and_lassoed(page, address):
    lasso(page, center_of(page, BLUE), 50)
    with_webgl = status(page)["selected"]
    visit(page, f"{address}/?nowebgl")
    assert page.locator(".map").get_attribute("data-painter") == "canvas"
    assert pixels_near(picture(page), PINK).sum() > 200
    lasso(page, center_of(page, BLUE), 50)
    coordinates, _, _ = synthetic(N_RECORDS)
    [(_, corners)] = strokes(page)
    assert status(page)["selected"] == inside(coordinates, corners).sum()
    assert status(page)["selected"] == pytest.approx(with_webgl, rel=0.1)


def test_without_webgl_a_large_map_says_how_much_of_it_is_drawn(page, address):
    visit(page, f"{address}/?nowebgl")
    assert page.locator(".note").is_hidden()
    page.evaluate(f"{MAP}.painter.most = 1000; {MAP}.redraw()")
    note = page.locator(".note")
    note.wait_for(state="visible")
    assert note.inner_text() == "WebGL is not available: drawing 1,000 of 3,000 points"


def lose_context(page):
    page.evaluate(
        "globalThis.extension = globalThis[Symbol.for('diversity.map')].maps.get('map')"
        ".painter.gl.getExtension('WEBGL_lose_context'); extension.loseContext()"
    )


def test_a_lost_graphics_context_comes_back(page):
    lose_context(page)
    page.wait_for_timeout(100)
    page.evaluate("extension.restoreContext()")
    page.wait_for_timeout(300)
    assert pixels_near(picture(page), BLUE).sum() > 500
    assert page.locator(".map").get_attribute("data-painter") == "webgl"


def test_a_graphics_context_lost_for_good_is_replaced_by_a_plain_canvas(page):
    lose_context(page)
    page.wait_for_selector(".map[data-painter=canvas]")
    assert pixels_near(picture(page), BLUE).sum() > 500


def test_the_map_follows_the_theme(page):
    light = picture(page)[2, 2]
    page.emulate_media(color_scheme="dark")
    wait_for(lambda: picture(page)[2, 2].sum() < 150)
    assert light.sum() > 700
    wait_for(lambda: page.evaluate(f"{MAP}.paper[0]") < 0.3)


def test_points_that_cannot_be_fetched_are_reported_in_words(chromium, address):
    page = chromium.new_page()
    page.route("**/points/*", lambda route: route.fulfill(status=404))
    page.goto(address)
    page.wait_for_selector(".map[data-state=failed]")
    message = page.locator(".message").inner_text()
    assert message == "The map could not be drawn: the points could not be loaded (404)."
    page.close()
