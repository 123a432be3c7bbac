"""The map alone on synthetic points: `python map_harness.py PORT N_RECORDS`."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui import points, scripts
from pages.ui.colors import categories
from pages.ui.map import select, selection, show_map
from pages.ui.points import publish
from pages.ui.strokes import rows_selected

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = {
    "executable_path": next(filter(None, map(shutil.which, BROWSERS)), None),
    "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
}
N_CLUSTERS = 16
HOSTILE = '<img src=x onerror="window.hacked = 1">'


@contextmanager
def serve(n_records):
    """Run the harness on a free port and hand out its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, __file__, str(port), str(n_records)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: answers(f"{address}/_stcore/health"), 40)
            yield address
        finally:
            server.terminate()


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{condition} did not come true in {seconds} s")


def synthetic(n_records):
    """Gaussian clusters of unequal size and some noise; the same for every call."""
    rng = np.random.default_rng(7)
    centers = rng.uniform(-10, 10, (N_CLUSTERS, 2))
    share = 1 / np.arange(2, N_CLUSTERS + 2)
    cluster = rng.choice(N_CLUSTERS, n_records, p=share / share.sum())
    spread = rng.uniform(0.4, 1.3, N_CLUSTERS)[cluster, None]
    coordinates = centers[cluster] + spread * rng.normal(size=(n_records, 2))
    noise = rng.random(n_records) < 0.04
    coordinates[noise] = rng.uniform(-12, 12, (noise.sum(), 2))
    names = np.array([f"topic {i}" for i in range(N_CLUSTERS)])[cluster]
    names[noise] = "Noise"
    return coordinates.astype(np.float32), names, centers


@st.cache_resource
def prepared():
    coordinates, names, centers = synthetic(int(os.environ["MAP_RECORDS"]))
    colors, legend = categories(names)
    labels = [(x, y, f"topic {i} · cards") for i, (x, y) in enumerate(centers)]
    recolored = publish(coordinates, (np.arange(len(colors)) % 2).astype(np.uint8))
    return publish(coordinates, colors), recolored, legend, labels, names


def text_of(row):
    return f"{HOSTILE} text of record {row}"


def shown():
    points, recolored, legend, labels, names = prepared()
    few = st.checkbox("only topic 0", key="few")
    recolor = st.checkbox("recolor", key="recolor")
    if st.button("rerun"):
        st.session_state["reruns"] = st.session_state.get("reruns", 0) + 1
    if st.button("clear in Python"):
        select("map", ())
    strokes = selection("map")
    selected = rows_selected(points.coordinates, strokes) if strokes else None
    event = show_map(
        recolored if recolor else points,
        key="map",
        legend=legend,
        mask=names == "topic 0" if few else None,
        selected=selected,
        labels=labels,
        text_of=text_of,
        height=int(st.query_params.get("height", 600)),
        webgl="nowebgl" not in st.query_params,
    )
    clicked = st.session_state["clicked"] = (
        event.clicked if event.clicked is not None else st.session_state.get("clicked")
    )
    rows = [] if selected is None else np.flatnonzero(selected)
    checksum = int(np.sum(rows)) if len(rows) else 0
    st.text(f"selected={len(rows)} checksum={checksum} strokes={len(strokes)}")
    st.text(f"clicked={clicked} reruns={st.session_state.get('reruns', 0)}")
    for number, stroke in enumerate(strokes):
        st.text(f"stroke {number} {stroke.mode} {list(stroke.vertices)}")


def main():
    st.set_page_config(layout="wide")

    @st.fragment
    def fragment():
        shown()

    def elsewhere():
        st.text("another page")

    def home():
        fragment()

    pages = [
        st.Page(home, title="Map", default=True),
        st.Page(elsewhere, title="Elsewhere", url_path="elsewhere"),
    ]
    st.navigation(pages).run()


if get_script_run_ctx(suppress_warning=True) is not None:
    main()
elif __name__ == "__main__":
    os.environ["MAP_RECORDS"] = sys.argv[2]
    routes = [*points.routes(), *scripts.routes()]
    st.App(__file__, routes=routes).run(config={"server.port": int(sys.argv[1])})
