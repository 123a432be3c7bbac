"""How long does a reader wait for the map? Timed in a real Chromium, from input to pixels.

Run ``python -m benchmarks.map_browser`` from the root of the project. Every time ends when the
graphics card has finished the picture (a read-back of one pixel) or when Python's number stands on
the page. Where a machine cannot draw all points in a blink, the first picture shows a fair sample
of them, and all follow: both times are given.
"""

import json
import os
import platform
import statistics
import sys
from collections import defaultdict
from datetime import date
from math import cos, pi, sin
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.map_harness import CHROMIUM, serve

RESULTS = Path(__file__).parent / "results" / "map_browser.json"
SIZES = (100_000, 1_000_000)
REPEATS = 5
TARGETS_MS = {
    100_000: {"first_paint": 1000, "filter_to_map": 200, "lasso_to_count": 500},
    1_000_000: {"first_paint": 2500, "filter_to_map": 400},
}

PROBE = """
globalThis.map = () => globalThis[Symbol.for("diversity.map")]?.maps.get("map");
globalThis.painted = () => {
  map().painter.finish();
  return performance.now();
};
globalThis.when = (ready) => new Promise((done) => {
  const look = () => (ready() ? done(painted()) : setTimeout(look, 1));
  look();
});
globalThis.firstPaint = when(() => map()?.drawn > 0);
globalThis.fullPaint = when(() => map()?.drawn === map()?.n && map()?.n > 0);
globalThis.count = () =>
  [...document.querySelectorAll('[data-testid="stText"]')].map((e) => e.textContent).join();
"""
FILTER = """async () => {
  const before = map().maskBits, start = performance.now();
  document.querySelector('[aria-label="only topic 0"]').click();
  const first = await when(() => map().maskBits !== before && map().frame === undefined);
  const full = await when(() => map().drawn === map().n && !map().moving && !map().stale);
  return { filter_to_map: first - start, filter_to_all_points: full - start };
}"""
WATCH_LASSO = """() => {
  globalThis.lasso = new Promise((done) => {
    addEventListener("pointerup", async () => {
      const before = count(), start = performance.now();
      const shown = when(() => map().pending.length > 0 && map().frame === undefined);
      const counted = new Promise((done) => {
        const look = () => (count() !== before ? done(performance.now()) : setTimeout(look, 5));
        look();
      });
      done({ shown: (await shown) - start, counted: (await counted) - start });
    }, { once: true, capture: true });
  });
}"""
WATCH_HOVER = """() => {
  const text = map().find(".tip-text");
  globalThis.hover = new Promise((done) => {
    const start = performance.now();
    const watcher = new MutationObserver(() => {
      if (text.textContent) done(performance.now() - start), watcher.disconnect();
    });
    watcher.observe(text, { childList: true });
  });
}"""
PAN = """async () => {
  const times = [];
  for (let i = 0; i < 12; i++) {
    const start = performance.now();
    map().pan(i % 2 ? 30 : -30, 0);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(painted() - start);
  }
  return times;
}"""


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        results = {
            "date": date.today().isoformat(),
            "machine": machine(),
            "chromium": browser.version,
            "graphics": "software (no GPU)",
            "repeats": REPEATS,
            "load_before": round(os.getloadavg()[0], 1),
            "unit": "ms: median [least, most]",
            "n_records": {str(n): measured(browser, n) for n in SIZES},
        }
        browser.close()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


def measured(browser, n_records):
    with serve(n_records) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.add_init_script(PROBE)
        page.goto(address)
        cold = page.evaluate("firstPaint")
        times = defaultdict(list)
        for i in range(REPEATS):
            page.goto(address)
            times["first_paint"].append(page.evaluate("firstPaint"))
            times["all_points_painted"].append(page.evaluate("fullPaint"))
            for _ in range(2):
                page.wait_for_timeout(500)
                for name, value in page.evaluate(FILTER).items():
                    times[name].append(value)
            page.wait_for_timeout(500)
            lasso(page, times)
            hover(page, times, i)
            times["pan_frame"] += page.evaluate(PAN)
        page.close()
    found = {name: summary(values) for name, values in times.items()}
    met = {name: found[name]["median"] <= limit for name, limit in TARGETS_MS[n_records].items()}
    return {"first_paint_cold_cache": round(cold), **found, "targets_met": met}


def lasso(page, times):
    """Draw around three quarters of the points, in 24 moves."""
    box = page.locator(".stage").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 20
    page.click("[data-tool=lasso]")
    page.evaluate(WATCH_LASSO)
    page.mouse.move(x + 215, y)
    page.mouse.down()
    for i in range(25):
        page.mouse.move(x + 215 * cos(2 * pi * i / 24), y + 215 * sin(2 * pi * i / 24))
    page.mouse.up()
    seen = page.evaluate("lasso")
    times["lasso_to_preview"].append(seen["shown"])
    times["lasso_to_count"].append(seen["counted"])
    page.wait_for_timeout(500)


def hover(page, times, i):
    box = page.locator(".stage").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 590)
    page.evaluate("map().rowAt(10, 10)")
    page.evaluate(WATCH_HOVER)
    page.mouse.move(box["x"] + 330 + 7 * i, box["y"] + 120 + 5 * i)
    times["hover_to_text"].append(page.evaluate("hover"))


def summary(values):
    return {
        "median": round(statistics.median(values)),
        "least": round(min(values)),
        "most": round(max(values)),
    }


def machine():
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(":")[1].strip() for line in text.splitlines() if "model name" in line]
    name = models[0] if models else platform.processor()
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {sys.version.split()[0]}"


if __name__ == "__main__":
    main()
