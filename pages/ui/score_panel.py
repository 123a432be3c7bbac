"""How diverse is what the filter leaves? The panel of scores, beside the same for everything."""

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from diversity.scores.values import Budget
from diversity.wording import percent
from pages.ui import cached_scores, widgets
from pages.ui.score_table import ScoredSet, table
from pages.ui.view import View

HEADLINE = ("vendi_2", "mean_distance", "chamfer", "distinct_2", "repeated_4gram_share")
ALL = "All"
LOOK_EVERY_S = 0.7
SEEN = "explore_band_seen"


def show_scores(view: View, filtered: Bool, selected: Bool) -> None:
    """Show duplicates, noise and all scores of what passes the filter.

    Parameters
    ----------
    view : View
    filtered, selected : ndarray of shape (n_records,), bool
        With all records filtered in and none selected there is one column; else one each.
    """
    masks = sets_to_show(filtered, selected)
    budget = view.panel.budget(*masks.values())
    if len(masks) > 1:
        budget = budget.rounded()
    columns = [
        ScoredSet(title, int(mask.sum()), cached_scores.scores(view, mask, budget))
        for title, mask in masks.items()
    ]
    null = view.panel.null_if_ready(budget) if len(columns) > 1 else {}
    shares = _shares(view, next(reversed(masks.values())))
    st.html(f'<div class="de-panel">{shares}{table(columns, budget, null or {})}</div>')
    if null is None:
        _await_band(view, budget)
    cached_scores.prepare_smaller_budgets(view)


def headline(view: View, rows: Bool) -> str:
    """Write the scores of one set beside those of all, as HTML."""
    masks = {ALL: np.ones(len(rows), bool), "Cluster": rows}
    budget = view.panel.budget(*masks.values()).rounded()
    columns = []
    for title, mask in masks.items():
        scores = cached_scores.scores(view, mask, budget)
        few = {name: scores[name] for name in HEADLINE}
        columns.append(ScoredSet(title, int(mask.sum()), few))
    shown = table(columns, budget, view.panel.null_if_ready(budget) or {})
    return f'<div class="de-panel">{shown}</div>'


@st.fragment(run_every=LOOK_EVERY_S)
def _await_band(view: View, budget: Budget) -> None:
    """Have the random subsets drawn once a reader stays, and draw the page again with their band.

    Who clicks on to the next filter at once never has them drawn.
    """
    if view.panel.null_if_ready(budget) is not None:
        st.rerun()
    if st.session_state.get(SEEN) == (view.name, budget):
        cached_scores.draw_band(view, budget)
    st.session_state[SEEN] = (view.name, budget)


def sets_to_show(filtered: Bool, selected: Bool) -> dict[str, Bool]:
    """Name the sets that differ: all, filtered if a filter is on, selected if a lasso is."""
    sets = {ALL: np.ones(len(filtered), bool)}
    if not filtered.all():
        sets["Filtered"] = filtered
    if selected.any():
        sets["Selected"] = selected & filtered
    return sets


def _shares(view: View, mask: Bool) -> str:
    rows = np.flatnonzero(mask)
    duplicates, labels = view.analysis.duplicates, view.analysis.clustering.labels
    noise = float((labels[rows] == -1).mean()) if len(rows) else 0.0
    return widgets.tiles(
        [
            (
                "Exact duplicates",
                percent(duplicates.exact_share(rows)),
                "Share of these records whose text, apart from case and white space, "
                "repeats another of them. Over all of them, not a sample.",
            ),
            (
                "Near-duplicates",
                percent(duplicates.near_share(rows)),
                f"Share of these records that repeat another one to the letter or with a cosine "
                f"similarity of {duplicates.min_similarity:g} or more. Over all of them.",
            ),
            (
                "Noise",
                percent(noise),
                "Share of these records that fit no cluster. The cluster scores leave them out.",
            ),
        ]
    )
