"""Which clusters are in view, how large are they, and which group fills each of them?"""

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from diversity.plots import stacked_bars
from pages.ui import cached
from pages.ui.state import Workspace
from pages.ui.view import View

MOST = 40


def show_clusters(space: Workspace, view: View, mask: Bool) -> None:
    """Show the largest clusters in view as bars, cut by what colours the map."""
    labels = view.analysis.clustering.labels
    sizes = np.bincount(labels[mask & (labels >= 0)], minlength=view.analysis.clustering.n_clusters)
    shown = [int(label) for label in np.argsort(-sizes, kind="stable")[:MOST] if sizes[label]]
    n_noise = int((labels[mask] < 0).sum())
    if not shown:
        st.info("No cluster is in view." if not n_noise else "Only noise is in view.")
        return
    st.text(_said(int((sizes > 0).sum()), len(shown), n_noise))
    column, legend = cached.coloring(space, view)
    points, _ = cached.points(view, view.name, column)
    parts = {
        entry.name: [
            int((mask & (labels == label) & (points.colors == number)).sum()) for label in shown
        ]
        for number, entry in enumerate(legend)
    }
    if column == view.cluster_column:
        parts = {"records": [int(sizes[label]) for label in shown]}
    names = [f"{view.analysis.names[label]}  {sizes[label]:,}" for label in shown]
    figure = stacked_bars(names, parts, {entry.name: entry.color for entry in legend})
    st.plotly_chart(figure, key=f"explore_clusters_{view.name}", config={"displayModeBar": False})


def _said(n_clusters: int, n_shown: int, n_noise: int) -> str:
    shown = f", the largest {n_shown} shown" if n_shown < n_clusters else ""
    noise = f"; {n_noise:,} records are noise" if n_noise else ""
    return f"{n_clusters:,} clusters{shown}{noise}"
