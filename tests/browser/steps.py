"""What a visitor does, in the words of the page."""

import csv
import io
import re
import time

import numpy as np
from playwright.sync_api import expect

THE_MAP = '[...globalThis[Symbol.for("diversity.map")].maps.values()].at(-1)'


def see_map(page):
    """Wait until the map is drawn and the page has come to rest."""
    page.wait_for_selector(".map[data-state=ready][data-drawn]", timeout=40_000)
    rest(page)


def rest(page):
    """Wait until no run of the page is under way."""
    page.wait_for_timeout(150)
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1, timeout=30_000)
    page.wait_for_timeout(100)


def shown(page, text):
    expect(page.get_by_text(text, exact=True).first).to_be_visible()


def facet(page, title):
    return page.locator(".facet", has=page.get_by_role("heading", name=title, exact=True))


def write_filter(page, text):
    line = page.get_by_label("Filter as text")
    line.fill(text)
    line.press("Enter")
    rest(page)


def n_passing(page):
    """Read how many records the side bar says pass."""
    said = page.get_by_text(re.compile(r"^[\d,]+ of [\d,]+ records$")).inner_text()
    return int(said.split()[0].replace(",", ""))


def score_columns(page):
    """Read the panel: for each column its title with its count, and its cells."""
    titles = page.locator(".de-scores thead th").all_inner_texts()[1:-1]
    rows = page.locator(".de-scores tbody tr:not(.de-family)").all()
    cells = [row.locator("td").all_inner_texts()[:-1] for row in rows]
    return dict(zip((" ".join(t.split()) for t in titles), zip(*cells, strict=True), strict=True))


def table(page):
    """Download the table of records and read it."""
    frame = page.get_by_test_id("stDataFrame").last
    frame.scroll_into_view_if_needed()
    frame.hover()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").last.click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    csv.field_size_limit(10**7)
    return list(csv.DictReader(io.StringIO(content)))


def rows_in_table(page):
    return sorted(int(record["row"].replace(",", "")) for record in table(page))


def place(page, row):
    """Where on the page a record's point lies."""
    x, y = page.evaluate(
        f"row => {{ const m = {THE_MAP}; return m.toPixels(m.x[row], m.y[row]) }}", row
    )
    box = page.locator(".stage").bounding_box()
    return box["x"] + x, box["y"] + y


def hover(page, row):
    """Rest on a record's point and return the row that answers (a neighbour may be nearer)."""
    page.locator(".stage").scroll_into_view_if_needed()
    x, y = place(page, row)
    page.mouse.move(x - 30, y)
    page.mouse.move(x, y)
    expect(page.locator(".tip")).to_be_visible()
    return page.evaluate(f"{THE_MAP}.hovered")


def circle(page, center, radius):
    """Draw a lasso around a place on the page."""
    angles = np.linspace(0, 2 * np.pi, 25)
    corners = [(center[0] + radius * np.cos(a), center[1] + radius * np.sin(a)) for a in angles]
    page.locator("[data-tool=lasso]").click()
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner)
    page.mouse.up()
    rest(page)


def rows_in_lasso(page):
    """Find the rows inside the outline by crossing number, from what the browser drew."""
    places, [corners] = page.evaluate(
        f"(() => {{ const m = {THE_MAP}; return [[...m.x].map((x, i) => [x, m.y[i]]),"
        " m.strokes().map((stroke) => stroke.vertices)] })()"
    )
    x, y = np.array(places).T
    inside = np.zeros(len(x), bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        if ay != by:
            inside ^= ((ay > y) != (by > y)) & (x < ax + (bx - ax) * (y - ay) / (by - ay))
    return np.flatnonzero(inside).tolist()


def tab_until(page, selector, most=80):
    """Press Tab until what the selector names has the focus; return how often."""
    for presses in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate(
            """selector => {
                let node = document.activeElement;
                while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
                return Boolean(node?.matches?.(selector));
            }""",
            selector,
        ):
            return presses
    raise AssertionError(f"{most} times Tab did not reach {selector}")


def upload(page, *files):
    """Hand over files, each a pair of a name and its bytes."""
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "", "buffer": content} for name, content in files]
    )
    page.wait_for_timeout(300)
    rest(page)


def choose_model(page, label):
    page.get_by_text("Embedding model", exact=True).click()
    page.get_by_text(re.compile(f"^{label}")).click()
    rest(page)


def explore(page):
    page.get_by_role("button", name="Explore these records").click()


def facts(page):
    """Read the tiles of the report."""
    tiles = page.locator(".de-tile").all()
    pairs = [tile.inner_text().split("\n") for tile in tiles]
    return {pair[0]: int(pair[-1].replace(",", "")) for pair in pairs}


def complaint(page):
    """Read the one message with its hint that the page shows."""
    box = page.get_by_test_id("stVerticalBlock").filter(has_text="That did not work").last
    return [text.inner_text() for text in box.get_by_test_id("stText").all()]


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{condition} did not come true in {seconds} s")
