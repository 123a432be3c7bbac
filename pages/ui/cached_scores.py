"""Which numbers are known already? Scores of sets seen before, and of all records."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

from diversity.arrays import Bool
from diversity.fingerprint import fingerprint
from diversity.progress import Progress, Steps
from diversity.scores import NAMES, Budget, Score
from diversity.scores.null import parts
from diversity.scores.values import DEFAULT_BUDGET, smaller_budgets
from pages.ui.cached import beside
from pages.ui.jobs import Job
from pages.ui.view import View

FEWEST_RECORDS = 20
FEWEST_TOKENS = 200


def scores(view: View, rows: Bool, budget: Budget) -> Mapping[str, Score]:
    """Score a set of records at a budget; a set scored before is answered at once."""
    if rows.all():
        return scores_of_all(view, budget)
    return _scores(view, view.name, fingerprint(np.packbits(rows)), budget, rows)


def scores_of_all(view: View, budget: Budget) -> Mapping[str, Score]:
    """Score all records at a budget: what every filter is compared with.

    Many filters share a part of their budget, so each part is scored once.
    """
    found: dict[str, Score] = {}
    for part, names in parts(budget):
        scored = _part_of_all(view, view.name, part, names)
        found |= {name: replace(score, budget=budget) for name, score in scored.items()}
    return {name: found[name] for name in NAMES}


@st.cache_resource(max_entries=512, show_spinner=False)
def _scores(_view: View, name: str, bits: str, budget: Budget, _rows: Bool) -> Mapping[str, Score]:
    return _view.panel.scores(_rows, budget=budget)


@st.cache_resource(max_entries=512, show_spinner=False)
def _part_of_all(
    _view: View, name: str, budget: Budget, names: tuple[str, ...]
) -> Mapping[str, Score]:
    every = np.ones(len(_view), bool)
    return _view.panel.scores(every, budget=budget, names=names)


def prepare_smaller_budgets(view: View) -> Job:
    """Score all records at the budgets that filters will ask for, while nobody waits for it."""
    return beside().submit(f"smaller budgets of {view.name}", lambda: _smaller_budgets(view))


def _smaller_budgets(view: View) -> Steps[None]:
    largest, anchor = view.panel.budget(), DEFAULT_BUDGET
    for n_records in smaller_budgets(largest.n_records, FEWEST_RECORDS, anchor.n_records):
        scores_of_all(view, Budget(n_records, 0))
        yield Progress("scoring all records", n_records, 0, 0.0)
    for n_tokens in smaller_budgets(largest.n_tokens, FEWEST_TOKENS, anchor.n_tokens):
        scores_of_all(view, Budget(0, n_tokens))
        yield Progress("scoring all records", n_tokens, 0, 0.0)


def draw_band(view: View, budget: Budget) -> Job:
    """Draw random subsets at a budget, while the numbers stand on the page already."""
    return beside().submit(
        f"band of {view.name} at {budget}", lambda: view.panel.null_steps(budget)
    )
