"""What do all sessions share? Read-only values, kept as long as there is room for them.

With `cached_scores` the only file with a Streamlit cache. Keys are small: a source, settings, a
column's name.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from diversity import samples
from diversity.analysis import Settings, analyze_steps, context
from diversity.arrays import Bool, Float32, frozen
from diversity.cli.options import default_store
from diversity.dataset import Dataset, Table, candidates
from diversity.embedders import load_embedder
from diversity.embedding import Embedder
from diversity.errors import MissingColumnError
from diversity.filters import Filter, Predicate
from diversity.filters.columns import column
from diversity.fingerprint import fingerprint
from diversity.profiles import Profile, profile
from diversity.progress import Progress, Steps
from diversity.scores.live import prepare
from diversity.store import Store
from pages.ui import written
from pages.ui.colors import LegendEntry, categories_of
from pages.ui.jobs import Jobs
from pages.ui.points import Points, publish
from pages.ui.sources import SAMPLE, Files, Source, Upload
from pages.ui.state import Workspace
from pages.ui.tags import Tags
from pages.ui.view import View, facet_kind

if TYPE_CHECKING:
    from diversity.agent import Convention, Difference, Estimate, Run
    from pages.ui.agent_keep import Asked

N_AGENT_RUNS = 8
PATIENCE_S = 5
"""How long a search may keep a visitor, and the others on this machine, waiting."""


@st.cache_resource
def store() -> Store:
    """Return the store that the command line uses too."""
    return default_store()


@st.cache_resource
def jobs() -> Jobs:
    """Return this process's jobs."""
    return Jobs()


@st.cache_resource
def beside() -> Jobs:
    """Return the work that nobody waits for: it gives way to all other."""
    return Jobs(gives_way=True)


@st.cache_resource
def agent_jobs() -> Jobs:
    """Return this process's runs of the cluster-agent, several at work at once."""
    return Jobs(N_AGENT_RUNS)


@st.cache_resource(max_entries=2, show_spinner=False)
def embedder(name: str) -> Embedder:
    """Load an embedding model once."""
    return load_embedder(name)


@dataclass(frozen=True)
class SharedEmbedder:
    """An embedding model that is loaded when it is first used, once for all sessions."""

    name: str

    def encode(self, texts: Sequence[str]) -> Float32:
        """Embed texts."""
        return embedder(self.name).encode(texts)

    def truncated(self, texts: Sequence[str]) -> Bool:
        """Tell which texts are longer than the model reads."""
        return embedder(self.name).truncated(texts)


@st.cache_resource(max_entries=8, show_spinner="Reading")
def dataset(source: Source) -> Dataset:
    """Read a source once."""
    return source.read(store())


@st.cache_resource(max_entries=8, show_spinner="Reading")
def table(source: Files | Upload) -> Table:
    """Read a source's cells once, whatever its text will be."""
    return source.table(store())


def text_columns(source: Files | Upload) -> list[str]:
    """Name the columns that can be the text, likeliest first and mere numbers last."""
    likely = candidates(table(source))
    return [*likely, *(name for name in table(source).columns if name not in likely)]


def guessed_text(source: Source) -> str | None:
    """Name the column or template that is probably the text, if any is."""
    try:
        return dataset(source).text
    except MissingColumnError:
        return None


@st.cache_resource
def awake() -> None:
    """Import litellm while a visitor types a model's name: it takes seconds."""
    from diversity.llm.library import litellm

    threading.Thread(target=litellm, name="litellm", daemon=True).start()


@st.cache_resource
def recorded_run() -> "Run":
    """Open the run that comes with the sample."""
    from diversity.agent import recorded_run

    return recorded_run()


def run_called(dataset: str, name: str) -> "Run":
    """Open a run by its name: the recorded one, or one that is kept."""
    from pages.ui import agent_keep

    return recorded_run() if name == agent_keep.RECORDED else kept_run(dataset, name)


def kept_run(dataset: str, name: str) -> "Run":
    """Open a run that is kept, once for each time it was written."""
    from pages.ui import agent_keep

    return _kept_run(dataset, name, agent_keep.changed_s(store(), dataset, name))


@st.cache_resource(max_entries=24, show_spinner=False)
def _kept_run(dataset: str, name: str, at_s: float) -> "Run":
    from pages.ui import agent_keep

    return agent_keep.load(store(), dataset, name)


@st.cache_resource(max_entries=16, show_spinner=False)
def differences(
    _run: "Run", name: str, n_rounds: int, convention: "Convention"
) -> "list[Difference]":
    """Compare the groups of a run pair by pair; none where there are too many."""
    from diversity.agent import compare_groups
    from pages.ui.agent_pairs import MOST_GROUPS

    return compare_groups(_run, convention) if len(_run.groups) <= MOST_GROUPS else []


@st.cache_resource(max_entries=64, show_spinner="Counting tokens")
def estimate_of(_dataset: Dataset, name: str, asked: "Asked") -> "Estimate":
    """Estimate the cost of a run from a dry run over a few records."""
    from pages.ui import agent_run

    return agent_run.estimated(_dataset, asked)


@st.cache_resource(max_entries=16, show_spinner="Counting tokens")
def naming_estimate(_view: View, name: str, asked: "Asked") -> "Estimate":
    """Estimate the cost of naming a view's clusters from the prompts themselves."""
    from diversity.agent import estimate_naming
    from pages.ui import agent_run

    return estimate_naming(_view.analysis, agent_run.llm_judge(asked).model, asked.prices)


def view_name(source: Source, settings: Settings) -> str:
    """Name the job that makes a view."""
    return fingerprint("view", type(source).__name__, source, settings)


def view_steps(source: Source, settings: Settings) -> Steps[View]:
    """Make a view: everything between a source and its first picture."""
    records = dataset(source)
    vectors = samples.vectors() if source == SAMPLE and settings.embedder == samples.MODEL else None
    analysis = yield from analyze_steps(records, settings, store(), vectors=vectors)
    yield Progress("preparing scores", 0, 0, 0.0)
    panel = prepare(records.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels)
    asked = context(analysis, SharedEmbedder(settings.embedder))
    asked = replace(asked, patience_s=PATIENCE_S)
    return View(view_name(source, settings), analysis, panel, asked)


def sample() -> View:
    """Make the view that most visitors see first."""
    job = jobs().submit(view_name(SAMPLE, Settings()), lambda: view_steps(SAMPLE, Settings()))
    while job.active:
        time.sleep(0.05)
    view: View = job.result
    return view


def passing(view: View, filter: Filter, tags: Tags | None) -> Bool:
    """Say which records pass a filter; a part of it that was asked before is answered at once."""
    tagged = tags.fingerprint if tags is not None else ""
    passed = np.full(-(-len(view) // 8), 255, np.uint8)
    for asked in filter.predicates:
        find = partial(_find, view, asked, tags)
        passed &= _passing(view.name, str(asked), tagged, find)
    return frozen(np.unpackbits(passed, count=len(view)).view(bool))


@st.cache_resource(max_entries=256, show_spinner=False)
def _passing(
    name: str, asked: str, tagged: str, _find: Callable[[], Bool]
) -> npt.NDArray[np.uint8]:
    return frozen(np.packbits(_find()))


def _find(view: View, asked: Predicate, tags: Tags | None) -> Bool:
    return Filter((asked,)).mask(view.tagged(tags))


@dataclass(frozen=True, eq=False)
class Coloring:
    """How the map is coloured: by which column, and what each of its values looks like."""

    column: str
    points: Points
    legend: list[LegendEntry]


def coloring(space: Workspace, view: View) -> Coloring:
    """Colour the map by the chosen column, or by the first that is worth it."""
    columns = color_columns(view, view.name)
    if space.color_by == view.tag_column and space.tags is not None:
        return _colored_by_tags(view, view.name, space.tags.fingerprint, space.tags)
    column = space.color_by if space.color_by in columns else columns[0]
    return _colored(view, view.name, column)


@st.cache_resource(max_entries=32, show_spinner=False)
def _colored(_view: View, name: str, column: str) -> Coloring:
    colors, legend = categories_of(*_coded(_view, column))
    return Coloring(column, publish(_view.coordinates, colors), legend)


@st.cache_resource(max_entries=8, show_spinner=False)
def _colored_by_tags(_view: View, name: str, tagged: str, _tags: Tags) -> Coloring:
    names = [*_tags.names, "Missing"]
    colors, legend = categories_of(_tags.codes % len(names), names, in_order=True)
    return Coloring(_view.tag_column, publish(_view.coordinates, colors), legend)


def last_tags(view: View) -> Tags | None:
    """Return the tags that were written last on these records, by any visitor, if there are any."""
    name = written.last_tags(store(), view.dataset.fingerprint)
    return _tags(name) if name else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _tags(name: str) -> Tags | None:
    return written.recall_tags(store(), name)


@st.cache_resource(max_entries=16, show_spinner=False)
def color_columns(_view: View, name: str) -> list[str]:
    """Name the columns worth colouring by: few values, each of several records."""
    return [*_grouping_columns(_view), _view.cluster_column]


@st.cache_resource(max_entries=16, show_spinner=False)
def distinct(_view: View, name: str) -> dict[str, tuple[str, int]]:
    """Say of each column that a person can read what kind it is and how many values it has."""
    kinds = {name: column(_view.context, name) for name in _view.readable_columns}
    return {
        name: (kind.kind, 0 if kind.kind == "mixed" else int(kind.series.nunique()))
        for name, kind in kinds.items()
    }


@st.cache_resource(max_entries=64, show_spinner=False)
def profile_of(_view: View, name: str, label: int) -> Profile:
    """Describe a cluster."""
    return profile(_view.analysis, label, _view.centres)


@st.cache_resource(max_entries=8, show_spinner=False)
def called(_view: View, name: str, names: tuple[tuple[int, str], ...]) -> View:
    """Give clusters the names that were accepted for them."""
    return _view.called(dict(names))


@st.cache_resource(max_entries=16, show_spinner=False)
def labels(_view: View, name: str) -> list[tuple[float, float, str]]:
    """Place the clusters' names, largest cluster first."""
    numbers = _view.analysis.clustering.labels
    order = np.argsort(numbers, kind="stable")
    first, last = (
        np.searchsorted(numbers, range(len(_view.analysis.names)), side, order)
        for side in ("left", "right")
    )
    placed = []
    for label, title in sorted(_view.analysis.names.items()):
        x, y = np.median(_view.coordinates[order[first[label] : last[label]]], axis=0)
        placed.append((float(x), float(y), title))
    return placed


def _coded(view: View, column: str) -> tuple[npt.NDArray[np.integer[Any]], list[str]]:
    """Give each record the number of its value, and say what each number stands for."""
    if column == view.cluster_column:
        names = [view.analysis.names[label] for label in range(len(view.analysis.names))]
        return view.analysis.clustering.labels % (len(names) + 1), [*names, "Noise"]
    codes, distinct = pd.factorize(view.dataset.records[column])
    spelled = [*map(str, distinct), "Missing"]
    named = list(dict.fromkeys(spelled))
    return np.array([named.index(name) for name in spelled])[codes], named


def _grouping_columns(view: View) -> list[str]:
    groups = [name for name in view.dataset.columns if facet_kind(view.context, name) == "values"]
    return sorted(groups, key=lambda name: view.dataset.records[name].nunique())
