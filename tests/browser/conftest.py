"""One Chromium and one dashboard a module; every visitor is watched until the page closes."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.map_harness import CHROMIUM

expect.set_options(timeout=15_000)

ROOT = Path(__file__).parents[2]
OWN = "data:", "blob:"
DEEP = "data", "agent", "compare", "curate"  # a deep link asks there first
NO_PICKER = "delete window.showSaveFilePicker"  # a download then needs no dialog


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM["executable_path"] is None:
        pytest.skip("none of chromium, chromium-browser and google-chrome is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


@contextmanager
def serving(home):
    """Run the dashboard with a store of its own, hand out its address; it must log no trace."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    environment = {**os.environ, "DIVERSITY_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=ROOT, env=environment, stdout=lines, stderr=lines,
        ) as server,
    ):  # fmt: skip
        try:
            wait_for_answer(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")


def wait_for_answer(url):
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dashboard")) as address:
        yield address


@pytest.fixture(scope="module")
def browsing(chromium):
    """Keep what the browser has loaded; each page in it is still a session of its own."""
    with chromium.new_context() as context:
        yield context


@pytest.fixture
def visit(browsing, dashboard):
    """Open the dashboard as one visitor or several; see `watched`."""
    with watched(browsing, dashboard) as visit:
        yield visit


@contextmanager
def watched(context, address):
    """At the end: the console is clean, no script of the data ran, no request went elsewhere."""
    pages, complaints, requests = [], [], []

    def complain(message):
        url = message.location.get("url", "")
        deep_link = any(f"/{name}/_stcore/" in url for name in DEEP)
        if message.type == "error" and not deep_link:
            complaints.append(message.text)

    def visit(path="/", width=1280, height=1000):
        pages.append(page := context.new_page())
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(15_000)
        page.add_init_script(NO_PICKER)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address + path)
        page.get_by_test_id("stMainBlockContainer").wait_for()
        return page

    try:
        yield visit
        assert [page.evaluate("window.__canary ?? null") for page in pages] == [None] * len(pages)
    finally:
        for page in pages:
            page.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith((address, *OWN))] == []
