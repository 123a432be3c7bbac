"""What must be computed once, so that scores can follow a filter? Words, bytes, a permutation."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from diversity.arrays import Float32, Int32, Int64, frozen
from diversity.progress import Steps, finish
from diversity.scores.null import Null
from diversity.scores.panel import Panel
from diversity.scores.tokens import number_tokens
from diversity.scores.values import Budget

__all__ = ["Null", "Panel", "prepare", "prepare_steps", "warm"]


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
    if len(texts):
        warm()
    return (yield from _in_order(texts, vectors, labels, random_state))


@cache
def warm() -> None:
    """Compile the kernels and load what they stand on, once a process; `prepare` does it.

    Some six seconds where it never ran before, about one second in each new process afterwards:
    compiled kernels are kept on disk.
    """
    n = 40
    vectors = np.eye(8, dtype=np.float32)[np.arange(n) % 8]
    panel = finish(_in_order(["a word or two"] * n, vectors, np.zeros(n, np.int32), 0))
    panel.scores(np.ones(n, np.bool_))
    panel.null(Budget(n, n), n_draws=2)


def _check_inputs(n_records: int, vectors: Float32 | None, labels: Int32 | None) -> None:
    for name, column in (("vectors", vectors), ("labels", labels)):
        if column is not None and len(column) != n_records:
            raise ValueError(f"{name} has {len(column)} rows for {n_records} texts")
    if vectors is not None and (vectors.ndim != 2 or not np.isfinite(vectors).all()):
        raise ValueError("vectors must be a finite matrix with one row a record")
    if labels is not None and len(labels) and labels.min() < -1:
        raise ValueError(f"labels must be -1 (noise) or greater, not {labels.min()}")


def _in_order(
    texts: Sequence[str], vectors: Float32 | None, labels: Int32 | None, random_state: int
) -> Steps[Panel]:
    """Lay words and bytes in the order in which they are sampled."""
    permutation = np.random.default_rng(random_state).permutation(len(texts)).astype(np.int32)
    ordered = [texts[row] for row in permutation.tolist()]
    tokens = yield from number_tokens(ordered)
    content, offsets = _encode(ordered)
    if vectors is not None:
        vectors = frozen(np.ascontiguousarray(vectors).view())
    return Panel(tokens, content, offsets, vectors, labels, frozen(permutation), random_state)


def _encode(texts: Sequence[str]) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint8]], Int64]:
    encoded = [text.encode("utf-8", "surrogatepass") + b"\n" for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    content = np.frombuffer(b"".join(encoded), np.uint8)
    return content, frozen(offsets)
