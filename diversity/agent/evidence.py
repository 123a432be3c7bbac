"""What is a language model shown of a cluster that it shall name? Texts, neighbours, keyphrases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diversity.agent.plans import CUT
from diversity.agent.prompting import fenced_json, fenced_samples, filled
from diversity.analysis import Analysis
from diversity.arrays import Float32, Int32
from diversity.exemplars import central
from diversity.llm import Message

N_SAMPLES = 8
N_NEIGHBORS = 3
N_NEIGHBOR_SAMPLES = 2
N_PHRASES = 8
MOST_CHARACTERS = 1_000


@dataclass(frozen=True)
class Evidence:
    """What the model is shown of a cluster.

    Parameters
    ----------
    cluster : int
    rows : tuple of int
        Its most central records.
    neighbors : mapping of int to tuple of int
        The clusters nearest to it, and central records of each.
    """

    cluster: int
    rows: tuple[int, ...]
    neighbors: Mapping[int, tuple[int, ...]]


def gathered(analysis: Analysis) -> dict[int, Evidence]:
    """Choose the texts that speak for each cluster, and for those nearest to it."""
    vectors, labels = analysis.embeddings.vectors, analysis.clustering.labels
    clusters = [cluster for cluster in np.unique(labels).tolist() if cluster != -1]
    shown = {
        cluster: tuple(central(vectors, labels, cluster, N_SAMPLES).tolist())
        for cluster in clusters
    }
    found = {}
    for cluster, nearest in zip(clusters, _nearest(vectors, labels, clusters), strict=True):
        neighbors = {clusters[i]: shown[clusters[i]][:N_NEIGHBOR_SAMPLES] for i in nearest}
        found[cluster] = Evidence(cluster, shown[cluster], neighbors)
    return found


def messages(analysis: Analysis, held: Evidence, taken: Sequence[str] = ()) -> list[Message]:
    """Write the prompt that asks for a name.

    Parameters
    ----------
    analysis : Analysis
    held : Evidence
    taken : sequence of str
        Names that other clusters have.

    Notes
    -----
    Keyphrases and names come from texts, so they are fenced like texts.
    """
    rows = [*held.rows, *(row for rows in held.neighbors.values() for row in rows)]
    about = fenced_json(_about(analysis, held, taken), "about")
    return filled(
        "name",
        about=about["about"],
        about_fence=about["fence"],
        **fenced_samples([_shown(analysis.dataset.texts.iloc[row]) for row in rows]),
    )


def _nearest(vectors: Float32, labels: Int32, clusters: Sequence[int]) -> list[list[int]]:
    """Find the places of the clusters nearest to each, by their mean vectors."""
    means = np.array([vectors[labels == cluster].mean(axis=0) for cluster in clusters])
    means = means.reshape(len(clusters), -1)
    means /= np.linalg.norm(means, axis=1, keepdims=True) + 1e-12
    likeness = means @ means.T
    np.fill_diagonal(likeness, -np.inf)
    n = min(N_NEIGHBORS, len(clusters) - 1)
    return [row.tolist() for row in np.argsort(-likeness, axis=1, kind="stable")[:, :n]]


def _about(analysis: Analysis, held: Evidence, taken: Sequence[str]) -> dict[str, object]:
    """Say how large the cluster is, which samples are whose, and what words are typical."""
    start, neighbors = len(held.rows) + 1, []
    for other, rows in held.neighbors.items():
        samples = list(range(start, start + len(rows)))
        neighbors.append({"samples": samples, "keyphrases": _phrases(analysis, other)})
        start += len(rows)
    size = int((analysis.clustering.labels == held.cluster).sum())
    return {
        "cluster": {
            "texts": size,
            "samples": list(range(1, len(held.rows) + 1)),
            "keyphrases": _phrases(analysis, held.cluster),
        },
        "neighbours": neighbors,
        "names_taken": list(taken),
    }


def _phrases(analysis: Analysis, cluster: int) -> list[str]:
    return list(analysis.keyphrases.get(cluster, ())[:N_PHRASES])


def _shown(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + CUT
