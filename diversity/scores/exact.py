"""What are the scores over every record of a set? No budget, no sampling error.

These numbers move with the size of the set and must not be compared across sets. Pairs are
computed block by block, so that memory stays linear in the records.
"""

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int32, Int64
from diversity.scores import embedding, groups, novelsum, pairwise, text
from diversity.scores.panel import Panel, check_names
from diversity.scores.sampling import NO_LABELS, NO_VECTORS, text_sample
from diversity.scores.values import Estimate, Score

EVERYTHING = "every record is counted, so there is no sampling error"
BLOCK_ROWS = 4_096
BLOCK_PAIRS = 1 << 24


def score_exact(
    panel: Panel, rows: Int64 | Bool, names: Sequence[str] | None = None
) -> dict[str, Score]:
    """Score every record of a set (mode ``exact``).

    Parameters
    ----------
    panel : Panel
        The prepared dataset.
    rows : ndarray of int64 row numbers or of shape (n_records,), bool
        The set.
    names : sequence of str, optional
        Scores wanted, default all of them.

    Returns
    -------
    dict of str to Score
        Without intervals.

    Notes
    -----
    `chamfer`, `dcscore` and `novelsum` look at all pairs, in O(n² d) time: a few seconds for
    20,000 records, some minutes for 100,000. All others are linear in the records.
    """
    wanted = check_names(names)
    mask = panel.mask(rows)
    places = np.flatnonzero(mask[panel.permutation]).astype(np.int32)
    ordered = panel.permutation[places]
    estimates = {
        **_text(panel, places, wanted),
        **_embedding(panel, ordered, wanted),
        **_groups(panel, ordered, wanted),
    }
    return {name: _as_score(name, estimates[name]) for name in wanted}


def _text(panel: Panel, places: Int32, names: Sequence[str]) -> dict[str, Estimate]:
    wanted = [name for name in names if name in text.NAMES]
    sample = text_sample(panel, places, len(panel.tokens.ids) + 1)
    return text.score_text(sample, wanted, interval=False)


def _groups(panel: Panel, rows: Int32, names: Sequence[str]) -> dict[str, Estimate]:
    wanted = [name for name in names if name in groups.NAMES]
    if panel.labels is None:
        return dict.fromkeys(wanted, Estimate(None, reason=NO_LABELS))
    return groups.score_groups_of(panel.labels[rows], wanted, interval=False)


def _embedding(panel: Panel, rows: Int32, names: Sequence[str]) -> dict[str, Estimate]:
    spectral = [name for name in names if name in embedding.NAMES]
    paired = [name for name in names if name in pairwise.NAMES]
    if panel.vectors is None:
        return dict.fromkeys([*spectral, *paired], Estimate(None, reason=NO_VECTORS))
    vectors = panel.vectors[rows]
    sample = embedding.EmbeddingSample(vectors)
    return {
        **embedding.score_embedding(sample, spectral, interval=False),
        **_pairs(vectors, paired),
    }


def _pairs(vectors: Float32, names: Sequence[str]) -> dict[str, Estimate]:
    """Compute the pairwise scores from one pass over blocks of rows."""
    n = len(vectors)
    if not names or n < 2:
        return pairwise.score_pairs(vectors.astype(np.float64), names, interval=False)
    sums = dict.fromkeys(names, 0.0)
    step = max(1, BLOCK_PAIRS // n)
    for first in range(0, n, step):
        similarities = vectors[first : first + step] @ vectors.T
        for name in names:
            sums[name] += _SUMS[name](similarities, first)
    return {
        name: Estimate(sums[name] / n, n_records=n, parameters=pairwise.PARAMETERS[name])
        for name in names
    }


def _chamfer_sum(similarities: Float32, first: int) -> float:
    others = similarities.copy()
    own = np.arange(len(others))
    others[own, first + own] = -np.inf
    return float(np.maximum(1 - others.max(axis=1).astype(np.float64), 0).sum())


def _dcscore_sum(similarities: Float32, first: int) -> float:
    closeness = np.exp((similarities - 1) / np.float32(pairwise.TEMPERATURE))
    own = np.arange(len(closeness))
    crowds: Float64 = closeness.sum(axis=1, dtype=np.float64)
    return float((closeness[own, first + own] / crowds).sum())


def _novelsum_sum(similarities: Float32, first: int) -> float:
    del first
    distances = np.maximum(1 - similarities, 0)
    return float(novelsum.novelsum_terms(distances).value.sum())


_SUMS = {"chamfer": _chamfer_sum, "dcscore": _dcscore_sum, "novelsum": _novelsum_sum}


def _as_score(name: str, estimate: Estimate) -> Score:
    reason = estimate.reason if estimate.value is None else EVERYTHING
    return Score(
        name, estimate.value, None, estimate.n_records, None, "exact",
        MappingProxyType(dict(estimate.parameters)), reason,
    )  # fmt: skip
