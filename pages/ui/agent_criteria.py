"""By what were the texts put together? The criteria, and the proposals they were pooled from."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from diversity.agent import Criteria, Criterion, Run
from diversity.errors import DiversityError
from pages.ui import widgets
from pages.ui.state import Workspace

METADATA, METRIC = "metadata", "metric"
KIND_HELP = "Metadata describe a text, metrics rate it from 1 to 5; the paper has both."
SENTENCE_HELP = "What the judge reads at the top of every round."
COLUMNS = ("kind", "name", "sentence", "definition")


def show_criteria(space: Workspace, run: Run) -> None:
    """Show the criteria of a run and where they come from; let a new version be made of them."""
    if run.criteria is None:
        st.info("There are no criteria yet.")
        return
    st.text(said(run.criteria))
    if run.is_llm and st.toggle("Edit", key="agent_edit"):
        _edit(space, run.criteria)
    else:
        st.dataframe(as_table(run.criteria), hide_index=True, column_config=column_config())
    if space.criteria is not None:
        _say_waiting(space, space.criteria)
    if run.proposals:
        _show_pooled(run)


def edited(criteria: Criteria, table: pd.DataFrame) -> Criteria:
    """Make the next version of criteria from a table.

    Raises
    ------
    CriteriaError
        If there is none left, or a name is missing or given twice.
    """
    rows = table.fillna("").astype(str).to_dict("records")
    return criteria.edited(_of_kind(rows, METADATA), _of_kind(rows, METRIC))


def _of_kind(rows: Sequence[Mapping[Hashable, str]], kind: str) -> list[Criterion]:
    return [
        Criterion(
            row["name"].strip(),
            row["definition"].strip() or row["sentence"].strip(),
            row["sentence"].strip() or row["definition"].strip(),
        )
        for row in rows
        if row["kind"] == kind
    ]


def _edit(space: Workspace, criteria: Criteria) -> None:
    table = st.data_editor(
        as_table(criteria), hide_index=True, num_rows="dynamic", column_config=column_config(),
        key=f"agent_editor_{criteria.fingerprint}",
    )  # fmt: skip
    if st.button("Keep as a new version", key="agent_keep_version"):
        try:
            made = edited(criteria, table)
        except DiversityError as error:
            widgets.show_error(error)
            return
        space.criteria = None if made is criteria else made
        st.rerun()


def _say_waiting(space: Workspace, criteria: Criteria) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"Version {criteria.version} waits: with a language model, Run judges by it.")
        st.button("Discard it", on_click=_discard, args=(space,), key="agent_discard",
                  type="tertiary")  # fmt: skip


def _discard(space: Workspace) -> None:
    space.criteria = None


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
