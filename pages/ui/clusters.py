"""Which clusters are in view, what is each about, and which group fills it?"""

from functools import partial

import numpy as np
import streamlit as st

from diversity.arrays import Bool, Int32, Int64
from diversity.filters import In
from diversity.plots import stacked_bars
from diversity.profiles import Profile, excesses, shares
from diversity.wording import percent
from pages.ui import cached, deciding, filter_bar, score_panel, widgets
from pages.ui.points import Categories
from pages.ui.state import Workspace
from pages.ui.view import View

MOST = 40


def show_clusters(space: Workspace, view: View, mask: Bool) -> None:
    """Show one cluster in full, and the largest clusters in view as bars."""
    labels = view.analysis.clustering.labels
    sizes = np.bincount(labels[mask & (labels >= 0)], minlength=view.analysis.clustering.n_clusters)
    order = [int(label) for label in np.argsort(-sizes, kind="stable") if sizes[label]]
    n_noise = int((labels[mask] < 0).sum())
    if not order:
        st.info("Only noise is in view." if n_noise else "No record is in view.")
        return
    _choose(space, view, order, sizes)
    if space.cluster is not None:
        _show_one(space, view, mask)
    st.text(_said(len(order), n_noise))
    _bars(space, view, mask, order[:MOST], sizes)


def _choose(space: Workspace, view: View, order: list[int], sizes: Int64) -> None:
    """Pick a cluster, or step through them with the keys N and P."""
    here = order.index(space.cluster) if space.cluster in order else None
    if here is None:
        space.cluster = None
    key = f"explore_cluster_{view.name}"
    st.session_state[key] = space.cluster
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Cluster", order, key=key, placeholder="Open a cluster", label_visibility="collapsed",
            format_func=lambda label: f"{view.analysis.names[label]} ({sizes[label]:,})",
            on_change=lambda: _open(space, st.session_state[key]),
            index=None,
        )  # fmt: skip
        for name, icon, shortcut, step in (
            ("Previous", ":material/chevron_left:", "p", -1),
            ("Next", ":material/chevron_right:", "n", 1),
        ):
            to = order[(here + step) % len(order)] if here is not None else order[0]
            widgets.icon_button(
                f"{name} cluster", icon, key=f"explore_{name}", shortcut=shortcut,
                on_click=partial(_open, space, to),
            )  # fmt: skip


def _open(space: Workspace, label: int | None) -> None:
    space.cluster = label


def _show_one(space: Workspace, view: View, mask: Bool) -> None:
    assert space.cluster is not None
    profile = cached.profile_of(view, view.name, space.cluster)
    with st.container(border=True):
        st.text(_size(view, profile, mask))
        st.text("Set apart by its words: " + ", ".join(profile.keyphrases))
        about, scores = st.columns([1.3, 1], gap="medium")
        with about:
            _show_records(space, view, "Central records", profile.central)
            _show_records(space, view, "Atypical records", profile.atypical)
            with st.container(horizontal=True):
                st.button(
                    "Filter to this cluster", icon=":material/filter_alt:",
                    key="explore_to_cluster", on_click=filter_bar.add,
                    args=(space, In(view.cluster_column, (profile.label,))),
                )  # fmt: skip
                rows = profile.rows[mask[profile.rows]].astype(np.int64)
                if len(rows):
                    deciding.offer(space, rows, "deciding_cluster")
        with scores:
            _show_shares(space, view, profile, mask)
            _show_excesses(view, profile)
            _show_nearest(space, view, profile)
            inside = np.zeros(len(view), bool)
            inside[profile.rows] = True
            st.html(score_panel.headline(view, inside))


def _show_records(space: Workspace, view: View, title: str, rows: Int64) -> None:
    st.caption(title)
    deciding.table(space, view, rows.astype(np.int64), f"deciding_{title}", {})


def _show_shares(space: Workspace, view: View, profile: Profile, mask: Bool) -> None:
    column = cached.coloring(space, view).column
    if column not in view.dataset.columns:
        return
    share = shares(profile, view.dataset.groups(column), mask)
    st.caption("Share of each group that lies in it")
    st.dataframe(
        {"group": list(share), "share": [100 * part for part in share.values()]},
        hide_index=True,
        column_config={"share": st.column_config.NumberColumn(format="%.1f %%")},
    )


def _size(view: View, profile: Profile, mask: Bool) -> str:
    n, n_in_view = len(profile.rows), int(mask[profile.rows].sum())
    in_view = f", {n_in_view:,} in view" if n_in_view < n else ""
    return f"{n:,} records, {percent(n / len(view))} of all{in_view}"


def _show_excesses(view: View, profile: Profile) -> None:
    found = [
        (column, *excess)
        for column, spread in view.spreads.items()
        if column != view.cluster_column
        for excess in excesses(spread, profile.rows)
    ]
    if not found:
        return
    columns, values, inside, overall = zip(*found, strict=True)
    share = st.column_config.NumberColumn(format="percent")
    st.caption("More frequent in it than overall, beyond chance")
    st.dataframe(
        {
            "column": columns,
            "value": [str(value) if value != "" else "(empty)" for value in values],
            "here": inside,
            "overall": overall,
        },
        hide_index=True,
        column_config={"here": share, "overall": share},
    )


def _show_nearest(space: Workspace, view: View, profile: Profile) -> None:
    if not profile.nearest:
        return
    st.caption("Nearest clusters, by cosine similarity of the centres")
    with st.container(gap=None):
        for label, similarity in profile.nearest:
            st.button(
                f"{similarity:.2f}  {widgets.markdown_safe(view.analysis.names[label])}",
                key=f"explore_nearest_{label}", type="tertiary",
                on_click=_open, args=(space, label),
            )  # fmt: skip


def _bars(space: Workspace, view: View, mask: Bool, shown: list[int], sizes: Int64) -> None:
    colored = cached.coloring(space, view)
    legend = colored.legend
    if colored.column == view.cluster_column:
        parts = {"records": [int(sizes[label]) for label in shown]}
    else:
        labels, colors = view.analysis.clustering.labels[mask], colored.points.colors[mask]
        counts = _cross(labels, colors, len(legend))
        parts = {entry.name: counts[shown, part].tolist() for part, entry in enumerate(legend)}
    names = [f"{view.analysis.names[label]}  {sizes[label]:,}" for label in shown]
    figure = stacked_bars(names, parts, {entry.name: entry.color for entry in legend})
    st.plotly_chart(figure, key=f"explore_clusters_{view.name}", config={"displayModeBar": False})


def _cross(labels: Int32, parts: Categories, n_parts: int) -> Int64:
    """Count records by cluster and part, shape (n_clusters, n_parts)."""
    inside = labels >= 0
    codes = labels[inside].astype(np.int64) * n_parts + parts[inside]
    n_rows = int(labels.max(initial=-1)) + 1
    return np.bincount(codes, minlength=n_rows * n_parts).reshape(-1, n_parts)


def _said(n_clusters: int, n_noise: int) -> str:
    shown = f", the largest {MOST} shown" if n_clusters > MOST else ""
    noise = f"; noise: {n_noise:,}" if n_noise else ""
    return f"Clusters in view: {n_clusters:,}{shown}{noise}"
