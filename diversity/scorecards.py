"""How do the groups of one dataset score, side by side, at one budget?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Bool, Int64
from diversity.clustering import NOISE
from diversity.errors import EmptyDatasetError, MissingColumnError
from diversity.scores import Budget, Mode, Score, prepare, score, score_groups

ALL = "all"
SMALL = 50


@dataclass(frozen=True)
class GroupScores:
    """One group: how large, how repetitive, and its scores.

    Parameters
    ----------
    n_records : int
        Records in the group.
    duplicate_share : float
        Share that repeats another record of the group to the letter, in [0, 1).
    near_duplicate_share : float
        Share that repeats another record of the group to the letter or nearly, in [0, 1).
    noise_share : float
        Share that fits no cluster, in [0, 1].
    scores : mapping of str to Score
    """

    n_records: int
    duplicate_share: float
    near_duplicate_share: float
    noise_share: float
    scores: Mapping[str, Score]


@dataclass(frozen=True)
class Scorecard:
    """All groups at one budget.

    Parameters
    ----------
    dataset : mapping
        What was scored: sources, text, rows read and kept, model.
    mode : {"matched", "exact", "paper"}
    budget : Budget or None
        What every group was held to; None where all records count.
    groups : mapping of str to GroupScores
        ``all`` if no column was named.
    notes : tuple of str
        What a reader must know to read the numbers.
    """

    dataset: Mapping[str, Any]
    mode: Mode
    budget: Budget | None
    groups: Mapping[str, GroupScores]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Say it in plain values; what is undefined is null, with its reason."""
        return {
            "dataset": dict(self.dataset),
            "mode": self.mode,
            "budget": asdict(self.budget) if self.budget else None,
            "groups": {name: _group_json(group) for name, group in self.groups.items()},
            "notes": list(self.notes),
        }


def scorecard(
    analysis: Analysis,
    by: str | None = None,
    mode: Mode = "matched",
    where: Bool | None = None,
) -> Scorecard:
    """Score a dataset, or each value of one of its columns.

    Parameters
    ----------
    analysis : Analysis
    by : str, optional
        Column whose values are the groups; records without a value are the group ``(none)``.
    mode : {"matched", "exact", "paper"}, default="matched"
        See `diversity.scores.score`.
    where : ndarray of shape (n_records,), bool, optional
        Records to score; all by default. Clusters stay those of the whole dataset.

    Raises
    ------
    MissingColumnError
        If there is no such column.
    EmptyDatasetError
        If no record is left to score.
    """
    rows = _left(_groups(analysis, by), where)
    budget, scores = _scored(analysis, rows, mode)
    groups = {name: _group(analysis, rows[name], scores[name]) for name in rows}
    return Scorecard(_about(analysis), mode, budget, groups, _notes(groups, budget))


def _groups(analysis: Analysis, by: str | None) -> dict[str, Int64]:
    if by is None:
        return {ALL: np.arange(len(analysis), dtype=np.int64)}
    columns = analysis.dataset.columns
    if by not in columns:
        raise MissingColumnError(
            f"There is no column {by!r} to group by.", f"The columns are {', '.join(columns)}."
        )
    return analysis.dataset.groups(by)


def _left(groups: dict[str, Int64], where: Bool | None) -> dict[str, Int64]:
    """Keep the records asked for, and the groups that still have some."""
    if where is None:
        return groups
    kept = {name: rows[where[rows]] for name, rows in groups.items()}
    if not any(map(len, kept.values())):
        raise EmptyDatasetError("No record passes the filter.", "Make it wider.")
    return {name: rows for name, rows in kept.items() if len(rows)}


def _scored(
    analysis: Analysis, rows: Mapping[str, Int64], mode: Mode
) -> tuple[Budget | None, dict[str, dict[str, Score]]]:
    texts = analysis.dataset.texts.tolist()
    vectors, labels = analysis.embeddings.vectors, analysis.clustering.labels
    if mode == "paper":
        published = {
            name: score([texts[row] for row in part], vectors[part], labels[part], mode=mode)
            for name, part in rows.items()
        }
        return None, published
    panel = prepare(texts, vectors, labels)
    budget = panel.budget(*rows.values()) if mode == "matched" else None
    return budget, score_groups(panel, rows, mode)


def _group(analysis: Analysis, rows: Int64, scores: Mapping[str, Score]) -> GroupScores:
    return GroupScores(
        n_records=len(rows),
        duplicate_share=analysis.duplicates.exact_share(rows),
        near_duplicate_share=analysis.duplicates.near_share(rows),
        noise_share=float((analysis.clustering.labels[rows] == NOISE).mean()),
        scores=scores,
    )


def _about(analysis: Analysis) -> dict[str, Any]:
    report = analysis.dataset.report
    return {
        "sources": [source.name for source in report.sources],
        "text": analysis.dataset.text,
        "n_read": report.n_read,
        "n_records": len(analysis),
        "n_left_out": report.n_left_out,
        "n_truncated": analysis.embeddings.n_truncated,
        "embedder": analysis.embeddings.model,
        "n_clusters": analysis.clustering.n_clusters,
        "fingerprint": analysis.fingerprint,
    }


def _notes(groups: Mapping[str, GroupScores], budget: Budget | None) -> tuple[str, ...]:
    smallest = min(groups, key=lambda name: groups[name].n_records)
    if budget is None or len(groups) == 1 or budget.n_records >= SMALL:
        return ()
    return (
        f"The group {smallest!r} has only {groups[smallest].n_records} records, and every group "
        "is held to that budget: the intervals are wide. Leave it out to see more.",
    )


def _group_json(group: GroupScores) -> dict[str, Any]:
    shares = {key: value for key, value in vars(group).items() if key != "scores"}
    return shares | {"scores": {name: _score_json(s) for name, s in group.scores.items()}}


def _score_json(score: Score) -> dict[str, Any]:
    interval = list(score.interval) if score.interval else None
    known = {"value": score.value, "interval": interval}
    return known | ({"reason": score.reason} if score.reason else {})
