"""How does the judge see the map? Its names for the clusters, and how fine it would cut them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from diversity.agent import (
    ClusterName,
    Granularity,
    Naming,
    Run,
)
from diversity.agent.granularity import best_granularity
from diversity.agent.names import accept, accept_all, merge, rename
from diversity.cli.run_tables import spent
from diversity.errors import DiversityError
from pages.ui import agent_asking, agent_estimate, agent_run, agent_watch, cached, waiting, widgets
from pages.ui.agent_keep import Asked
from pages.ui.jobs import Job
from pages.ui.state import Workspace
from pages.ui.view import View

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BEST = (
    "Number of clusters whose pairs agree best with what the judge puts together, by Cohen's "
    "kappa; with its 95 % interval over rounds. It holds for the records that were shown."
)
SUPPORTED = "Share of the words of name and summary that occur in the texts the model was shown."


def show_names(space: Workspace, run: Run, asked: Asked) -> None:
    """Show how fine the judge would cut the clusters, and the names a model gives them."""
    view = waiting.view(space)
    widgets.title("How many clusters")
    if run.dataset == view.dataset.fingerprint:
        _show_granularity(run, view)
    else:
        st.text("The run is over other records.")
    widgets.title("Names")
    _show_naming(space, view, asked)


def _show_granularity(run: Run, view: View) -> None:
    try:
        found = best_granularity(run, view.analysis.embeddings.vectors)
    except DiversityError as error:
        st.text(str(error))
        return
    low, high = found.best_interval
    mark = "" if run.is_llm else " (not an LLM)"
    facts = [
        ("Agrees best", f"{found.best:,} clusters ({low:,} – {high:,})", BEST),
        ("On the map", f"{len(view.analysis.names):,} clusters", "Clusters of the map as it is."),
        (
            "Judged",
            f"{found.n_pairs:,} pairs, {found.n_together:,} together{mark}",
            f"Pairs of texts in the rounds, over {found.n_rows:,} records.",
        ),
    ]
    st.html(widgets.tiles(facts))
    st.plotly_chart(_curve(found), key="agent_granularity", config={"displayModeBar": False})


def _curve(found: Granularity) -> "Figure":
    from diversity.plots import banded_curve

    return banded_curve(
        found.n_clusters.tolist(),
        found.agreement.tolist(),
        (found.low.tolist(), found.high.tolist()),
        ("clusters", "agreement with the judge (kappa)"),
        logarithmic=True,
    )


def _show_naming(space: Workspace, view: View, asked: Asked) -> None:
    if not asked.is_llm or not asked.judge:
        if space.naming is None:
            st.text("Choose a language model at the left: the embedding judge cannot write names.")
            return
    else:
        job = cached.agent_jobs().get(agent_run.naming_name(view, asked))
        if job and job.active:
            _watch(job)
            return
        if job and job.state == "done" and space.naming is None:
            space.naming = job.result
        _offer(space, view, asked)
    if space.naming is not None:
        _audit(space, view, space.naming)


def _offer(space: Workspace, view: View, asked: Asked) -> None:
    try:
        cost = cached.naming_estimate(view, view.name, asked)
    except DiversityError as error:
        widgets.show_error(error)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Name the clusters", on_click=_name, args=(space, view, asked),
                  key="agent_name")  # fmt: skip
        st.text(
            f"about {agent_estimate.in_words(cost)}, and a call more for each name given twice. "
            "The limits hold."
        )


def _name(space: Workspace, view: View, asked: Asked) -> None:
    try:
        agent_run.begin_naming(view, asked, agent_asking.key_for(asked))
        space.naming = None
    except DiversityError as error:
        space.notices = (error,)


@st.fragment(run_every=agent_watch.LOOK_EVERY_S)
def _watch(job: Job) -> None:
    if not job.active:
        st.rerun()
    st.progress(job.progress.share if job.progress else 0.0)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(agent_watch.said(job))
        st.button("Stop", on_click=job.cancel, key="agent_name_stop")


def _audit(space: Workspace, view: View, naming: Naming) -> None:
    """Show all names with their evidence, and open one to accept, rename or merge it."""
    if naming.message:
        st.text(naming.message)
    n_accepted = len(naming.accepted)
    with st.container(horizontal=True, vertical_alignment="center"):
        if n_accepted < len(naming.names):
            st.button("Accept all", key="agent_accept_all", on_click=_accept_all, args=(space,))
        st.text(
            f"Named by {naming.model}. {spent(naming.usage)}. {n_accepted:,} of "
            f"{len(naming.names):,} accepted: those stand on the map."
        )
    clusters = list(naming.names)
    picked = st.dataframe(
        audit_table(view, naming),
        hide_index=True,
        key=f"agent_audit_{len(clusters)}",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "supported": st.column_config.NumberColumn(format="percent", help=SUPPORTED)
        },
    )
    rows = picked["selection"]["rows"]
    if rows and rows[0] < len(clusters):
        _show_one(space, view, naming, naming.names[clusters[rows[0]]])


def _accept_all(space: Workspace) -> None:
    assert space.naming is not None
    space.naming = accept_all(space.naming)


def audit_table(view: View, naming: Naming) -> pd.DataFrame:
    """Lay the names out with what speaks for and against each."""
    labels = naming.relabeled(view.analysis.clustering.labels)
    return pd.DataFrame(
        [
            {
                "name": one.name,
                "summary": one.summary,
                "records": int((labels == one.cluster).sum()),
                "cited": len(one.cited),
                "supported": one.supported,
                "problems": "; ".join(one.problems),
                "by": one.by,
                "accepted": one.accepted,
            }
            for one in naming.names.values()
        ]
    )


def _show_one(space: Workspace, view: View, naming: Naming, named: ClusterName) -> None:
    cluster = named.cluster
    with st.container(border=True):
        st.text(f"{named.name}\n{named.summary}")
        st.text(f"Keyphrases: {', '.join(named.keyphrases[:8]) or 'none'}")
        told_from = [naming.names[n].name for n in named.neighbors if n in naming.names]
        st.text(f"Told apart from: {', '.join(told_from) or 'none'}")
        rows = list(named.cited or named.shown)
        st.caption("Cited records" if named.cited else "Records shown to the model, none cited")
        st.dataframe(
            {"row": rows, "text": view.dataset.texts.iloc[rows].to_numpy()}, hide_index=True
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if not named.accepted and st.button("Accept", key="agent_accept"):
                _change(space, accept(naming, cluster))
            name = st.text_input("Another name", key=f"agent_rename_{cluster}")
            if st.button("Rename", key="agent_rename", disabled=not name):
                _try(space, lambda: rename(naming, cluster, name))
            others = {n: one.name for n, one in naming.names.items() if n != cluster}
            into = st.selectbox(
                "Merge into", list(others), index=None, format_func=others.__getitem__,
                key=f"agent_merge_{cluster}",
            )  # fmt: skip
            if st.button("Merge", key="agent_merge", disabled=into is None) and into is not None:
                _change(space, merge(naming, cluster, into))


def _try(space: Workspace, change: Callable[[], Naming]) -> None:
    try:
        made = change()
    except DiversityError as error:
        widgets.show_error(error)
        return
    _change(space, made)


def _change(space: Workspace, naming: Naming) -> None:
    space.naming = naming
    st.rerun()
