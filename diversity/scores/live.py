"""What must be computed once, so that scores can follow a filter? Words, bytes, a permutation."""

from collections.abc import Sequence

import numpy as np

from diversity.arrays import Float32, Int32, Int64, frozen
from diversity.progress import Steps, finish
from diversity.scores.panel import Null, Panel
from diversity.scores.tokens import number_tokens

__all__ = ["Null", "Panel", "prepare", "prepare_steps"]


def prepare(
    texts: Sequence[str],
    vectors: Float32 | None = None,
    labels: Int32 | None = None,
    *,
    random_state: int = 0,
) -> Panel:
    """Make a dataset ready for scoring.

    Parameters
    ----------
    texts : sequence of str
        One a record.
    vectors : ndarray of shape (n_records, n_dimensions), float32, optional
        Unit rows; without them embedding scores are undefined.
    labels : ndarray of shape (n_records,), int32, optional
        Group of each record, -1 for noise; without them group scores are undefined.
    random_state : int, default=0
        Decides the permutation that samples are taken along.

    Returns
    -------
    Panel
        Holds the words as numbers and the texts as bytes, about 1.5 times the texts' size.

    Raises
    ------
    ValueError
        Where lengths differ, vectors are not finite, or a label is below -1.
    """
    return finish(prepare_steps(texts, vectors, labels, random_state=random_state))


def prepare_steps(
    texts: Sequence[str],
    vectors: Float32 | None = None,
    labels: Int32 | None = None,
    *,
    random_state: int = 0,
) -> Steps[Panel]:
    """Do what `prepare` does and report progress."""
    _check_inputs(len(texts), vectors, labels)
    tokens = yield from number_tokens(texts)
    content, offsets = _encode(texts)
    permutation = np.random.default_rng(random_state).permutation(len(texts))
    return Panel(
        tokens, content, offsets, vectors, labels, frozen(permutation.astype(np.int64)),
        random_state,
    )  # fmt: skip


def _check_inputs(n_records: int, vectors: Float32 | None, labels: Int32 | None) -> None:
    for name, column in (("vectors", vectors), ("labels", labels)):
        if column is not None and len(column) != n_records:
            raise ValueError(f"{name} has {len(column)} rows for {n_records} texts")
    if vectors is not None and (vectors.ndim != 2 or not np.isfinite(vectors).all()):
        raise ValueError("vectors must be a finite matrix with one row a record")
    if labels is not None and len(labels) and labels.min() < -1:
        raise ValueError(f"labels must be -1 (noise) or greater, not {labels.min()}")


def _encode(texts: Sequence[str]) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint8]], Int64]:
    encoded = [text.encode("utf-8", "surrogatepass") + b"\n" for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    content = np.frombuffer(b"".join(encoded), np.uint8)
    return content, frozen(offsets)
