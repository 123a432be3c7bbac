"""How do records get in? Pick a source, say which column is the text, read the report, go."""

from dataclasses import replace

import streamlit as st

from diversity import samples
from diversity.analysis import Settings
from diversity.dataset import Dataset
from diversity.embedders import API_PREFIX
from diversity.embedding import DEFAULT_MODEL
from diversity.fingerprint import fingerprint
from diversity.vector_column import vector_columns
from pages.ui import cached, widgets
from pages.ui.sources import SAMPLE, Sample, Source, keep_upload
from pages.ui.state import Workspace

SUFFIXES = ["csv", "tsv", "json", "jsonl", "ndjson", "parquet", "gz"]
TEMPLATE = "Several columns, by a template"
OTHER_MODEL = "Another model"
MODELS = {
    DEFAULT_MODEL: "all-MiniLM-L6-v2, on this machine (default)",
    "hashing": "Word hashing: no model, sees shared words and not meaning",
    OTHER_MODEL: "Another sentence-transformers model, or an API",
}
IN_COLUMN = "column:"
PREVIEW = 50


def choose_source(space: Workspace) -> Source:
    """Take an upload, or what is open already."""
    files = st.file_uploader(
        "Files",
        help="CSV, TSV, JSON, JSON Lines or Parquet, also gzipped. Several files become one "
        "dataset with a column that tells them apart.",
        type=SUFFIXES,
        accept_multiple_files=True,
        key="data_upload",
    )
    if files:
        return keep_upload(cached.store(), files)
    if not isinstance(space.source, Sample):
        st.button("Back to the built-in sample", on_click=space.open, args=(SAMPLE, Settings()))
    return space.source


def choose_text(source: Source) -> Source:
    """Say which column holds the text; the likeliest comes first."""
    if isinstance(source, Sample):
        return source
    named = fingerprint(replace(source, text=None))
    columns = cached.text_columns(replace(source, text=None))
    guess = source.text or cached.guessed_text(replace(source, text=None))
    offered = list(dict.fromkeys([*([guess] if guess in columns else []), *columns, TEMPLATE]))
    chosen = st.selectbox(
        "Text to analyze",
        offered,
        index=offered.index(guess or offered[0]) if guess in (None, *columns) else len(offered) - 1,
        key=f"data_text_{named}",
        help="One column, or several put together by a template.",
    )
    if chosen != TEMPLATE:
        return replace(source, text=chosen)
    template = st.text_input(
        "Template",
        value=guess if guess and guess not in columns else "{instruction}\\n{output}",
        key=f"data_template_{named}",
        help="Column names in braces; \\n is a line break.",
    )
    return replace(source, text=template)


def choose_settings(space: Workspace, dataset: Dataset) -> Settings:
    """Say which model embeds the texts, or which column holds their vectors already."""
    columns = {f"{IN_COLUMN}{name}": name for name in vector_columns(dataset)}
    models = MODELS | {key: f"Vectors in the column {name}" for key, name in columns.items()}
    with st.expander("Embedding model"):
        chosen = st.radio(
            "Model",
            list(models),
            format_func=lambda key: widgets.markdown_safe(models[key]),
            key="data_model",
            label_visibility="collapsed",
        )
        if chosen == OTHER_MODEL:
            chosen = st.text_input(
                "Name",
                placeholder=f"sentence-transformers/all-mpnet-base-v2, {API_PREFIX}openai/…",
                help="A name on the hub, a folder, or api: and a litellm model. Its key is read "
                "from the server's environment.",
                key="data_other_model",
            ).strip()
    if chosen in columns:
        return Settings(vector_column=columns[chosen])
    return Settings(embedder=chosen or DEFAULT_MODEL)


def show_about(source: Source) -> None:
    """Say where the sample comes from and what it cannot show."""
    if isinstance(source, Sample):
        with st.expander("About the sample"):
            st.markdown(samples.about())


def show_report(dataset: Dataset) -> None:
    """Show what was read, what was left out and why, and the first records."""
    report = dataset.report
    facts = [
        ("Rows read", f"{report.n_read:,}", "Rows met in all files."),
        ("Records", f"{report.n_kept:,}", "Rows with a text; each is a point on the map."),
        ("Left out", f"{report.n_left_out:,}", "Rows without a text, or that could not be read."),
        (
            "Exact duplicates",
            f"{report.n_exact_duplicates:,}",
            "Records whose text repeats an earlier one, apart from case and white space. "
            "They are kept.",
        ),
    ]
    st.html(widgets.tiles(facts))
    st.text("\n".join(report.sentences()))
    if report.left_out:
        with st.expander("Rows left out"):
            st.dataframe(
                [
                    {"file": row.source, "row": row.row, "reason": row.reason}
                    for row in report.left_out
                ],
                hide_index=True,
            )
    st.dataframe(dataset.records.head(PREVIEW), height=320)
    if len(dataset) > PREVIEW:
        st.caption(f"The first {PREVIEW} of {len(dataset):,} records.")


def offer_map(space: Workspace, source: Source, settings: Settings) -> None:
    """Offer the one thing to do next."""
    if st.button("Explore these records", type="primary", icon=":material/scatter_plot:"):
        if (source, settings) != (space.source, space.settings):
            space.open(source, settings)
        st.switch_page("../explore.py")
