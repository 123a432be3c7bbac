"""Take the README's pictures: the real app, on the built-in sample."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ASSETS = Path(__file__).resolve().parents[1] / "assets"
PICTURES = {
    "explore.png": ("?filter=prompt+%3D+%22topic-styles%22", ".de-scores"),
    "compare.png": ("compare", ".de-lead"),
    "agent.png": ("agent", ".de-runs"),
}
BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def main():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"DIVERSITY_HOME": home}
        command = [sys.executable, "-m", "diversity", "app", "--no-browser", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            while not answers(port):
                time.sleep(0.2)
            for picture, (path, sign) in PICTURES.items():
                take(f"http://127.0.0.1:{port}/{path}", sign, ASSETS / picture)
        finally:
            server.terminate()
            server.wait()


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def take(address, sign, picture):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address, wait_until="commit", timeout=60_000)
        page.wait_for_selector(sign, timeout=90_000)
        page.wait_for_timeout(3_000)
        page.screenshot(path=picture)
        browser.close()
    print(picture)


if __name__ == "__main__":
    main()
