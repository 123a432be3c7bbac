"""What does the server do around the pages? Warm up, set headers, log what went wrong."""

import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from diversity.errors import DiversityError
from pages.ui import widgets

if TYPE_CHECKING:
    import streamlit as st
    from starlette.middleware import Middleware

LOG = logging.getLogger("diversity.app")
BESIDE_THE_PAGES = "streamlit.runtime.scriptrunner_utils.script_run_context"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
)


@asynccontextmanager
async def lifespan(_app: "st.App") -> AsyncIterator[None]:
    """Import the heavy libraries while nobody waits for them yet."""
    _accept_work_beside_the_pages()
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    yield


def middleware() -> "list[Middleware]":
    """Return what every answer passes through."""
    from starlette.middleware import Middleware

    return [Middleware(_Headers)]


def report(error: Exception) -> bool:
    """Log an error that no page expected; the visitor sees that there was one, never its trace."""
    LOG.error("a page failed", exc_info=error)
    widgets.show_error(
        DiversityError(
            "Something went wrong that should not have; your choices are kept.",
            "Undo the last step or reload the page. The server's log says what happened.",
        )
    )
    return True


def _accept_work_beside_the_pages() -> None:
    """Keep Streamlit from warning that a cache is used by a thread that draws no page."""
    logging.getLogger(BESIDE_THE_PAGES).setLevel(logging.ERROR)


def _warm_up() -> None:
    from pages.ui import cached

    cached.sample()
    gc.collect()
    gc.freeze()


class _Headers:
    """Adds security headers to every answer."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        async def send_with_headers(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)
