"""What did the plan do? Scores before, after and at random; the map; what each group lost."""

from html import escape

import pandas as pd
import streamlit as st

from diversity.curation import Effect, Measure
from diversity.curation.outcome import NOISE, NONE
from diversity.wording import number
from pages.ui import cached, cached_curation, widgets
from pages.ui.cached_curation import Done
from pages.ui.map import show_map
from pages.ui.state import Workspace
from pages.ui.the_map import MAX_LABELS
from pages.ui.view import View

LOOK_EVERY_S = 0.5
SHARES = ("exact_duplicates", "near_duplicates", "noise")
TELLING = 0.95


def show_map_of(space: Workspace, view: View, done: Done) -> None:
    """Show what is kept on the map, the rest in grey."""
    colored = cached.coloring(space, view)
    texts, kept = view.dataset.texts, done.outcome.kept()
    event = show_map(
        colored.points,
        key=f"curate_map_{view.name}",
        legend=colored.legend,
        mask=None if kept.all() else kept,
        labels=cached.labels(view, view.name)[:MAX_LABELS],
        text_of=lambda row: str(texts.iloc[row]),
        height=420,
    )
    if event.clicked is not None:
        space.opened = event.clicked


def show_effect(view: View, done: Done) -> None:
    """Show the scores before and after beside random subsets of the same size."""
    if not done.outcome.changes:
        st.caption("Add a step to see what it does to the scores.")
        return
    if not len(done.outcome.rows):
        st.info("Nothing is kept. Change a step, or switch one off.")
        return
    job = cached_curation.effect_of(view, done)
    if job.state == "done":
        st.html(table(job.result))
    elif job.error is not None:
        widgets.show_error(job.error)
    else:
        _await(view, done)


def table(effect: Effect) -> str:
    """Write an effect as HTML, everything escaped."""
    head = (
        f"<th></th><th>Before<small>{effect.n_before:,}</small></th>"
        f"<th>After<small>{effect.n_after:,}</small></th><th>Random<small>{effect.n_after:,}"
        "</small></th><th>Beats</th>"
    )
    rows = "".join(map(_row, effect.measures))
    draws = max((m.null.n_draws for m in effect.measures if m.null), default=0)
    note = (
        f"Scores at one budget of {effect.budget.n_records:,} records and "
        f"{effect.budget.n_tokens:,} words; shares over all. Random: mean ± standard deviation of "
        f"{draws} random subsets of the same size. Beats: the share of them that is less diverse. "
        "Pale: a step worked on this very number, so judge by the others."
    )
    return (
        f'<table class="de-scores de-effect"><thead><tr>{head}</tr></thead>'
        f'<tbody>{rows}</tbody></table><p class="de-note">{note}</p>'
    )


def show_losses(space: Workspace, view: View, done: Done) -> None:
    """Show which clusters, or values of a column, lost how much."""
    columns = list(dict.fromkeys([view.cluster_column, *cached.color_columns(view, view.name)]))
    name = st.selectbox("By", columns, key=f"curate_losses_{view.name}")
    groups = done.asked.groups(name)
    losses = done.outcome.losses(groups, NOISE if name == view.cluster_column else NONE)
    table = pd.DataFrame(
        {
            "group": [loss.group for loss in losses],
            "before": [loss.n_before for loss in losses],
            "after": [loss.n_after for loss in losses],
            "dropped": [100 * loss.share for loss in losses],
        }
    )
    emptied = sum(loss.n_after == 0 for loss in losses)
    st.text(f"{len(losses):,} groups; {emptied:,} of them lost every record")
    st.dataframe(
        table, hide_index=True, key=f"curate_losses_table_{view.name}",
        column_config={
            "dropped": st.column_config.ProgressColumn(
                "dropped", format="%.0f %%", min_value=0, max_value=100
            )
        },
    )  # fmt: skip


def _row(measure: Measure) -> str:
    arrow = "↑" if measure.direction == "higher" else "↓"
    meaning = f"{measure.meaning} {measure.direction.capitalize()} is more diverse."
    label = f"{widgets.hint(escape(measure.label), meaning)} <i>{arrow}</i>"
    interval = measure.interval
    sure = f"<small>{number(interval[0])} – {number(interval[1])}</small>" if interval else ""
    null = measure.null
    random = f"{number(null.mean)}<small>± {number(null.spread)}</small>" if null else "–"
    pale = ' class="de-pale"' if measure.optimised else ""
    return (
        f"<tr{pale}><th>{label}</th><td>{_shown(measure, measure.before)}</td>"
        f"<td>{_shown(measure, measure.after)}{sure}</td><td>{random}</td>"
        f"<td>{_beats(measure)}</td></tr>"
    )


def _beats(measure: Measure) -> str:
    share = measure.percentile
    if share is None:
        return "–"
    mark = " ▲" if share >= TELLING else " ▼" if share <= 1 - TELLING else ""
    return f"{share:.0%}{mark}".replace("%", " %")


def _shown(measure: Measure, value: float | None) -> str:
    return "–" if value is None else number(value)


@st.fragment(run_every=LOOK_EVERY_S)
def _await(view: View, done: Done) -> None:
    job = cached_curation.effect_of(view, done)
    if not job.active:
        st.rerun()
    progress = job.progress
    said = progress.stage.capitalize() if progress else "Waiting for other work"
    st.progress(progress.share if progress else 0.0, said)
