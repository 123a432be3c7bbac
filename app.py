"""The launcher: the dashboard, and beside it nothing but the coordinates of its maps."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import streamlit as st  # noqa: E402  (the pages are importable only from here on)

from pages.ui import points, scripts, serving  # noqa: E402

app = st.App(
    HERE / "pages" / "ui" / "main.py",
    routes=[*points.routes(), *scripts.routes()],
    lifespan=serving.lifespan,
    middleware=serving.middleware(),
    on_script_error=serving.report,
)

if __name__ == "__main__":
    app.run()
