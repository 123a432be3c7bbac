"""How are the columns spread, and which of their values does the reader choose?

All facets of the side bar are one component. Counts go down with every rerun and change the drawn
rows in place; a choice comes up once, and says all that is chosen in its column.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from operator import methodcaller
from typing import Any, cast

import streamlit as st

from pages.ui import scripts
from pages.ui.facet_values import Facet, FacetChange, FacetValue, Value

MAX_LETTERS = 400
FOLDER = "facets_view"
SCRIPTS = ("text", "section", "values", "histogram", "facets")


def show_facets(
    facets: Sequence[Facet],
    *,
    key: str,
    on_change: Callable[[FacetChange], None] | None = None,
) -> FacetChange | None:
    """Draw the facets where the page stands, and report what the reader chooses.

    Parameters
    ----------
    facets : sequence of Facet
        From top to bottom.
    key : str
        Names this list in the session. What is folded or searched for lives under it in the
        browser, and survives reruns and a visit to another page.
    on_change : callable, optional
        Takes each change before the page runs, so that one run shows its effect.

    Returns
    -------
    FacetChange or None
        Without `on_change`: the next change that was not reported yet. Apply it and call
        `streamlit.rerun`; until then the component shows the reader's choice over old counts.
        With `on_change`: always None.

    Raises
    ------
    ValueError
        If two facets are of the same column.

    Notes
    -----
    Each change is reported once, in the order of the clicks; of several changes of one column on
    the way, only the last. Each rerun sends all facets.
    """
    columns = frozenset(facet.column for facet in facets)
    if len(columns) < len(facets):
        raise ValueError("Two facets are of the same column.")
    inbox = _inbox(key)
    _FACETS(
        key=key,
        data={
            "key": key,
            "answered": inbox.answered,
            "filtered": any(map(_is_filtered, facets)),
            "facets": [_pack(facet) for facet in facets],
        },
        on_choice_change=partial(_take, key, columns, on_change),
    )
    return inbox.next()


@dataclass
class _Inbox:
    """Changes that have come up, by number: the last one seen, and the last one acted on."""

    seen: int = 0
    answered: int = 0
    waiting: list[tuple[int, FacetChange]] = field(default_factory=list)

    def next(self) -> FacetChange | None:
        if not self.waiting:
            return None
        self.answered, change = self.waiting.pop(0)
        return change


def _inbox(key: str) -> _Inbox:
    name = f"{key}:inbox"
    if name not in st.session_state:
        st.session_state[name] = _Inbox()
    return cast("_Inbox", st.session_state[name])


def _take(
    key: str, columns: frozenset[str], on_change: Callable[[FacetChange], None] | None
) -> None:
    inbox = _inbox(key)
    for number, sent in _read(st.session_state[key].get("choice"), columns):
        if number > inbox.seen:
            inbox.seen = number
            inbox.waiting.append((number, sent))
    while on_change is not None and (change := inbox.next()) is not None:
        on_change(change)


def _read(sent: object, columns: frozenset[str]) -> list[tuple[int, FacetChange]]:
    messages = sent if isinstance(sent, list) else []
    return [
        (message["number"], change)
        for message in messages
        if isinstance(message, dict)
        and isinstance(message.get("number"), int)
        and (change := _read_change(message, columns)) is not None
    ]


def _read_change(message: Mapping[str, Any], columns: frozenset[str]) -> FacetChange | None:
    if message.get("column") not in columns:
        return None
    try:
        return FacetChange(
            message["column"],
            values=tuple(_value(token) for token in message["values"]),
            excluded=tuple(_value(token) for token in message["excluded"]),
            range=_bounds(message["range"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _value(token: str) -> Value:
    value = json.loads(token)
    if not isinstance(value, str | int | float | bool | None):
        raise TypeError(token)
    return value


def _bounds(sent: Sequence[float] | None) -> tuple[float, float] | None:
    if sent is None:
        return None
    low, high = map(float, sent)
    if not (isfinite(low) and isfinite(high) and low <= high):
        raise ValueError(sent)
    return low, high


def _is_filtered(facet: Facet) -> bool:
    counts = [(v.inside, v.total) for v in facet.values] + [(b.inside, b.total) for b in facet.bins]
    return any(inside != total for inside, total in counts)


def _pack(facet: Facet) -> dict[str, Any]:
    return {
        "column": facet.column,
        "title": _cut(facet.title),
        "kind": facet.kind,
        "values": [_pack_value(value) for value in facet.values],
        "bins": [[b.low, b.high, int(b.total), int(b.inside)] for b in facet.bins],
        "range": facet.range,
        "unit": facet.unit,
        "is_date": facet.is_date,
        "note": _cut(facet.note),
    }


def _pack_value(entry: FacetValue) -> list[object]:
    """Write the value so that it comes back with its type: 1, 1.0, "1" and True are four."""
    label = _cut(entry.label)
    token = None if entry.value == label else _token(entry.value)
    state = int(entry.chosen) - int(entry.excluded)
    return [token, label, entry.color, int(entry.total), int(entry.inside), state]


def _token(value: Value) -> str:
    return json.dumps(value, default=methodcaller("item"))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_LETTERS else f"{text[: MAX_LETTERS - 1]}…"


_FACETS = st.components.v2.component(
    "diversity_facets",
    css=scripts.asset(FOLDER, "facets.css"),
    js=scripts.served(FOLDER, SCRIPTS),
)
