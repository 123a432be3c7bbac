"""The frame around every page: title, theme, navigation."""

from pathlib import Path

import streamlit as st

from pages.ui import address, notices, widgets
from pages.ui.jobs import PAGES
from pages.ui.state import workspace

ROOT = Path(__file__).resolve().parents[2]

st.set_page_config(
    page_title="Diversity Explorer",
    page_icon=str(ROOT / "assets" / "logo.svg"),
    layout="wide",
)
st.logo(str(ROOT / "assets" / "wordmark.svg"), icon_image=str(ROOT / "assets" / "logo.svg"))
widgets.style(ROOT / "assets" / "style.css")
space = workspace()

pages = [
    st.Page(
        ROOT / "pages" / "explore.py", title="Explore", icon=":material/scatter_plot:", default=True
    ),
    st.Page(
        ROOT / "pages" / "compare.py",
        title="Compare",
        icon=":material/compare_arrows:",
        url_path="compare",
    ),
    st.Page(ROOT / "pages" / "agent.py", title="Agent", icon=":material/groups:", url_path="agent"),
    st.Page(
        ROOT / "pages" / "curate.py",
        title="Curate",
        icon=":material/content_cut:",
        url_path="curate",
    ),
    st.Page(ROOT / "pages" / "data.py", title="Data", icon=":material/database:", url_path="data"),
]
page = st.navigation(pages, position="top")
address.write(space)
notices.show(space)
with PAGES.making():
    page.run()
address.write(space)
