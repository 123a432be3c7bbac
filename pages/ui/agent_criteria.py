"""By what were the texts put together? The criteria, and the proposals they were pooled from."""

from collections import Counter

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from diversity.agent import Criteria, Run

METADATA, METRIC = "metadata", "metric"
KIND_HELP = "Metadata describe a text, metrics rate it from 1 to 5; the paper has both."
SENTENCE_HELP = "What the judge reads at the top of every round."
COLUMNS = ("kind", "name", "sentence", "definition")


def show_criteria(run: Run) -> None:
    """Show the criteria of a run and where they come from."""
    if run.criteria is None:
        st.info("There are no criteria yet.")
        return
    st.text(said(run.criteria))
    st.dataframe(as_table(run.criteria), hide_index=True, column_config=column_config())
    if run.proposals:
        _show_pooled(run)


def said(criteria: Criteria) -> str:
    """Say which version they are and where they come from."""
    origin = criteria.origin or "unknown"
    return f"Version {criteria.version}, from {origin}."


def as_table(criteria: Criteria) -> pd.DataFrame:
    """Lay criteria out, one a row, in the order the judge reads them."""
    return pd.DataFrame(
        [(kind, one.name, one.sentence, one.definition) for kind, one in criteria.interleaved()],
        columns=list(COLUMNS),
    )


def column_config() -> dict[str, ColumnConfig]:
    """Say what the columns are."""
    return {
        "kind": st.column_config.SelectboxColumn(
            "Kind", options=[METADATA, METRIC], required=True, width="small", help=KIND_HELP
        ),
        "name": st.column_config.TextColumn("Name", required=True, width="medium"),
        "sentence": st.column_config.TextColumn("Sentence", width="large", help=SENTENCE_HELP),
        "definition": st.column_config.TextColumn("Definition and levels", width="large"),
    }


def _show_pooled(run: Run) -> None:
    """Show how often each name was proposed before the proposals were pooled."""
    usable = [one for one in run.proposals if one.metadata or one.metrics]
    n = len(run.proposals)
    with st.expander(f"Pooled from {len(usable):,} of {n:,} proposals"):
        kept = (
            {one.name.casefold() for _, one in run.criteria.interleaved()} if run.criteria else ()
        )
        counts = Counter[tuple[str, str]]()
        for proposed in usable:
            counts.update((METADATA, name.strip()) for name in proposed.metadata)
            counts.update((METRIC, name.strip()) for name in proposed.metrics)
        st.dataframe(
            [
                {"kind": kind, "name": name, "proposed": times, "kept": name.casefold() in kept}
                for (kind, name), times in counts.most_common()
            ],
            hide_index=True,
        )
        for number, proposed in enumerate(run.proposals):
            if proposed.message:
                st.text(f"Proposal {number}: {proposed.message}")
