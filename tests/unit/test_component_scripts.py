"""The way of a component's script to the browser."""

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from pages.ui import facets, map, scripts


def fetched(address):
    async def get():
        transport = httpx.ASGITransport(app=Starlette(routes=scripts.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(address)

    return asyncio.run(get())


def address_in(loader):
    return re.search(r'"(/scripts/[0-9a-f]+\.js)"', loader).group(1)


def test_the_message_names_a_script_and_the_browser_gets_it_whole():
    loader = scripts.served(map.FOLDER, map.SCRIPTS)
    answer = fetched(address_in(loader))
    assert len(loader) < 300
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.text == "\n".join(scripts.asset(map.FOLDER, f"{n}.js") for n in map.SCRIPTS)


def test_a_script_is_named_by_what_it_says_so_that_it_can_be_kept_for_ever():
    one = scripts.served(facets.FOLDER, facets.SCRIPTS)
    assert scripts.served(facets.FOLDER, facets.SCRIPTS) == one
    assert scripts.served(facets.FOLDER, facets.SCRIPTS[:1]) != one
    assert "immutable" in fetched(address_in(one)).headers["cache-control"]


@pytest.mark.parametrize("name", ["unknown", "..%2F..%2Fapp", "0" * 32])
def test_an_unknown_script_is_not_found(name):
    assert fetched(f"/scripts/{name}.js").status_code == 404


def test_no_message_of_the_explore_page_carries_a_script():
    app = AppTest.from_string("from pages.ui.facets import show_facets\nshow_facets([], key='f')")
    (facets_message,) = [e.proto for e in app.run().main.children.values()]
    assert 0 < len(facets_message.js_content) < 300
