"""What is every part of the page made of? Tables, lists, notes and texts, all escaped."""

import unicodedata
from collections.abc import Sequence
from html import escape

from diversity.analysis import Analysis
from diversity.report.style import STYLE

LONGEST = 400
HEADER = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'; img-src data:\">"
    '<meta name="viewport" content="width=device-width">'
)
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def as_page(name: str, body: Sequence[str]) -> str:
    """Put parts of HTML together to a page that forbids itself scripts and requests."""
    head = f"{HEADER}<title>{escape(name)}</title><style>{STYLE}</style></head>"
    return visible(f"{head}<body>{''.join(body)}</body></html>\n")


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table of cells that are HTML already."""
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def bullets(sentences: Sequence[str], kind: str = "") -> str:
    """Write sentences as a list."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{kind}">{items}</ul>' if items else ""


def note(text: str) -> str:
    """Write a quiet paragraph."""
    return f'<p class="note">{escape(text)}</p>'


def title(text: str) -> str:
    """Head a part of the page."""
    return f"<h2>{escape(text)}</h2>"


def group(name: str, color: str) -> str:
    """Write the name of a group beside its colour."""
    return f'<span class="key" style="background:{color}"></span>{escape(name)}'


def quoted(analysis: Analysis, row: int) -> str:
    """Write the beginning of a record's text, as it is."""
    text = str(analysis.dataset.texts.iloc[row])
    shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return f"<pre>{escape(shown)}</pre>"


def visible(text: str) -> str:
    r"""Put a sign in place of every character that would not be seen, or would turn others about.

    Examples
    --------
    >>> visible("tea\x00 \u202egnp.exe\nrain")
    'tea␀ �gnp.exe\nrain'
    """
    return "".join(_sign(c) if _is_hidden(c) else c for c in text)


def _is_hidden(character: str) -> bool:
    if character in "\n\t":
        return False
    return character in TURNING or unicodedata.category(character) in ("Cc", "Cs")


def _sign(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"
