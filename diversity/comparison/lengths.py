"""How are groups made equally long? Each text is cut to the length of its peers.

The texts of each group are put in order of length. The text at a rank is cut to the shortest of
those that stand at the same rank of the other groups, so that all groups end with one
distribution of lengths and as little as can be is cut away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from diversity import samples
from diversity.analysis import Analysis, analyze_steps
from diversity.arrays import Int64
from diversity.dataset import Dataset
from diversity.fingerprint import fingerprint
from diversity.progress import Progress, Steps
from diversity.scores.tokens import word_ends
from diversity.store import Store

LONGER = 1.2
GIVEN = "given vectors"
WORDING = "scores of wording, their anchors, words, records that groups share"
MEANING = "scores of vectors and clusters, their anchors, clusters, reference"
WHOLE = "raw scores"


@dataclass(frozen=True)
class Cut:
    """What was cut to match lengths, and which parts of a comparison are of the cut texts.

    Parameters
    ----------
    n_texts : int
        Texts that were cut.
    vectors : bool
        Whether the cut texts were embedded and clustered anew.
    """

    n_texts: int
    vectors: bool

    def as_json(self) -> dict[str, Any]:
        """Say it in plain values."""
        return {
            "n_texts": self.n_texts,
            "of_cut_texts": [WORDING, *([MEANING] if self.vectors else [])],
            "of_whole_texts": [WHOLE, *([] if self.vectors else [MEANING])],
        }

    def sentences(self) -> list[str]:
        """Say it in words."""
        said = [
            f"{self.n_texts:,} texts were cut so that all groups have one distribution of lengths. "
            "All numbers are of the cut texts, but for raw scores; texts are shown whole. What is "
            "left are beginnings, which can be more alike than whole texts."
        ]
        if not self.vectors:
            said.append(
                "The vectors were not made here, so they are still those of the whole texts: "
                "scores of vectors and clusters are not matched in length."
            )
        return said


def matched_steps(
    analysis: Analysis, groups: Mapping[str, Int64], store: Store | None
) -> Steps[tuple[Analysis, Cut]]:
    """Cut texts to equal lengths and analyze them anew."""
    yield Progress("matching lengths", 0, 0, 0.0)
    dataset, n_cut = cut_to_match(analysis.dataset, groups)
    given = analysis.embeddings.vectors if _is_given(analysis) else None
    settings = replace(analysis.settings, vector_column=None)
    again = yield from analyze_steps(dataset, settings, store, vectors=given, with_map=False)
    return again, Cut(n_cut, given is None)


def cut_to_match(dataset: Dataset, groups: Mapping[str, Int64]) -> tuple[Dataset, int]:
    """Cut the texts of groups so that their lengths have one distribution.

    Parameters
    ----------
    dataset : Dataset
    groups : mapping of str to row numbers

    Returns
    -------
    Dataset
        The same records; texts outside the groups are left as they are.
    int
        How many texts were cut.
    """
    texts = dataset.texts.tolist()
    ends = {name: [word_ends(texts[row]) for row in rows] for name, rows in groups.items()}
    lengths = {name: np.array([len(one) for one in found]) for name, found in ends.items()}
    n_cut = 0
    for name, most in targets(lengths).items():
        for row, own, words in zip(groups[name].tolist(), ends[name], most.tolist(), strict=True):
            if words < len(own):
                texts[row] = texts[row][: own[words - 1]]
                n_cut += 1
    cut = pd.Series(texts, dataset.texts.index, dataset.texts.dtype, dataset.texts.name)
    name_of = fingerprint("cut to match", dataset.fingerprint, texts)
    return replace(dataset, texts=cut, fingerprint=name_of), n_cut


def targets(lengths: Mapping[str, Int64]) -> dict[str, Int64]:
    """Find how many words each text of each group keeps, at least one.

    Examples
    --------
    >>> found = targets({"a": np.array([10, 40, 20]), "b": np.array([30, 15, 5])})
    >>> {name: kept.tolist() for name, kept in found.items()}
    {'a': [5, 30, 15], 'b': [30, 15, 5]}
    """
    ordered = {name: np.sort(found) for name, found in lengths.items()}
    kept = {}
    for name, own in lengths.items():
        ranks = np.empty(len(own), np.int64)
        ranks[np.argsort(own, kind="stable")] = np.arange(len(own))
        peers = [_at(ordered[other], ranks, len(own)) for other in lengths]
        kept[name] = np.maximum(1, np.min(peers, axis=0)).astype(np.int64)
    return kept


def _at(ordered: Int64, ranks: Int64, n: int) -> Int64:
    """Take the lengths that stand at the same ranks in another group."""
    places = ((ranks + 0.5) / n * len(ordered)).astype(np.int64)
    found: Int64 = ordered[np.minimum(places, len(ordered) - 1)]
    return found


def _is_given(analysis: Analysis) -> bool:
    """Tell whether the vectors come from somewhere else than the model of the settings."""
    if analysis.settings.vector_column is not None:
        return True
    if analysis.embeddings.model != GIVEN:
        return False
    ours, vectors = samples.vectors(), analysis.embeddings.vectors
    return ours.shape != vectors.shape or not np.allclose(ours, vectors, atol=1e-5)
