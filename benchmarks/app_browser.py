"""How long does a reader wait in the real app? Timed in a real Chromium, from click to page.

    python -m benchmarks.app_browser --data utterances.parquet:utterance

Three datasets are made of the texts and columns of a Parquet file: its first 100,000 rows, all of
it, and a million (rows repeated, each with its number behind the text). Vectors are drawn around
300 centres in 384 dimensions, and neighbors, map and clusters follow from the centres: what is
timed is the page, not the analysis. The server is the real one, over a real socket, with all of
this in its store. A filter is *new* when no earlier click asked for it, and *seen* after an undo.
"""

import argparse
import io
import json
import os
import statistics
import tempfile
from collections.abc import Iterator
from datetime import date
from math import cos, pi, sin
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from benchmarks.map_browser import machine
from diversity import analysis
from diversity.analysis import Settings, analyze
from diversity.clustering import Clustering
from diversity.embedders import load_embedder
from diversity.neighbors import Neighbors
from diversity.projection import Projection
from diversity.store import Store
from diversity.vector_cache import VectorCache, text_keys
from pages.ui.sources import Upload, keep_upload, remember
from tests.browser.conftest import serving
from tests.browser.map_harness import CHROMIUM

ROOT = Path(__file__).parents[1]
DATA = f"{ROOT.parent / 'shared' / 'data' / 'sgd_utterances' / 'data.parquet'}:utterance"
N_CENTRES, N_DIMENSIONS, N_NEIGHBORS = 300, 384, 30
SETTINGS = Settings(embedder="hashing")
N_CLICKS, PAUSE_MS = 20, 1_200
TARGETS_MS = {  # median, 95th percentile
    100_000: {
        "filter_to_numbers": (150, 300),
        "filter_to_map": (200, None),
        "map_first_paint": (1_000, None),
        "lasso_to_numbers": (500, None),
    },
    1_000_000: {
        "filter_to_numbers": (300, 600),
        "filter_to_map": (400, None),
        "map_first_paint": (2_500, None),
    },
}

PROBE = """
globalThis.map = () => [...globalThis[Symbol.for("diversity.map")].maps.values()].at(-1);
globalThis.when = (ready) => new Promise((done) => {
  const look = () => (ready() ? done(performance.now()) : setTimeout(look, 2));
  look();
});
globalThis.numbers = () => document.querySelector(".de-scores")?.innerText;
globalThis.painted = () => { map().painter.finish(); return performance.now() };
globalThis.firstPaint = when(() => globalThis[Symbol.for("diversity.map")] && map()?.drawn > 0);
globalThis.act = async (press) => {
  const bits = map().maskBits, before = numbers(), start = performance.now();
  press();
  const shown = when(() => map().maskBits !== bits && map().frame === undefined).then(painted);
  const told = when(() => numbers() !== before);
  return { to_numbers: (await told) - start, to_map: (await shown) - start };
};
"""
ROWS = """() => [...document.querySelectorAll("*")].flatMap((node) => node.shadowRoot
  ? [...node.shadowRoot.querySelectorAll(".row")] : []).concat(...document.querySelectorAll(".row"))
  .map((row) => row.getAttribute("aria-label").replace(/:[^:]*$/, ":"))"""
CLICK = """(label) => act(() => [...document.querySelectorAll("*")]
  .flatMap((node) => (node.shadowRoot ? [node.shadowRoot] : [])).concat(document)
  .map((root) => root.querySelector(`.row[aria-label^="${CSS.escape(label)}"]`))
  .find(Boolean).click())"""
UNDO = """() => act(() => document.querySelector(".st-key-explore_Undo button").click())"""
WATCH_LASSO = """() => { globalThis.lasso = new Promise((done) => addEventListener(
  "pointerup",
  async () => {
    const before = numbers(), start = performance.now();
    done((await when(() => numbers() !== before)) - start);
  },
  { once: true, capture: true },
)) }"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=DATA, help="PATH.parquet:COLUMN")
    parser.add_argument("--sizes", default="100000,0,1000000", help="0 is the whole file")
    parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    arguments = parser.parse_args()
    path, column = arguments.data.rsplit(":", 1)
    if not Path(path).exists():
        print(f"{path} is not here; nothing was measured.")
        return
    report = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "graphics": "software (no GPU)",
        "data": f"{Path(path).parent.name}, column {column}",
        "unit": "ms: median, 95th percentile, least, most",
        "n_records": {},
    }
    for size in map(int, arguments.sizes.split(",")):
        records = rows_of(pd.read_parquet(path), column, size)
        report["n_records"][len(records)] = measured(records, column)
        print(json.dumps(report, indent=2), flush=True)
        Path(arguments.out).write_text(json.dumps(report, indent=2) + "\n")


def rows_of(records: pd.DataFrame, column: str, size: int) -> pd.DataFrame:
    """Take the first rows with a text, or repeat all with their number behind the text."""
    records = records[records[column].astype(str).str.strip() != ""]
    size = size or len(records)
    if size <= len(records):
        return records.head(size).reset_index(drop=True)
    more = pd.concat([records] * -(-size // len(records)), ignore_index=True).head(size)
    numbers = pd.Series(np.arange(size)).astype(str)
    return more.assign(**{column: more[column].astype(str) + " " + numbers})


def measured(records: pd.DataFrame, column: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        home = Path(folder)
        address = filled(Store(home), records, column)
        with serving(home) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(**CHROMIUM)
            page = visit(browser, server + address)
            found = timed(page, server + address, len(records))
            found["second_session_mb"] = second_session(browser, server + address, home)
            found["load"] = [round(load, 1) for load in os.getloadavg()]
            browser.close()
    return found


def filled(store: Store, records: pd.DataFrame, column: str) -> str:
    """Put records, vectors and finished stages into a store; return the address that opens them."""
    made = made_up(records[column].astype(str).to_numpy(object))
    cache = VectorCache(store, load_embedder(SETTINGS.embedder).name)
    cache.append(text_keys(made.texts.tolist()), made.text_vectors)
    file = io.BytesIO()
    records.to_parquet(file)
    file.name = "records.parquet"
    file.seek(0)
    upload = keep_upload(store, [file])
    upload = Upload(upload.names, upload.contents, column)
    with (
        patch.object(analysis, "nearest_steps", lambda *_: given(made.neighbors)),
        patch.object(analysis, "project_steps", lambda *_: given(made.projection)),
        patch.object(analysis, "cluster_steps", lambda *_: given(made.clustering)),
    ):
        analyze(upload.read(store), SETTINGS, store)
    return f"/?data={remember(store, upload)}&model={SETTINGS.embedder}"


def given(value: object) -> Iterator[object]:
    """Be a stage that has its result already."""
    yield from ()
    return value


def made_up(texts: np.ndarray) -> SimpleNamespace:
    """Draw a centre for each distinct text, and everything else around the centres."""
    random = np.random.default_rng(0)
    row_texts, distinct = pd.factorize(texts)
    weights = 1 / np.arange(1, N_CENTRES + 1)
    centre = random.choice(N_CENTRES, len(distinct), p=weights / weights.sum()).astype(np.int32)
    vectors = random.standard_normal((len(distinct), N_DIMENSIONS), dtype=np.float32)
    vectors += random.standard_normal((N_CENTRES, N_DIMENSIONS), dtype=np.float32)[centre]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = centre[row_texts]
    places = 10 * random.random((N_CENTRES, 2), np.float32)[labels]
    places += random.normal(scale=0.3, size=places.shape).astype(np.float32)
    return SimpleNamespace(
        texts=np.asarray(distinct, object),
        text_vectors=vectors,
        neighbors=neighbors(labels, random),
        projection=Projection(places, SETTINGS.projection),
        clustering=Clustering(labels, np.ones(len(labels), np.float32), SETTINGS.clustering),
    )


def neighbors(labels: np.ndarray, random: np.random.Generator) -> Neighbors:
    """Call 30 records of the same centre neighbors."""
    order = np.argsort(labels, kind="stable")
    indices = np.empty((len(labels), N_NEIGHBORS), np.int32)
    for step in range(N_NEIGHBORS):
        indices[order, step] = np.roll(order, step + 1)
    falling = np.linspace(0.9, 0.5, N_NEIGHBORS, dtype=np.float32)
    return Neighbors(indices, np.tile(falling, (len(labels), 1)), False, 0.9)


def visit(browser, address):
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.add_init_script(PROBE)
    page.set_default_timeout(300_000)
    page.goto(address)
    page.wait_for_selector(".de-scores")
    page.wait_for_timeout(20_000)  # until what is made beforehand is made
    return page


def timed(page, address, n_records):
    times = {"map_first_paint": []}
    for _ in range(5):
        page.goto(address)
        times["map_first_paint"].append(page.evaluate("firstPaint"))
        page.wait_for_timeout(3_000)
    new = [click(page, label) for label in page.evaluate(ROWS)[:N_CLICKS]]
    seen = [pause(page, page.evaluate(UNDO)) for _ in range(N_CLICKS // 2)]
    for kind, found in (("filter", new), ("seen_filter", seen)):
        for name in ("to_numbers", "to_map"):
            times[f"{kind}_{name}"] = [one[name] for one in found]
    page.goto(address.split("&filter")[0])
    page.wait_for_timeout(5_000)
    times["lasso_to_numbers"] = [lasso(page, 215 + 5 * i) for i in range(5)]
    found = {name: summary(values) for name, values in times.items()}
    found["targets_met"] = met(found, TARGETS_MS.get(n_records, {}))
    return found


def click(page, label):
    return pause(page, page.evaluate(CLICK, label))


def pause(page, found):
    page.wait_for_timeout(PAUSE_MS)
    return found


def lasso(page, radius):
    """Draw around about three quarters of the points, in 24 moves."""
    box = page.locator(".stage").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.click("[data-tool=lasso]")
    page.evaluate(WATCH_LASSO)
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for i in range(25):
        page.mouse.move(x + radius * cos(2 * pi * i / 24), y + radius * sin(2 * pi * i / 24))
    page.mouse.up()
    return pause(page, page.evaluate("lasso"))


def second_session(browser, address, home):
    """Measure what the server grows by when somebody else opens the same dataset, in MB."""
    before = memory_mb(home)
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".de-scores")
    page.wait_for_timeout(5_000)
    grown = memory_mb(home) - before
    context.close()
    return round(grown)


def memory_mb(home):
    """Resident memory of the server whose store is here."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"DIVERSITY_HOME={home}\0" in (process / "environ").read_text():
                status = (process / "status").read_text()
                return int(status.split("VmRSS:")[1].split()[0]) / 1024
        except (OSError, UnicodeDecodeError):
            continue
    raise RuntimeError("the server is gone")


def summary(values):
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered)),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))]),
        "least": round(ordered[0]),
        "most": round(ordered[-1]),
    }


def met(found, targets):
    return {
        name: found[name]["median"] <= median and (p95 is None or found[name]["p95"] <= p95)
        for name, (median, p95) in targets.items()
    }


if __name__ == "__main__":
    main()
