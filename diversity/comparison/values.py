"""What does a comparison say? Each score of each group, each difference, and why they differ."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from diversity.arrays import Int32
from diversity.comparison.anchors import Anchor
from diversity.scores import Budget, Score

Raw: TypeAlias = Mapping[str, Mapping[str, Score]]


@dataclass(frozen=True)
class Group:
    """One of the compared groups.

    Parameters
    ----------
    name : str
    n_records : int
    duplicate_share, near_duplicate_share : float
        Share that repeats another record of the group, to the letter or nearly, in [0, 1).
    noise_share : float
        Share that fits no cluster, in [0, 1].
    mean_words : float
        Words of a text on average.
    """

    name: str
    n_records: int
    duplicate_share: float
    near_duplicate_share: float
    noise_share: float
    mean_words: float


@dataclass(frozen=True)
class Difference:
    """One score of two groups.

    Parameters
    ----------
    a, b : str
        The groups.
    difference : float or None
        Value of `a` less value of `b`; None where one of them is undefined.
    interval : (float, float) or None
        95 % interval of the difference.
    p : float or None
        How often a random deal of the records differs at least as much.
    p_holm : float or None
        The same, adjusted for all scores of this pair (Holm).
    reason : str, default=""
        Why something is None.
    """

    a: str
    b: str
    difference: float | None
    interval: tuple[float, float] | None
    p: float | None
    p_holm: float | None
    reason: str = ""


@dataclass(frozen=True)
class ComparedScore:
    """One score of all groups at one budget."""

    name: str
    values: Mapping[str, Score]
    pairs: tuple[Difference, ...]


@dataclass(frozen=True)
class Separation:
    """A cluster, or a word or phrase, that one group has more of than another.

    Parameters
    ----------
    name : str
    shares : mapping of str to float
        For each group, the share of its records in the cluster, or of its words.
    a, b : str
        The groups that `log_odds` compares; `b` may be all others together.
    log_odds : float
        Natural logarithm of the odds in `a` over the odds in `b`.
    interval : (float, float)
        95 % interval of it.
    q : float
        Share of false claims if this one and all clearer ones are made (Benjamini and Hochberg).
    label : int, default=-1
        The cluster; -1 for a phrase.
    """

    name: str
    shares: Mapping[str, float]
    a: str
    b: str
    log_odds: float
    interval: tuple[float, float]
    q: float
    label: int = -1

    @property
    def in_a(self) -> float:
        """Share in the first group."""
        return self.shares[self.a]


@dataclass(frozen=True)
class Leak:
    """What two groups share.

    Parameters
    ----------
    a, b : str
    of_a, of_b : float
        Share of the records of each that repeat one of the other, to the letter or nearly.
    examples : tuple of (int, int)
        Rows of a and of b that repeat each other, a few.
    """

    a: str
    b: str
    of_a: float
    of_b: float
    examples: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Comparison:
    """Groups of one dataset, side by side.

    Parameters
    ----------
    about : mapping
        What was compared: dataset, column, filter, seed, number of deals, whether lengths match.
    groups : tuple of Group
    budget : Budget
        What every group was held to.
    scores : mapping of str to ComparedScore
        Every score of the panel, and ``near_duplicate_share`` of as many records.
    clusters, phrases : tuple of Separation
        The largest differences first.
    leaks : tuple of Leak
    confounders : mapping
        What else differs: lengths, repeats, noise, records that groups share.
    conclusion : tuple of str
        What can and cannot be concluded, in sentences.
    notes : tuple of str
        What a reader must know to read the numbers.
    within : mapping or None
        The same scores within each value of a key; see `diversity.comparison.within`.
    reference : mapping or None
        Each group against a reference; see `diversity.comparison.against`.
    anchors : mapping of str to Anchor
        Between which ends each score lies at this budget; see `diversity.comparison.anchors`.
    raw : mapping of str to mapping of str to Score, or None
        Each score of each group over all its records, texts whole; None where nobody asked. Size
        alone moves these.
    labels : ndarray of int32
        Cluster of every record of the dataset as it was compared: of cut texts where lengths were
        matched; -1 is noise.
    """

    about: Mapping[str, Any]
    groups: tuple[Group, ...]
    budget: Budget
    scores: Mapping[str, ComparedScore]
    clusters: tuple[Separation, ...]
    phrases: tuple[Separation, ...]
    leaks: tuple[Leak, ...]
    confounders: Mapping[str, Any]
    conclusion: tuple[str, ...]
    notes: tuple[str, ...]
    within: Any = None
    reference: Any = None
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    raw: Raw | None = None
    labels: Int32 = field(default_factory=lambda: np.empty(0, np.int32), compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the groups."""
        return tuple(group.name for group in self.groups)

    def with_raw(self, raw: Raw) -> "Comparison":
        """Return the same comparison with the scores of all records beside it."""
        return replace(self, raw=raw)

    def as_json(self) -> dict[str, Any]:
        """Say it in plain values; what is undefined is null, with its reason."""
        return {
            "about": dict(self.about),
            "groups": [asdict(group) for group in self.groups],
            "budget": asdict(self.budget),
            "scores": {name: _score_json(score) for name, score in self.scores.items()},
            "clusters": [_separation_json(one) for one in self.clusters],
            "phrases": [_separation_json(one) for one in self.phrases],
            "leaks": [asdict(leak) for leak in self.leaks],
            "confounders": dict(self.confounders),
            "conclusion": list(self.conclusion),
            "notes": list(self.notes),
            "within": self.within.as_json() if self.within else None,
            "reference": self.reference.as_json() if self.reference else None,
            "anchors": {name: asdict(anchor) for name, anchor in self.anchors.items()},
            "raw": _raw_json(self.raw) if self.raw else None,
        }


def _score_json(score: ComparedScore) -> dict[str, Any]:
    return {
        "values": {
            group: {
                "value": found.value,
                "interval": list(found.interval) if found.interval else None,
            }
            | ({"reason": found.reason} if found.reason else {})
            for group, found in score.values.items()
        },
        "pairs": [_without_empty_reason(asdict(pair)) for pair in score.pairs],
    }


def _raw_json(raw: Raw) -> dict[str, Any]:
    return {
        name: {
            group: {"value": score.value, "n_records": score.n_records}
            | ({"reason": score.reason} if score.value is None else {})
            for group, score in values.items()
        }
        for name, values in raw.items()
    }


def _without_empty_reason(pair: dict[str, Any]) -> dict[str, Any]:
    return pair if pair["reason"] else {k: v for k, v in pair.items() if k != "reason"}


def _separation_json(one: Separation) -> dict[str, Any]:
    return {key: dict(v) if key == "shares" else v for key, v in vars(one).items()}
