"""What if there is no language model? A judge of vectors, wording and style that is none.

It puts texts together that are alike in meaning (cosine similarity), wording (shared stems) and
style (sentences, address, quotation). The weights and the threshold are fitted to what a real
language model put together over the built-in sample: benchmarks/calibrate_embedding_judge.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from diversity.agent.answers import Group, Proposal
from diversity.agent.criteria import Criteria, Criterion
from diversity.agent.judges import Reply, Shown
from diversity.agent.rounds import Cluster
from diversity.agent.traits import STYLE, Traits, shared_words, traits
from diversity.arrays import Float32, Float64, Int32, Int64

NAME = "embedding judge (not an LLM)"
FEATURES = ("similarity of meaning", "shared words", "difference of style")
MOST_STYLE = 3.0


@dataclass(frozen=True)
class Calibration:
    """How the likenesses of two texts add up.

    Parameters
    ----------
    intercept : float
    weights : tuple of float
        Of the `FEATURES`; the sum is the log odds that the judge puts two texts together.
    threshold : float
        Groups merge while the mean log odds between them are above it.
    style_scales : tuple of float
        Typical difference of each trait of `diversity.agent.traits.STYLE`.
    """

    intercept: float
    weights: tuple[float, ...]
    threshold: float
    style_scales: tuple[float, ...]


CRITERIA = Criteria(
    metadata=(
        Criterion("Meaning", "cosine similarity of the vectors", "What the text is about."),
        Criterion("Wording", "share of word stems in common", "Which words it uses."),
    ),
    metrics=(
        Criterion("Style", ", ".join(STYLE), "How it is told: sentences, address, quotation."),
    ),
    origin="fixed: the embedding judge knows no others",
)


class EmbeddingJudge:
    """Groups texts by their vectors, wording and style. Not a language model.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows, by the default embedding model; another model has other similarities.
    calibration : Calibration, optional

    Notes
    -----
    Average linkage on the log odds of all pairs of a round; costs O(K²) a round, milliseconds.
    """

    name = NAME
    is_llm = False

    def __init__(self, vectors: Float32, calibration: Calibration | None = None) -> None:
        self.vectors = vectors
        self.calibration = calibration or shipped()

    def propose(self, shown: Shown, number: int) -> Reply[Proposal]:
        """Name the three things it looks at; they are always the same."""
        return Reply(
            Proposal(
                metadata={one.name: one.definition for one in CRITERIA.metadata},
                metric={one.name: one.definition for one in CRITERIA.metrics},
            )
        )

    def pool(self, proposals: Sequence[Proposal], k: int) -> Reply[Criteria]:
        """Return what it looks at."""
        return Reply(CRITERIA)

    def group(self, shown: Shown, criteria: Criteria, number: int) -> Reply[Sequence[Group]]:
        """Put texts together; the criteria change nothing."""
        described = [traits(text) for text in shown.texts]
        odds = self.log_odds(self.vectors[list(shown.rows)], described)
        labels = cut(odds, self.calibration.threshold)
        groups = [np.flatnonzero(labels == label) for label in dict.fromkeys(labels.tolist())]
        return Reply(
            [self._described(places.astype(np.int64), odds, described) for places in groups]
        )

    def verify(self, shown: Shown, clusters: Sequence[Cluster], number: int) -> None:
        """Say nothing: a second look with the same eyes would see the same."""

    def log_odds(self, vectors: Float32, described: Sequence[Traits]) -> Float64:
        """Compute the log odds that each pair is put together, shape (K, K)."""
        stacked = features(vectors, described, self.calibration.style_scales)
        odds: Float64 = self.calibration.intercept + stacked @ np.array(self.calibration.weights)
        return odds

    def _described(self, places: Int64, odds: Float64, described: Sequence[Traits]) -> Group:
        indices = [int(place) + 1 for place in places]
        if len(indices) == 1:
            return Group(sample_indices=indices, uniqueness_reasoning="like no other shown")
        common = frozenset.intersection(*(described[place].stems for place in places))
        inside = [odds[i, j] for i, j in combinations(places, 2)]
        reason = f"chance to belong together {1 / (1 + np.exp(-np.mean(inside))):.0%}"
        if common:
            reason += f"; in all of them: {', '.join(f'{stem}…' for stem in sorted(common)[:5])}"
        return Group(sample_indices=indices, uniqueness_reasoning=reason)


@cache
def shipped() -> Calibration:
    """Return the calibration that the package ships."""
    held = json.loads(files(__package__).joinpath("embedding_judge.json").read_text("utf-8"))
    return Calibration(
        held["intercept"],
        tuple(held["weights"]),
        held["threshold"],
        tuple(held["style_scales"]),
    )


def features(
    vectors: Float32, described: Sequence[Traits], style_scales: Sequence[float]
) -> Float64:
    """Compute the likenesses of all pairs, shape (K, K, 3), in the order of `FEATURES`."""
    styles = np.array([one.style for one in described]) / np.array(style_scales)
    apart = np.minimum(np.abs(styles[:, None] - styles[None]), MOST_STYLE).mean(axis=2)
    words = np.array([[shared_words(one, other) for other in described] for one in described])
    return np.stack([vectors @ vectors.T, words, apart], axis=2).astype(np.float64)


def cut(odds: Float64, threshold: float) -> Int32:
    """Merge while the mean log odds between two groups are above a threshold: labels from 1."""
    if len(odds) == 1:
        return np.ones(1, np.int32)
    upper = np.triu_indices(len(odds), 1)
    distances = odds.max() - odds[upper]
    tree = linkage(np.maximum(distances, 0), "average")
    return fcluster(tree, odds.max() - threshold, "distance").astype(np.int32)
