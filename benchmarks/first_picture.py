"""How long until a newcomer sees the scores and the map of the sample?

*Cold*: from the start of ``diversity app`` (an empty store, no compiled code of numba on disk, the
browser already open) to the panel of scores on the page. *Warm*: from opening the page on that
server to the same, as another visitor. The map's time ends when it has drawn its points.

    python -m benchmarks.first_picture
"""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from benchmarks.cold_path import processor
from tests.browser.map_harness import CHROMIUM, answers, wait_for

TARGETS_S = {"cold": 15, "warm": 5}
DRAWN = """() => [...(globalThis[Symbol.for("diversity.map")]?.maps.values() ?? [])]
  .some((map) => map.drawn > 0)"""


def main():
    arguments = parse_arguments()
    load = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        runs = [measure(browser) for _ in range(arguments.rounds)]
        browser.close()
    report = {
        "machine": f"{processor()}, {os.cpu_count()} cores, "
        f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after",
        "python": platform.python_version(),
        "targets_s": TARGETS_S,
        "median_s": {name: median(runs, name) for name in runs[0]},
        "runs_s": runs,
    }
    arguments.out.write_text(json.dumps(report, indent=1) + "\n")


def measure(browser):
    start = time.perf_counter()
    with serving() as address:
        cold = visit(browser, address, start)
        warm = visit(browser, address, time.perf_counter())
    print({"cold": cold, "warm": warm}, flush=True)
    return {"cold": cold, "warm": warm}


def visit(browser, address, start):
    """Open the page as a new visitor; returns seconds since `start`."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.wait_for_selector(".de-scores", timeout=120_000)
    scores = time.perf_counter() - start
    page.wait_for_function(DRAWN, timeout=120_000)
    drawn = time.perf_counter() - start
    page.context.close()
    return {"scores": round(scores, 2), "map": round(drawn, 2)}


@contextmanager
def serving():
    """Start the dashboard with nothing kept from before."""
    with TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {"DIVERSITY_HOME": home, "NUMBA_CACHE_DIR": f"{home}/numba"}
        command = [sys.executable, "-m", "diversity", "app", "--no-browser", f"--port={port}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, env=environment, **quiet) as server:
            try:
                wait_for(lambda: answers(f"http://127.0.0.1:{port}/_stcore/health"), 120)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()


def median(runs, name):
    return {part: statistics.median(run[name][part] for run in runs) for part in runs[0][name]}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
