"""What can be done with the records that are seen or ticked? Filter, keep, drop, tag them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from diversity.arrays import Bool, Int64
from diversity.filters import AllOf, AnyOf, Inside, Not, Predicate, Rows
from pages.ui import cached, deciding, filter_bar
from pages.ui.map import select, selection
from pages.ui.state import Workspace
from pages.ui.strokes import Stroke
from pages.ui.tags import no_tags
from pages.ui.view import View


def offer_actions(space: Workspace, view: View, in_view: Bool, picked: Int64, map_key: str) -> None:
    """Offer what can be done with the records that are ticked, else with those in view."""
    if len(picked):
        _offer_by_hand(space, view, picked)
        return
    strokes = selection(map_key)
    if strokes and not in_view.any():
        st.text("The lasso holds no record that passes the filter.")
        st.button("Drop it", on_click=select, args=(map_key, ()), key="explore_drop_lasso")
    elif strokes:
        outline = outlined(strokes)
        st.button(
            "Filter to these", icon=":material/filter_alt:", on_click=_take,
            args=(space, outline, map_key), key="explore_keep",
        )  # fmt: skip
        st.button(
            "Filter them out", icon=":material/filter_alt_off:", on_click=_take,
            args=(space, Not(outline), map_key), key="explore_leave_out",
        )  # fmt: skip
    if in_view.all():
        _offer_tagging(space, view, in_view, "explore_tag")
        if space.tags is None:
            _offer_last_tags(space, view)
    else:
        _offer_by_hand(space, view, np.flatnonzero(in_view))


def outlined(strokes: Sequence[Stroke]) -> Predicate:
    """Say a selection drawn stroke by stroke as one predicate."""
    asked: Predicate = Rows(())
    for stroke in strokes:
        inside = Inside((stroke.vertices,))
        if stroke.mode == "replace":
            asked = inside
        elif stroke.mode == "add":
            asked = AnyOf((asked, inside)) if asked != Rows(()) else inside
        elif asked != Rows(()):
            asked = AllOf((asked, Not(inside)))
    return asked


def offer_tag_of_record(space: Workspace, view: View, row: int) -> None:
    """Offer to tag one record."""
    one = np.zeros(len(view), bool)
    one[row] = True
    _offer_tagging(space, view, one, "explore_tag_one")


def _offer_by_hand(space: Workspace, view: View, rows: Int64) -> None:
    if not len(rows):
        return
    deciding.offer(space, rows, "deciding_these", keys=space.opened is None)
    asked = np.zeros(len(view), bool)
    asked[rows] = True
    _offer_tagging(space, view, asked, "explore_tag")


def _offer_tagging(space: Workspace, view: View, rows: Bool, key: str) -> None:
    n_rows = int(rows.sum())
    if not n_rows:
        return
    with st.popover(f"Tag {n_rows:,}", icon=":material/sell:"):
        tags = space.tags or no_tags(len(view), view.dataset.fingerprint)
        name = st.text_input("Tag", key=f"{key}_name", placeholder="keep").strip()
        st.button(
            f"Tag {n_rows:,} records", key=f"{key}_do", type="primary", disabled=not name,
            on_click=lambda: space.tag(tags.tagged(rows, name)),
        )  # fmt: skip
        st.button(
            "Remove their tags", key=f"{key}_remove", disabled=not len(tags),
            on_click=lambda: space.tag(tags.removed(rows)),
        )  # fmt: skip


def _offer_last_tags(space: Workspace, view: View) -> None:
    """Offer the tags of an earlier visit to these records."""
    tags = cached.last_tags(view)
    if tags is None or not len(tags) or len(tags.codes) != len(view):
        return
    st.button(
        f"Bring back {len(tags):,} tags", icon=":material/history:", key="explore_last_tags",
        type="tertiary", on_click=space.tag, args=(tags,),
        help="Written on these records on an earlier visit.",
    )  # fmt: skip


def _take(space: Workspace, predicate: Predicate, map_key: str) -> None:
    filter_bar.add(space, predicate)
    select(map_key, ())
