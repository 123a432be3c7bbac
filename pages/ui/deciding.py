"""How does a visitor keep or drop records by hand? By button or key, wherever records are seen."""

from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from diversity.arrays import Int64
from diversity.fingerprint import fingerprint
from pages.ui import by_hand, widgets
from pages.ui.state import Workspace
from pages.ui.view import View

SHOWN = 1_000
NOTHING: dict[str, list[Any]] = {"rows": [], "cells": []}
KEYS = {by_hand.KEEP: "k", by_hand.DROP: "x"}
ICONS = {by_hand.KEEP: ":material/check:", by_hand.DROP: ":material/content_cut:"}
MEANINGS = {
    by_hand.KEEP: "In the export, whatever the steps of the plan drop.",
    by_hand.DROP: "Not in the export, whatever the steps of the plan keep.",
}
HOW = "Click a cell to read the record; tick rows to keep or drop them."


def offer(space: Workspace, rows: Int64, key: str, *, keys: bool = False) -> None:
    """Offer to keep or drop records, and to forget what was decided about them.

    Parameters
    ----------
    space : Workspace
    rows : ndarray of shape (n,), int64
    key : str
        Sets these buttons apart from others.
    keys : bool, default=False
        Whether `k` and `x` press them; only one place on a page may ask for that.
    """
    said = by_hand.decisions_on(space.plan, rows)
    number = f" {len(rows):,}" if len(rows) > 1 else ""
    for decision, meaning in MEANINGS.items():
        st.button(
            f"{decision.capitalize()}{number}", icon=ICONS[decision], help=meaning,
            key=f"{key}_{decision}", shortcut=KEYS[decision] if keys else None,
            disabled=all(one == decision for one in said),
            on_click=_decide, args=(space, rows, decision),
        )  # fmt: skip
    if any(said):
        st.button(
            f"Forget {sum(map(bool, said)):,} decided" if number else f"Forget: {said[0]}",
            icon=":material/backspace:", key=f"{key}_forget", type="tertiary",
            help="Leave it to the steps of the plan again.",
            on_click=lambda: space.curate(by_hand.withdrawn(space.plan, rows.tolist())),
        )  # fmt: skip


def offer_list(space: Workspace, view: View) -> None:
    """Offer the list of decisions, and to undo the last."""
    n_decided = len(by_hand.decisions(space.plan))
    if by_hand.can_undo(space):
        widgets.icon_button(
            "Undo the last decision", ":material/undo:", key="deciding_undo", shortcut="z",
            on_click=partial(by_hand.undo, space),
        )  # fmt: skip
    if n_decided:
        with st.popover(f"Decisions {n_decided:,}", icon=":material/checklist:"):
            show_list(space, view)


def show_list(space: Workspace, view: View) -> None:
    """List what was decided by hand; rows that are picked can be decided anew or forgotten."""
    said = by_hand.decisions(space.plan)
    if said.empty:
        st.caption("Nothing is decided by hand. Keys: k keeps, x drops, z takes the last back.")
        return
    counts = said.value_counts()
    more = f"; the first {SHOWN:,} shown" if len(said) > SHOWN else ""
    st.text(
        f"{counts.get(by_hand.KEEP, 0):,} kept and {counts.get(by_hand.DROP, 0):,} dropped by hand"
        f"{more}"
    )
    rows = said.index.to_numpy()[:SHOWN]
    table(space, view, rows, "deciding_list", {"decision": list(said.iloc[:SHOWN])})
    st.caption(
        "They stand at the end of the plan on the Curate page and go with its text, with the "
        "manifest, and into the export as the column decision. "
        "Keys: k keeps, x drops, z takes the last decision back."
    )


def table(
    space: Workspace, view: View, rows: Int64, key: str, columns: dict[str, Any],
    *, height: int | Literal["auto"] = "auto", keys: bool = False,
) -> Int64:  # fmt: skip
    """Show records in a table; a click opens one, those that are ticked can be decided about."""
    frame = pd.DataFrame({"row": rows, **columns, "text": view.dataset.texts.iloc[rows].to_numpy()})
    whole = f"{key}_{fingerprint(view.name, rows)}"
    st.dataframe(
        frame, hide_index=True, key=whole, height=height,
        selection_mode=["multi-row", "single-cell"],
        on_select=partial(read_clicked, space, whole, rows),
        column_config={
            "row": st.column_config.NumberColumn("Row", width="small"),
            "text": st.column_config.TextColumn("Text", width="large"),
        },
    )  # fmt: skip
    ticked = picked(whole, rows)
    if len(ticked):
        with st.container(horizontal=True):
            offer(space, ticked, key, keys=keys)
    return ticked


def picked(key: str, rows: Int64) -> Int64:
    """Return those of a table's rows that are ticked."""
    places = _selection(key)["rows"]
    return rows[[place for place in places if place < len(rows)]]


def read_clicked(space: Workspace, key: str, rows: Int64) -> None:
    """Open the record whose cell was clicked just now."""
    cells = _selection(key)["cells"]
    before, st.session_state[f"{key}_cells"] = st.session_state.get(f"{key}_cells"), cells
    if cells and cells != before and cells[0][0] < len(rows):
        space.opened = int(rows[cells[0][0]])


def _selection(key: str) -> Any:  # noqa: ANN401  (as streamlit gives it)
    return st.session_state[key]["selection"] if key in st.session_state else NOTHING


def _decide(space: Workspace, rows: Int64, decision: str) -> None:
    space.curate(by_hand.decided(space.plan, rows.tolist(), decision))
