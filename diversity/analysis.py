"""What does one dataset look like, whole? Vectors, neighbors, map, clusters, names, duplicates.

This is the one place where the stages meet: the command line, the app and a notebook all get the
same `Analysis` for the same records and settings, and the store keeps every stage of it.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from diversity import samples
from diversity.arrays import Float32, frozen
from diversity.clustering import Clustering, Hdbscan, KMeans, cluster_steps
from diversity.dataset import Dataset
from diversity.duplicates import Duplicates, find
from diversity.embedders import load_embedder
from diversity.embedding import DEFAULT_MODEL, Embedder, Embeddings, embed_steps, given, unit_rows
from diversity.filters import Context
from diversity.fingerprint import fingerprint
from diversity.keywords import cluster_names, keyphrases
from diversity.neighbors import Neighbors, nearest_steps
from diversity.progress import Steps, finish
from diversity.projection import Projection, Umap, project_steps, warm_up
from diversity.store import Store
from diversity.vector_column import vectors_in

Arrays = dict[str, npt.NDArray[Any]]

VERSION = "analysis-2"
WARM_UP_FROM = 200


@dataclass(frozen=True)
class Settings:
    """Every choice that shapes an analysis.

    Parameters
    ----------
    embedder : str
        See `diversity.embedders.load_embedder`.
    vector_column : str, optional
        Column of the dataset that holds a vector for each record; then no model embeds them.
    n_neighbors : int, default=30
        Neighbors a record in the graph that everything else is made from.
    projection : Umap
    clustering : Hdbscan or KMeans
    min_similarity : float, default=0.95
        From this cosine similarity on, two records are near-duplicates.
    """

    embedder: str = DEFAULT_MODEL
    vector_column: str | None = None
    n_neighbors: int = 30
    projection: Umap = field(default_factory=Umap)
    clustering: Hdbscan | KMeans = field(default_factory=Hdbscan)
    min_similarity: float = 0.95


@dataclass(frozen=True, eq=False)
class Analysis:
    """A dataset and all that was found out about it. Row i is record i in every part.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
    embeddings : Embeddings
    neighbors : Neighbors
    projection : Projection or None
        None if no map was asked for.
    clustering : Clustering
    keyphrases : dict of int to tuple of str
        The words that set each cluster apart.
    names : dict of int to str
        A short name for each cluster, distinct from all others.
    duplicates : Duplicates
    fingerprint : str
        Of records, vectors and settings together.
    """

    dataset: Dataset
    settings: Settings
    embeddings: Embeddings
    neighbors: Neighbors
    projection: Projection | None
    clustering: Clustering
    keyphrases: Mapping[int, tuple[str, ...]]
    names: Mapping[int, str]
    duplicates: Duplicates
    fingerprint: str

    def __len__(self) -> int:
        return len(self.dataset)

    def cluster_name(self, label: int) -> str:
        """Name of a cluster; what fits none is ``noise``."""
        return self.names.get(label, "noise")


def context(analysis: Analysis, embedder: Embedder | None = None) -> Context:
    """Let filters ask about an analysis.

    Parameters
    ----------
    analysis : Analysis
    embedder : Embedder, optional
        Embeds the words of a search by meaning; by default the analysis' own model is loaded when
        the first such search is made.
    """

    def embed_query(query: str) -> Float32:
        model = embedder or load_embedder(analysis.settings.embedder)
        vector: Float32 = unit_rows(model.encode([query]))[0]
        return vector

    return Context(
        records=analysis.dataset.records,
        texts=analysis.dataset.texts,
        labels=analysis.clustering.labels,
        cluster_names=analysis.names,
        vectors=analysis.embeddings.vectors,
        coordinates=analysis.projection.coordinates if analysis.projection else None,
        embed_query=embed_query,
    )


def analyze(
    dataset: Dataset,
    settings: Settings | None = None,
    store: Store | None = None,
    *,
    vectors: Float32 | None = None,
    with_map: bool = True,
) -> Analysis:
    """Analyze a dataset and wait for the result; see `analyze_steps`."""
    return finish(analyze_steps(dataset, settings, store, vectors=vectors, with_map=with_map))


def analyze_steps(
    dataset: Dataset,
    settings: Settings | None = None,
    store: Store | None = None,
    *,
    vectors: Float32 | None = None,
    with_map: bool = True,
) -> Steps[Analysis]:
    """Take a dataset through every stage, reporting progress.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings, optional
    store : Store, optional
        Where vectors and finished stages are kept between runs.
    vectors : array of shape (n_records, n_dimensions), optional
        Vectors computed elsewhere; then no model is run.
    with_map : bool, default=True
        Whether to project onto two dimensions, which takes about half of the time after embedding.

    Returns
    -------
    Analysis
    """
    settings = settings or Settings()
    if len(dataset) >= WARM_UP_FROM and with_map:
        threading.Thread(target=warm_up, daemon=True).start()
    embeddings = yield from embedded_steps(dataset, settings, store, vectors)
    name = fingerprint(VERSION, embeddings.fingerprint, settings.n_neighbors)
    stages = _Stages(name, embeddings.vectors, settings, store)
    neighbors = yield from stages.neighbors()
    projection = (yield from stages.projection(neighbors)) if with_map else None
    clustering = yield from stages.clustering(neighbors)
    texts = dataset.texts.tolist()
    phrases = keyphrases(texts, clustering.labels)
    return Analysis(
        dataset=dataset,
        settings=settings,
        embeddings=embeddings,
        neighbors=neighbors,
        projection=projection,
        clustering=clustering,
        keyphrases=phrases,
        names=cluster_names(phrases),
        duplicates=find(texts, embeddings.vectors, neighbors, settings.min_similarity),
        fingerprint=fingerprint(VERSION, dataset.fingerprint, embeddings.fingerprint, settings),
    )


def embedded_steps(
    dataset: Dataset,
    settings: Settings,
    store: Store | None = None,
    vectors: Float32 | None = None,
) -> Steps[Embeddings]:
    """Take the vectors of a dataset from where the settings say; see `analyze_steps`."""
    if settings.vector_column is not None:
        vectors = vectors_in(dataset, settings.vector_column)
        return given(vectors, f"column {settings.vector_column}")
    if vectors is not None:
        return given(vectors, "given vectors")
    return (yield from embed_steps(dataset.texts.tolist(), load_embedder(settings.embedder), store))


@dataclass(frozen=True)
class _Stages:
    """The costly stages after embedding: each is taken from the store, or made and kept there."""

    name: str
    vectors: Float32
    settings: Settings
    store: Store | None

    def neighbors(self) -> Steps[Neighbors]:
        name = fingerprint("neighbors", self.name)
        kept = self._load(name)
        if kept:
            return Neighbors(
                kept["indices"], kept["similarities"], bool(kept["exact"]), float(kept["recall"])
            )
        made = yield from nearest_steps(self.vectors, self.settings.n_neighbors)
        self._save(name, vars(made))
        return made

    def projection(self, neighbors: Neighbors) -> Steps[Projection]:
        method = self.settings.projection
        name = fingerprint("projection", self.name, method)
        kept = self._load(name)
        if kept:
            return Projection(kept["coordinates"], method)
        made = yield from project_steps(self.vectors, neighbors, method)
        self._save(name, {"coordinates": made.coordinates})
        return made

    def clustering(self, neighbors: Neighbors) -> Steps[Clustering]:
        method = self.settings.clustering
        name = fingerprint("clustering", self.name, method)
        kept = self._load(name)
        if kept:
            return Clustering(kept["labels"], kept["strengths"], method)
        made = yield from cluster_steps(self.vectors, neighbors, method)
        self._save(name, {"labels": made.labels, "strengths": made.strengths})
        return made

    def _load(self, name: str) -> Arrays | None:
        kept = (self.store.load(name) if self.store else None) or samples.stages().load(name)
        return {key: frozen(array) for key, array in kept.items()} if kept else None

    def _save(self, name: str, arrays: Mapping[str, object]) -> None:
        if self.store:
            self.store.save(name, {key: np.asarray(value) for key, value in arrays.items()})
