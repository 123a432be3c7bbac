"""What do the kernels get to see of a set? A sample of records, scored on two threads at once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from diversity.arrays import Int32
from diversity.scores.values import Budget, Estimate

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController, threadpool_limits

    from diversity.scores.panel import Panel
    from diversity.scores.text_sample import TextSample

NO_VECTORS = "no embeddings were given"
NO_LABELS = "no groups were given"
SECOND_THREAD = ("chamfer", "dcscore")


@dataclass(frozen=True)
class Sample:
    """A few records of a dataset.

    Parameters
    ----------
    panel : Panel
        The dataset.
    budget : Budget
        What the sample may hold.
    places : ndarray of shape (n_places,), int32
        Which records, as places in the panel's permutation.
    n_for_records, n_for_tokens : int
        How many of them meet each part of the budget.
    """

    panel: "Panel"
    budget: Budget
    places: Int32
    n_for_records: int
    n_for_tokens: int

    @property
    def rows(self) -> Int32:
        """Row numbers of the records that scores of vectors and of groups take."""
        return self.panel.permutation[self.places[: self.n_for_records]]


def estimate(sample: Sample, names: Sequence[str], *, interval: bool) -> dict[str, Estimate]:
    """Score a sample on two threads that take about equally long."""
    pairs = [name for name in names if name in SECOND_THREAD]
    others = [name for name in names if name not in SECOND_THREAD]
    with single_threaded(), ThreadPoolExecutor(1) as beside:
        text = beside.submit(text_scores, sample, names, interval=interval)
        crowds = beside.submit(pair_scores, sample, pairs, interval=interval)
        found = spectral_scores(sample, others, interval=interval)
        found |= pair_scores(sample, others, interval=interval)
        found |= group_scores(sample, others, interval=interval)
        return found | crowds.result() | text.result()


def text_sample(panel: "Panel", places: Int32, n_tokens: int) -> "TextSample":
    """Lay words and bytes end to end; the last record is cut, those without words left out."""
    from diversity.scores.kernels import gather
    from diversity.scores.text_sample import TextSample

    places = places[panel.tokens.lengths[places] > 0]
    tokens, starts = gather(panel.tokens.ids, panel.tokens.offsets, places, n_tokens)
    content, _ = gather(panel.content, panel.content_offsets, places, len(panel.content) + 1)
    return TextSample(tokens, starts, content.tobytes())


def text_scores(sample: Sample, names: Sequence[str], *, interval: bool) -> dict[str, Estimate]:
    """Score the words of a sample."""
    from diversity.scores import text

    wanted = [name for name in names if name in text.NAMES]
    if not wanted:
        return {}
    places = sample.places[: sample.n_for_tokens]
    words = text_sample(sample.panel, places, sample.budget.n_tokens)
    return text.score_text(words, wanted, interval=interval)


def spectral_scores(sample: Sample, names: Sequence[str], *, interval: bool) -> dict[str, Estimate]:
    """Score the directions of the vectors of a sample."""
    from diversity.scores import embedding, kernels

    wanted = [name for name in names if name in embedding.NAMES]
    if not wanted or sample.panel.vectors is None:
        return dict.fromkeys(wanted, Estimate(None, reason=NO_VECTORS))
    vectors = kernels.widened(sample.panel.vectors, sample.rows)
    return embedding.score_embedding(embedding.EmbeddingSample(vectors), wanted, interval=interval)


def pair_scores(sample: Sample, names: Sequence[str], *, interval: bool) -> dict[str, Estimate]:
    """Score the pairs of the first records of a sample."""
    from diversity.scores import kernels, pairwise

    wanted = [name for name in names if name in pairwise.NAMES]
    if not wanted or sample.panel.vectors is None:
        return dict.fromkeys(wanted, Estimate(None, reason=NO_VECTORS))
    vectors = kernels.widened(sample.panel.vectors, sample.rows[: pairwise.N_PAIRED])
    return pairwise.score_pairs(vectors, wanted, interval=interval)


def group_scores(sample: Sample, names: Sequence[str], *, interval: bool) -> dict[str, Estimate]:
    """Score the labels of a sample."""
    from diversity.scores import groups

    wanted = [name for name in names if name in groups.NAMES]
    if not wanted or sample.panel.labels is None:
        return dict.fromkeys(wanted, Estimate(None, reason=NO_LABELS))
    return groups.score_groups_of(sample.panel.labels[sample.rows], wanted, interval=interval)


@dataclass
class _Limit:
    """How many computations want BLAS on one thread, and how to undo it after the last."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    n_users: int = 0
    undo: Callable[[], Any] = lambda: None


_LIMIT = _Limit()


@contextmanager
def single_threaded() -> Iterator[None]:
    """Keep BLAS on one thread: on small matrices several threads only wait for each other.

    The setting is one for the whole process, so of several users at once the first one makes it
    and the last one undoes it.
    """
    with _LIMIT.lock:
        if _LIMIT.n_users == 0:
            _LIMIT.undo = _in_passing(_limited).restore_original_limits
        _LIMIT.n_users += 1
    try:
        yield
    finally:
        with _LIMIT.lock:
            _LIMIT.n_users -= 1
            if _LIMIT.n_users == 0:
                _in_passing(_LIMIT.undo)


def _limited() -> "threadpool_limits":
    return _thread_pools().limit(limits=1, user_api="blas")


def _in_passing(act: Callable[[], Any]) -> Any:  # noqa: ANN401  # whatever the act returns
    """Do something on a thread that ends with it.

    threadpoolctl listens to the first thread that sets a limit, and to no other while that lives:
    a worker that scored once would leave all pages with as many BLAS threads as there are cores.
    """
    with ThreadPoolExecutor(1) as passing:
        return passing.submit(act).result()


@cache
def _thread_pools() -> "ThreadpoolController":
    """Look the loaded BLAS libraries up once: that takes milliseconds."""
    import scipy.linalg  # noqa: F401  # brings a BLAS of its own, which must be found here
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
