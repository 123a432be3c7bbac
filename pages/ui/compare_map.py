"""Where do the groups lie? All on one map, or each on a map of its own with the same axes."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from diversity.arrays import Bool
from diversity.wording import percent
from pages.ui import cached
from pages.ui.compare_job import Compared
from pages.ui.compare_parts import group_key
from pages.ui.map import select, selection, show_map
from pages.ui.strokes import Stroke, rows_selected
from pages.ui.view import View

OVERLAY, BESIDE = "One map", "Side by side"
HEIGHT, OVERLAY_HEIGHT = 330, 560
BESIDE_MOST = 3
EXAMPLES = 100
WHOLE = "Texts stand here whole; scores and clusters are those of the texts as they were cut."


def show(view: View, found: Compared) -> None:
    """Draw the maps; what a lasso holds on one of them, it holds on all."""
    way = st.segmented_control(
        "Maps", [BESIDE, OVERLAY], default=BESIDE, key="compare_way", required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    names = list(found.groups)
    overlay = way == OVERLAY
    shown = {"all": names} if overlay else {name: [name] for name in names}
    keys = [f"compare_map_{view.name}_{len(shown)}_{nth}" for nth in range(len(shown))]
    strokes = _strokes(view)
    chosen = rows_selected(view.coordinates, strokes) if strokes else None
    texts = view.dataset.texts
    with st.container(gap="small", key="compare_whole" if overlay else "compare_grid"):
        for (name, held), key in zip(shown.items(), keys, strict=True):
            select(key, strokes)
            mask = _mask(view, found, held)
            with st.container(gap="xxsmall"):
                if not overlay:
                    st.html(_title(name, int(mask.sum()), found.colors[name]))
                show_map(
                    found.points, key=key, legend=found.legend, mask=mask, selected=chosen,
                    labels=cached.labels(view, view.name) if overlay else (),
                    text_of=lambda row: str(texts.iloc[row]),
                    on_change=partial(_follow, view, key),
                    height=OVERLAY_HEIGHT if overlay else HEIGHT,
                    linked=f"compare_{view.name}",
                )  # fmt: skip
    if found.comparison.about["match_length"]:
        st.caption(f"The map is that of the whole texts, as on Explore. {WHOLE}")


def show_selected(view: View, found: Compared) -> None:
    """Show what the lasso holds of each group, side by side."""
    strokes = _strokes(view)
    if not strokes:
        return
    chosen = rows_selected(view.coordinates, strokes)
    with st.container(border=True, key="compare_selected"):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.text(f"Selected on the map, up to {EXAMPLES} records of each group")
            st.button("Clear the selection", on_click=_put, args=(view, ()), key="compare_clear")
        names = list(found.groups)
        for start in range(0, len(names), BESIDE_MOST):
            for column, name in zip(
                st.columns(BESIDE_MOST if len(names) > BESIDE_MOST else len(names)),
                names[start : start + BESIDE_MOST],
                strict=False,
            ):
                rows = found.groups[name]
                inside = rows[chosen[rows]]
                share = percent(len(inside) / len(rows))
                column.text(f"{name}: {len(inside):,} of {len(rows):,}, {share}")
                show_texts(column, view, inside[:EXAMPLES].tolist())


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


def _title(name: str, n_records: int, color: str) -> str:
    return f'<div class="de-map-title">{group_key(name, color)} <small>{n_records:,}</small></div>'


def _strokes(view: View) -> tuple[Stroke, ...]:
    kept: tuple[Stroke, ...] = st.session_state.get(_kept(view), ())
    return kept


def _follow(view: View, key: str) -> None:
    """Let all maps hold what was selected on one of them."""
    _put(view, selection(key))


def _put(view: View, strokes: tuple[Stroke, ...]) -> None:
    st.session_state[_kept(view)] = strokes


def _kept(view: View) -> str:
    return f"compare_strokes_{view.name}"


def _mask(view: View, found: Compared, names: list[str]) -> Bool:
    mask = np.zeros(len(view), bool)
    for name in names:
        mask[found.groups[name]] = True
    return mask
