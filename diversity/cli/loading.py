"""From files named on the command line to an analysis, with every oddity told on the way."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from diversity.analysis import Analysis, Settings, analyze_steps, context
from diversity.arrays import Bool
from diversity.cli.options import default_store, note, shown
from diversity.dataset import Dataset, read
from diversity.embedding import DEFAULT_MODEL
from diversity.filters import AllOf, AnyOf, Context, Filter, Inside, Not, Predicate


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


def check_where(dataset: Dataset, where: str | None) -> bool:
    """Check what a filter asks of the file itself before anything is embedded.

    Returns
    -------
    bool
        Whether it asks for places on the map.

    Raises
    ------
    FilterError
        If it cannot be read, or asks for a column that is not there or of another kind.
    """
    leaves = [*_leaves(Filter.parse(where).predicates)] if where else []
    bare = Context(dataset.records, dataset.texts)
    for leaf in leaves:
        if getattr(leaf, "column", "cluster").removeprefix("@") != "cluster":
            Filter((leaf,)).mask(bare)
    return any(isinstance(leaf, Inside) for leaf in leaves)


def _leaves(predicates: Iterable[Predicate]) -> Iterator[Predicate]:
    """Take predicates apart that join others."""
    for predicate in predicates:
        if isinstance(predicate, Not):
            yield from _leaves([predicate.predicate])
        elif isinstance(predicate, (AnyOf, AllOf)):
            yield from _leaves(predicate.predicates)
        else:
            yield predicate


def passing(analysis: Analysis, where: str | None) -> Bool | None:
    """Return which records pass a filter, telling how many; None if there is no filter."""
    if where is None:
        return None
    mask = Filter.parse(where).mask(context(analysis))
    note(f"{int(mask.sum()):,} of {len(analysis):,} records pass the filter.")
    return mask
