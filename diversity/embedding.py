"""Which vector stands for which text? Each distinct text is embedded once, ever, per model."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from diversity.arrays import Bool, Float32, frozen
from diversity.errors import EmbeddingError
from diversity.fingerprint import fingerprint
from diversity.progress import Progress, Steps, finish
from diversity.store import Store
from diversity.vector_cache import Keys, VectorCache, distinct, text_keys

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
BATCH = 256
NO_VECTORS = np.zeros((0, 0), np.float32)

Cache: TypeAlias = VectorCache | None


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """Everything that changes a vector: model, revision, engine. It names the cache."""

    def encode(self, texts: Sequence[str]) -> Float32:
        """Embed texts: one row each, of any length but zero."""

    def truncated(self, texts: Sequence[str]) -> Bool:
        """Tell which texts are longer than the model reads."""


@dataclass(frozen=True, eq=False)
class Embeddings:
    """One unit-length vector a record.

    Parameters
    ----------
    vectors : float32 array of shape (n_records, n_dimensions)
        Read-only; every row has length 1.
    model : str
        The embedder's name.
    truncated : bool array of shape (n_records,)
        Records of which the model read only the beginning.
    """

    vectors: Float32
    model: str
    truncated: Bool

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def n_truncated(self) -> int:
        """Number of records of which the model read only the beginning."""
        return int(self.truncated.sum())

    @property
    def fingerprint(self) -> str:
        """Name of these vectors, for whatever is made from them."""
        return fingerprint("embeddings-1", self.model, self.vectors)


def embed(texts: Sequence[str], embedder: Embedder, store: Store | None = None) -> Embeddings:
    """Embed texts and wait for the result; see `embed_steps`."""
    return finish(embed_steps(texts, embedder, store))


def embed_steps(
    texts: Sequence[str], embedder: Embedder, store: Store | None = None
) -> Steps[Embeddings]:
    """Embed texts, reporting progress.

    Parameters
    ----------
    texts : sequence of str of length n_records
        None of them empty.
    embedder : Embedder
        The model.
    store : Store, optional
        Where vectors are kept between runs. Finished batches are kept even if the work is
        stopped half-way.

    Yields
    ------
    Progress
        Of the distinct texts that no earlier run has embedded.

    Returns
    -------
    Embeddings

    Raises
    ------
    EmbeddingError
        If the model fails, or gives a vector that is zero or not finite.

    Notes
    -----
    Costs one model run a distinct new text, and memory for the vectors.
    """
    texts = list(texts)
    keys = text_keys(texts)
    first, inverse = distinct(keys)
    texts, keys = [texts[row] for row in first], keys[first]
    cache = VectorCache(store, embedder.name) if store else None
    known, vectors = cache.lookup(keys) if cache else (np.zeros(len(keys), bool), NO_VECTORS)
    table = yield from _complete(texts, keys, known, vectors, embedder, cache)
    return Embeddings(
        vectors=frozen(table[inverse]),
        model=embedder.name,
        truncated=frozen(embedder.truncated(texts)[inverse]),
    )


def given(vectors: Float32, name: str) -> Embeddings:
    """Take vectors that were computed elsewhere.

    Parameters
    ----------
    vectors : array of shape (n_records, n_dimensions)
        Any length but zero; they are scaled to unit length.
    name : str
        Where they come from.

    Raises
    ------
    EmbeddingError
        If a row is zero, or not finite; the message names the first such row.
    """
    unit = unit_rows(np.asarray(vectors, np.float32))
    return Embeddings(frozen(unit), name, frozen(np.zeros(len(unit), bool)))


def unit_rows(vectors: Float32) -> Float32:
    """Scale each row to length 1; a row that has no direction is an error that names it."""
    if vectors.ndim != 2 or not vectors.size:
        raise EmbeddingError(
            f"Vectors of shape {vectors.shape} are not a table.",
            "One row a record is needed, all of the same length.",
        )
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    useless = np.flatnonzero(~np.isfinite(length[:, 0]) | (length[:, 0] == 0))
    if len(useless):
        raise EmbeddingError(
            f"The vector of row {useless[0] + 1} is zero or not finite ({len(useless)} such rows).",
            "Leave these rows out or embed them again.",
        )
    unit: Float32 = (vectors / length).astype(np.float32, copy=False)
    return unit


def _complete(
    texts: list[str], keys: Keys, known: Bool, vectors: Float32, embedder: Embedder, cache: Cache
) -> Steps[Float32]:
    """Return a vector for each distinct text: from the cache where known, else from the model."""
    missing = np.flatnonzero(~known)
    if not len(missing):
        return vectors
    fresh = yield from _encoded([texts[row] for row in missing], keys[missing], embedder, cache)
    table = np.empty((len(texts), fresh.shape[1]), np.float32)
    table[missing] = fresh
    if len(vectors):
        table[known] = vectors
    return table


def _encoded(texts: list[str], keys: Keys, embedder: Embedder, cache: Cache) -> Steps[Float32]:
    """Run the model, longest texts first, so that the time left is not promised too short."""
    order = np.argsort([-len(text) for text in texts], kind="stable")
    table = np.empty((0, 0), np.float32)
    start = time.monotonic()
    for done in range(0, len(texts), BATCH):
        yield Progress("embedding", done, len(texts), time.monotonic() - start)
        rows = order[done : done + BATCH]
        fresh = unit_rows(embedder.encode([texts[row] for row in rows]))
        if not done:
            table = np.empty((len(texts), fresh.shape[1]), np.float32)
        table[rows] = fresh
        if cache:
            cache.append(keys[rows], fresh)
    yield Progress("embedding", len(texts), len(texts), time.monotonic() - start)
    return table
