"""How is a set of records scored, in each of the three modes?"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

from diversity.arrays import Bool, Float32, Int32, Int64
from diversity.scores.live import prepare
from diversity.scores.panel import Panel, check_names
from diversity.scores.values import Budget, Mode, Score

AS_PUBLISHED = "the reference implementation has no interval"


def score(
    texts: Iterable[str],
    vectors: Float32 | None = None,
    labels: Int32 | None = None,
    *,
    mode: Mode = "matched",
    budget: Budget | None = None,
    names: Iterable[str] | None = None,
    random_state: int = 0,
) -> dict[str, Score]:
    """Score a set of records.

    Parameters
    ----------
    texts : iterable of str
        One a record.
    vectors : ndarray of shape (n_records, n_dimensions), float32, optional
        Unit rows.
    labels : ndarray of shape (n_records,), int32, optional
        Group of each record, -1 for noise.
    mode : {"matched", "exact", "paper"}, default="matched"
        At a fixed budget, over all records, or as the reference implementation does it.
    budget : Budget, optional
        For mode ``matched``; default is the largest that the set fills, up to 4,000 records and
        200,000 tokens. Two sets are comparable at one budget only: see `score_groups`.
    names : iterable of str, optional
        Scores wanted, default all of them.
    random_state : int, default=0
        Decides the order in which records are sampled.

    Returns
    -------
    dict of str to Score
        In the order of the registry. An undefined score has the value None and a reason.

    Raises
    ------
    ValueError
        For an unknown mode or name, and for arrays that do not fit the texts.

    Examples
    --------
    >>> from diversity.scores import score
    >>> score(["the cat sat on the mat"], names=["distinct_1"])["distinct_1"].value
    0.8333333333333334
    """
    texts = list(texts)
    if mode == "paper":
        return _paper(texts, vectors, labels, check_names(names))
    panel = prepare(texts, vectors, labels, random_state=random_state)
    everything = np.ones(len(texts), np.bool_)
    return _in_mode(panel, everything, mode, budget or panel.budget(everything), names)


def score_groups(
    panel: Panel,
    groups: Mapping[str, Int64 | Bool],
    mode: Mode = "matched",
    *,
    names: Iterable[str] | None = None,
) -> dict[str, dict[str, Score]]:
    """Score several sets of records so that their numbers can be compared.

    Parameters
    ----------
    panel : Panel
        The prepared dataset.
    groups : mapping of str to rows
        Row numbers or a mask for each named set.
    mode : {"matched", "exact"}, default="matched"
        ``matched`` takes all sets at the largest budget that the smallest of them fills.
    names : iterable of str, optional
        Scores wanted, default all of them.

    Returns
    -------
    dict of str to dict of str to Score
        The panel of each set.

    Raises
    ------
    ValueError
        For an unknown name or mode; ``paper`` needs the texts, see `score`.
    """
    budget = panel.budget(*groups.values())
    names = None if names is None else list(names)
    return {name: _in_mode(panel, rows, mode, budget, names) for name, rows in groups.items()}


def _in_mode(
    panel: Panel, rows: Int64 | Bool, mode: Mode, budget: Budget, names: Iterable[str] | None
) -> dict[str, Score]:
    if mode == "matched":
        return panel.scores(rows, budget=budget, names=names)
    if mode == "exact":
        from diversity.scores.exact import score_exact

        return score_exact(panel, rows, check_names(names))
    raise ValueError(f"mode must be 'matched' or 'exact' here, not {mode!r}")


def _paper(
    texts: list[str], vectors: Float32 | None, labels: Int32 | None, names: list[str]
) -> dict[str, Score]:
    from diversity.scores.paper import score_paper

    scores = {}
    for name in names:
        found = score_paper(name, texts, vectors, labels)
        reason = found.reason or AS_PUBLISHED
        scores[name] = Score(
            name, found.value, None, found.n_records, None, "paper", MappingProxyType({}), reason
        )
    return scores
