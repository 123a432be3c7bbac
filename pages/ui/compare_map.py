"""Where do the groups lie? All on one map, or each on a map of its own with the same axes."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from diversity.arrays import Bool
from pages.ui.compare_job import Compared
from pages.ui.map import select, selection, show_map
from pages.ui.strokes import rows_selected
from pages.ui.view import View

OVERLAY, BESIDE = "One map", "Side by side"
BESIDE_MOST = 3
EXAMPLES = 100


def show(view: View, found: Compared) -> None:
    """Draw the maps, and the records that a lasso holds, group beside group."""
    way = st.segmented_control(
        "Maps", [OVERLAY, BESIDE], default=BESIDE, key="compare_way", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    names = list(found.groups)
    masks = {name: _mask(view, found, [name]) for name in names}
    shown = {"all": _mask(view, found, names)} if way == OVERLAY else masks
    keys = [f"compare_map_{view.name}_{len(shown)}_{number}" for number in range(len(shown))]
    strokes = next((drawn for key in keys if (drawn := selection(key))), ())
    chosen = rows_selected(view.coordinates, strokes) if strokes else np.zeros(len(view), bool)
    texts = view.dataset.texts
    columns = st.columns(min(len(shown), BESIDE_MOST))
    for number, ((name, mask), key) in enumerate(zip(shown.items(), keys, strict=True)):
        with columns[number % len(columns)]:
            if way == BESIDE:
                st.text(f"{name} · {int(mask.sum()):,}")
            show_map(
                found.points, key=key, legend=found.legend, mask=mask,
                selected=chosen if chosen.any() else None,
                text_of=lambda row: str(texts.iloc[row]),
                on_change=partial(_follow, key, keys),
                height=560 if way == OVERLAY else 380,
            )  # fmt: skip
    if chosen.any():
        _records(view, {name: mask & chosen for name, mask in masks.items()})


def _records(view: View, groups: dict[str, Bool]) -> None:
    """Show what the lasso holds of each group."""
    for column, (name, mask) in zip(st.columns(len(groups)), groups.items(), strict=True):
        rows = np.flatnonzero(mask)
        column.text(f"{name}: {len(rows):,} selected")
        show_texts(column, view, rows[:EXAMPLES].tolist())


def show_texts(
    place: "st.delta_generator.DeltaGenerator", view: View, rows: list[int], height: int = 240
) -> None:
    """Show some texts as a small table; texts in a table are never markup."""
    if rows:
        texts = view.dataset.texts.iloc[rows].to_numpy()
        place.dataframe(
            pd.DataFrame({"row": rows, "text": texts}), hide_index=True, height=height,
            column_config={"row": st.column_config.NumberColumn(width="small")},
        )  # fmt: skip


def _follow(key: str, keys: list[str]) -> None:
    """Let all maps hold what was selected on one of them."""
    for other in keys:
        select(other, selection(key))


def _mask(view: View, found: Compared, names: list[str]) -> Bool:
    mask = np.zeros(len(view), bool)
    for name in names:
        mask[found.groups[name]] = True
    return mask
