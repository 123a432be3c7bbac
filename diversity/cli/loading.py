"""From files named on the command line to an analysis, with every oddity told on the way."""

from collections.abc import Sequence
from pathlib import Path

from diversity.analysis import Analysis, Settings, analyze_steps, context
from diversity.arrays import Bool
from diversity.cli.options import default_store, note, shown
from diversity.dataset import Dataset, read
from diversity.embedding import DEFAULT_MODEL
from diversity.filters import Filter


def load(
    files: Sequence[Path],
    text: str | None,
    embedder: str | None,
    vectors: str | None,
    *,
    with_map: bool,
) -> Analysis:
    """Read files and analyze them, telling what was read, left out and cut."""
    return analyzed(read_files(files, text), embedder, vectors, with_map=with_map)


def analyzed(
    dataset: Dataset, embedder: str | None, vectors: str | None, *, with_map: bool
) -> Analysis:
    """Analyze a dataset, telling what was cut."""
    settings = Settings(embedder=embedder or DEFAULT_MODEL, vector_column=vectors)
    steps = analyze_steps(dataset, settings, default_store(), with_map=with_map)
    analysis = shown(steps)
    if analysis.embeddings.n_truncated:
        note(
            f"{analysis.embeddings.n_truncated:,} texts are longer than the model reads; "
            "only their beginning counts in the embedding scores."
        )
    return analysis


def read_files(files: Sequence[Path], text: str | None) -> Dataset:
    """Read files, telling what was read and left out."""
    dataset = read(list(files), text)
    for sentence in dataset.report.sentences():
        note(sentence)
    return dataset


def passing(analysis: Analysis, where: str | None) -> Bool | None:
    """Return which records pass a filter, telling how many; None if there is no filter."""
    if where is None:
        return None
    mask = Filter.parse(where).mask(context(analysis))
    note(f"{int(mask.sum()):,} of {len(analysis):,} records pass the filter.")
    return mask
