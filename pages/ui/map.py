"""Where do the records lie, and which of them does the reader point at?

The map is one component: WebGL2 where there is one, a plain canvas where there is none. Points go
down once per projection (`pages.ui.points`), a bit per record goes down for the filter and for the
selection, an outline comes up, and Python decides which records are inside it.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from pages.ui import scripts
from pages.ui.colors import LegendEntry
from pages.ui.points import Points, keep, url
from pages.ui.strokes import Stroke, read_stroke

MAX_TIP_LETTERS = 600
FOLDER = "map_view"
SCRIPTS = (
    "shared",
    "geometry",
    "webgl",
    "canvas",
    "overlay",
    "camera",
    "picture",
    "scatter",
    "gestures",
    "map",
)


@dataclass(frozen=True)
class MapEvent:
    """What the reader did on the map.

    Parameters
    ----------
    strokes : tuple of Stroke
        The selection as drawn so far; empty when nothing is selected.
    clicked : int or None
        Row of the record clicked just now. Reported once, in the run the click caused.
    """

    strokes: tuple[Stroke, ...]
    clicked: int | None


def show_map(
    points: Points,
    *,
    key: str,
    legend: Sequence[LegendEntry],
    mask: Bool | None = None,
    selected: Bool | None = None,
    labels: Sequence[tuple[float, float, str]] = (),
    text_of: Callable[[int], str] | None = None,
    on_change: Callable[[], None] | None = None,
    height: int = 600,
    webgl: bool = True,
    linked: str | None = None,
) -> MapEvent:
    """Draw the map where the page stands, and report what the reader does on it.

    Parameters
    ----------
    points : Points
        Positions and categories, from `pages.ui.points.publish`.
    key : str
        Names this map in the session. Zoom and selection live under it, and survive reruns and a
        visit to another page.
    legend : sequence of LegendEntry
        Name, colour and number of records of each category, in the order of ``points.colors``.
    mask : ndarray of shape (n_records,), bool, optional
        Records that pass the filter; the others are greyed. None: all pass.
    selected : ndarray of shape (n_records,), bool, optional
        Records to emphasise; the others are dimmed. None: nothing is selected.
    labels : sequence of (x, y, text)
        Texts to write on the map, most important first. Where two would touch, the first stays
        and the other appears on zooming in.
    text_of : callable, optional
        Gives the text of a row when the pointer rests on its point. Called for one row at a time,
        in a fragment of its own.
    on_change : callable, optional
        Runs before the page does when the selection has changed; see `selection`.
    height : int, default=600
        In pixels.
    webgl : bool, default=True
        False draws on a plain canvas even where WebGL2 is at hand.
    linked : str, optional
        Maps of one such name are moved and zoomed together, so that their axes stay the same.

    Returns
    -------
    MapEvent
        The selection as it stands and the row clicked, if any.

    Raises
    ------
    ValueError
        If a mask has not one entry per record, or a category has no row in the legend.

    Notes
    -----
    A rerun sends one bit per record for each mask that is given: 17 kB per 100 000 records.
    """
    _check(points, legend, mask, selected)
    keep(points)
    with st.container(gap=None):
        _MAP(
            key=key,
            data={
                "key": key,
                "n": len(points),
                "coordinates": url(points.coordinates_token),
                "colors": url(points.colors_token),
                "mask": _bits(mask),
                "selected": _bits(selected),
                "legend": [list(entry) for entry in legend],
                "labels": [[float(x), float(y), text] for x, y, text in labels],
                "strokes": [[s.mode, s.vertices] for s in selection(key)],
                "answered": st.session_state.get(_answered(key), 0),
                "summary": _summary(points, legend, mask, selected),
                "height": height,
                "webgl": webgl,
                "linked": linked,
            },
            on_stroke_change=partial(_take_stroke, key, on_change),
            on_click_change=partial(_take_click, key, len(points)),
        )
        if text_of is not None:
            _tips(key, points, text_of)
    return MapEvent(selection(key), st.session_state.pop(_clicked(key), None))


def selection(key: str) -> tuple[Stroke, ...]:
    """Return what is selected on a map, also before `show_map` has run in this rerun."""
    return cast("tuple[Stroke, ...]", st.session_state.get(_strokes(key), ()))


def select(key: str, strokes: Sequence[Stroke]) -> None:
    """Put a selection on a map; an empty one clears it."""
    st.session_state[_strokes(key)] = tuple(strokes)


def _check(
    points: Points, legend: Sequence[LegendEntry], mask: Bool | None, selected: Bool | None
) -> None:
    for name, rows in (("mask", mask), ("selected", selected)):
        if rows is not None and rows.shape != (len(points),):
            raise ValueError(f"{name} must be of shape ({len(points)},), got {rows.shape}")
    highest = int(points.colors.max(initial=0))
    if len(points) and highest >= len(legend):
        raise ValueError(f"category {highest} has no row in a legend of {len(legend)}")


@st.fragment
def _tips(key: str, points: Points, text_of: Callable[[int], str]) -> None:
    row = _row(st.session_state.get(_asked(key)), len(points))
    text = "" if row is None else text_of(row)[:MAX_TIP_LETTERS]
    _TIP(
        key=_tip(key),
        data={
            "key": key,
            "coordinates": url(points.coordinates_token),
            "row": row,
            "text": text,
        },
        on_row_change=partial(_take_row, key),
    )


def _take_stroke(key: str, on_change: Callable[[], None] | None) -> None:
    event = _unanswered(key, "stroke")
    if event is None:
        return
    if event.get("mode") == "clear":
        select(key, ())
    elif (stroke := read_stroke(event)) is not None:
        before = () if stroke.mode == "replace" else selection(key)
        select(key, (*before, stroke))
    if on_change is not None:
        on_change()


def _take_click(key: str, n_records: int) -> None:
    """Put a click by until a run gets as far as reading it; the next click may cut this run off."""
    event = _unanswered(key, "click")
    row = _row(event.get("row"), n_records) if event else None
    if row is not None:
        st.session_state[_clicked(key)] = row


def _unanswered(key: str, name: str) -> dict[str, Any] | None:
    """Return what the map tells, unless it was told already: the map repeats itself to be safe."""
    event = st.session_state[key].get(name)
    if not isinstance(event, dict) or not isinstance(event.get("number"), int):
        return None
    if event["number"] <= st.session_state.get(_answered(key), 0):
        return None
    st.session_state[_answered(key)] = event["number"]
    return event


def _take_row(key: str) -> None:
    st.session_state[_asked(key)] = st.session_state[_tip(key)].get("row")


def _row(value: object, n_records: int) -> int | None:
    return value if isinstance(value, int) and 0 <= value < n_records else None


def _bits(rows: Bool | None) -> str | None:
    if rows is None:
        return None
    return base64.b64encode(np.packbits(rows, bitorder="little").tobytes()).decode("ascii")


def _summary(
    points: Points, legend: Sequence[LegendEntry], mask: Bool | None, selected: Bool | None
) -> str:
    parts = [f"Map of {len(points):,} records in {len(legend)} categories"]
    if mask is not None:
        parts.append(f"{int(mask.sum()):,} pass the filter")
    if selected is not None:
        parts.append(f"{int(selected.sum()):,} selected")
    return "; ".join(parts) + "."


def _strokes(key: str) -> str:
    return f"{key}:strokes"


def _clicked(key: str) -> str:
    return f"{key}:clicked"


def _answered(key: str) -> str:
    return f"{key}:answered"


def _asked(key: str) -> str:
    return f"{key}:asked"


def _tip(key: str) -> str:
    return f"{key}:tip"


_MAP = st.components.v2.component(
    "diversity_map",
    html=scripts.asset(FOLDER, "map.html"),
    css=scripts.asset(FOLDER, "map.css"),
    js=scripts.served(FOLDER, SCRIPTS),
)
_TIP = st.components.v2.component("diversity_map_tip", js=scripts.served(FOLDER, ("shared", "tip")))
