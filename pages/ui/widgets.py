"""Small things every page shows the same way: errors, numbers, texts that are only data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import streamlit as st

from diversity.errors import DiversityError

MARKS = ("\x02", "\x03")


def style(path: Path) -> None:
    """Put the dashboard's style sheet on the page."""
    st.html(path)


@contextmanager
def error_box() -> Iterator[None]:
    """Show what a user can mend as a message with its hint, and stop the page there."""
    try:
        yield
    except DiversityError as error:
        show_error(error)
        st.stop()


def show_error(error: DiversityError) -> None:
    """Show a message and its hint. Both may quote data, so neither is read as markdown."""
    with st.container(border=True):
        st.badge("That did not work", icon=":material/error:", color="red")
        st.text(error.message)
        if error.hint:
            st.text(error.hint)


def icon_button(
    name: str,
    icon: str,
    *,
    key: str,
    on_click: Callable[[], None],
    disabled: bool = False,
    shortcut: str | None = None,
) -> None:
    """Offer an act by its icon alone; the name is there for the pointer and for screen readers."""
    with st.container(key=f"icon_{key}", width="content"):
        st.button(
            name, icon=icon, key=key, help=f"{name} ({shortcut})" if shortcut else name,
            on_click=on_click, disabled=disabled, shortcut=shortcut, type="tertiary",
        )  # fmt: skip


def title(words: str) -> None:
    """Head a part of a page."""
    st.html(f'<h3 class="de-title">{escape(words)}</h3>')


def tiles(facts: list[tuple[str, str, str]]) -> str:
    """Lay out a few plain facts.

    Parameters
    ----------
    facts : list of (label, value, explanation)

    Returns
    -------
    str
        HTML with everything escaped.
    """
    cells = "".join(
        f'<div class="de-tile">{hint(escape(label), meaning)}<b>{escape(value)}</b></div>'
        for label, value, meaning in facts
    )
    return f'<div class="de-tiles">{cells}</div>'


def marked(text: str) -> str:
    r"""Write a text as HTML, escaped, with what stands between `MARKS` marked.

    Examples
    --------
    >>> marked("\x02Solar\x03 & <b>\x02solar\x03</b>")
    '<div class="de-text"><mark>Solar</mark> &amp; &lt;b&gt;<mark>solar</mark>&lt;/b&gt;</div>'
    """
    opening, closing = MARKS
    shown = escape(text).replace(opening, "<mark>").replace(closing, "</mark>")
    return f'<div class="de-text">{shown}</div>'


def escaped(text: str) -> str:
    """Write a text as HTML that says nothing but the text."""
    return escape(text)


def hint(shown: str, meaning: str) -> str:
    """Attach an explanation to HTML; it opens under the pointer and with the keyboard."""
    return f'<span class="de-hint" tabindex="0" data-hint="{escape(meaning)}">{shown}</span>'


def markdown_safe(text: str) -> str:
    r"""Escape what markdown would interpret, so that data in a label stays data.

    Examples
    --------
    >>> markdown_safe("![x](http://y) :red[z]")
    '\\!\\[x\\]\\(http\\://y\\) \\:red\\[z\\]'
    """
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~:$&" else c for c in text)
