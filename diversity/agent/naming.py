"""What is each global cluster called? A language model names it, and its evidence is checked.

It sees the cluster's central texts, texts of the clusters nearest to it, and keyphrases of both.
It must cite texts for what it says; what it cites is looked up, and what it should not have said is
noted. No name is final before somebody accepts it: see `diversity.agent.names`.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, TypeAlias

import numpy as np
from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from diversity.agent.answers import Text
from diversity.agent.crew import in_parallel
from diversity.agent.names import ClusterName, Naming
from diversity.agent.plans import CUT
from diversity.agent.prompting import fenced_samples, filled, version
from diversity.agent.traits import traits
from diversity.analysis import Analysis
from diversity.errors import CapReachedError, LLMError, UnauthorizedError
from diversity.exemplars import central
from diversity.llm import ChatModel, Message
from diversity.progress import Progress, Steps, finish
from diversity.usage import Usage

MOST_WORDS = 5
N_SAMPLES = 8
N_NEIGHBORS = 3
N_NEIGHBOR_SAMPLES = 2
N_PHRASES = 8
MOST_CHARACTERS = 1_000


def _as_list(held: object) -> object:
    return held if isinstance(held, list) else [held]


class Named(BaseModel):
    """A name as the model gives it."""

    name: str = Field(min_length=1, max_length=200)
    summary: Text = ""
    cited_samples: Annotated[list[int], BeforeValidator(_as_list)] = Field(
        default_factory=list,
        validation_alias=AliasChoices("cited_samples", "cited", "citations", "samples"),
    )


_Task: TypeAlias = Callable[[], tuple[ClusterName, Usage, str]]


def name_clusters(analysis: Analysis, model: ChatModel, *, concurrency: int = 8) -> Naming:
    """Name all clusters of an analysis and wait; see `name_clusters_steps`."""
    return finish(name_clusters_steps(analysis, model, concurrency=concurrency))


def name_clusters_steps(
    analysis: Analysis, model: ChatModel, *, concurrency: int = 8
) -> Steps[Naming]:
    """Let a language model name all clusters of an analysis.

    Parameters
    ----------
    analysis : Analysis
    model : ChatModel
    concurrency : int, default=8
        Calls in flight at most.

    Returns
    -------
    Naming
        Where the model gave no usable name, the keyphrases stay the name, and `problems` says why.

    Notes
    -----
    One call a cluster, and one more for each that got a name another already has.
    """
    began_s = time.perf_counter()
    asked = _all_asked(analysis)
    found: dict[int, tuple[ClusterName, Usage, str]] = {}
    order = list(asked)
    tasks: list[_Task] = [_task(analysis, model, asked[cluster], ()) for cluster in order]
    stopped: list[str] = []
    for place, outcome in in_parallel(_while_not(stopped, tasks), concurrency):
        found[order[place]] = outcome
        stopped += [outcome[2]] if outcome[2] else []
        elapsed = time.perf_counter() - began_s
        yield Progress("naming clusters", len(found), len(order), elapsed)
    usage = sum((spent for _, spent, _ in found.values()), Usage())
    names = {
        cluster: found[cluster][0] if cluster in found else _fallback(analysis, asked[cluster], "")
        for cluster in order
    }
    if not stopped:
        names, spent = _told_apart(analysis, model, asked, names)
        usage += spent
    return Naming(_distinct(names), {}, model.name, usage, stopped[0] if stopped else "")


@dataclass(frozen=True)
class _Asked:
    """What the model is shown of a cluster."""

    cluster: int
    rows: tuple[int, ...]
    neighbors: Mapping[int, tuple[int, ...]]


def _all_asked(analysis: Analysis) -> dict[int, _Asked]:
    """Choose the texts that speak for each cluster, and for those nearest to it."""
    vectors, labels = analysis.embeddings.vectors, analysis.clustering.labels
    clusters = [cluster for cluster in np.unique(labels).tolist() if cluster != -1]
    shown = {
        cluster: tuple(central(vectors, labels, cluster, N_SAMPLES).tolist())
        for cluster in clusters
    }
    means = np.array([vectors[labels == cluster].mean(axis=0) for cluster in clusters])
    means = means.reshape(len(clusters), -1)
    means /= np.linalg.norm(means, axis=1, keepdims=True) + 1e-12
    asked = {}
    for place, cluster in enumerate(clusters):
        likeness = means @ means[place]
        likeness[place] = -np.inf
        nearest = np.argsort(-likeness, kind="stable")[: min(N_NEIGHBORS, len(clusters) - 1)]
        neighbors = {clusters[i]: shown[clusters[i]][:N_NEIGHBOR_SAMPLES] for i in nearest}
        asked[cluster] = _Asked(cluster, shown[cluster], neighbors)
    return asked


def _messages(analysis: Analysis, asked: _Asked, taken: Sequence[str]) -> list[Message]:
    texts = [*asked.rows, *(row for rows in asked.neighbors.values() for row in rows)]
    shown = [_shown(analysis.dataset.texts.iloc[row]) for row in texts]
    lines, start = [], len(asked.rows) + 1
    for other, rows in asked.neighbors.items():
        phrases = _phrases(analysis, other)
        lines.append(f"- samples {start} to {start + len(rows) - 1}; keyphrases: {phrases}")
        start += len(rows)
    lines += [f"- another cluster has the name {name!r}: choose another" for name in taken]
    size = int((analysis.clustering.labels == asked.cluster).sum())
    return filled(
        "name",
        about=f"It has {size:,} texts; samples 1 to {len(asked.rows)} are its most central. "
        f"Keyphrases: {_phrases(analysis, asked.cluster)}",
        neighbors="\n".join(lines) or "There are none.",
        **fenced_samples(shown),
    )


def _shown(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + CUT


def _phrases(analysis: Analysis, cluster: int) -> str:
    return ", ".join(analysis.keyphrases.get(cluster, ())[:N_PHRASES]) or "none"


def _task(analysis: Analysis, model: ChatModel, asked: _Asked, taken: Sequence[str]) -> _Task:
    def ask() -> tuple[ClusterName, Usage, str]:
        try:
            done = model.complete(
                _messages(analysis, asked, taken), Named, key=f"name {version('name')}"
            )
        except (UnauthorizedError, CapReachedError) as error:
            return _fallback(analysis, asked, str(error)), error.usage, str(error)
        except LLMError as error:
            return _fallback(analysis, asked, str(error)), error.usage, ""
        return _checked(analysis, asked, done.answer), done.usage, ""

    return ask


def _checked(analysis: Analysis, asked: _Asked, answer: Named) -> ClusterName:
    """Look up what was cited and note what the answer should not have done."""
    name = " ".join(answer.name.split())
    n = len(asked.rows)
    cited = [number for number in dict.fromkeys(answer.cited_samples) if 1 <= number <= n]
    wrong = [number for number in dict.fromkeys(answer.cited_samples) if not 1 <= number <= n]
    problems = []
    if wrong:
        numbers = ", ".join(map(str, wrong))
        problems.append(f"cited no text of the cluster: sample {numbers}")
    if len(cited) < min(2, n):
        problems.append(f"cited {len(cited)} texts of the cluster")
    if len(name.split()) > MOST_WORDS:
        problems.append(f"has more than {MOST_WORDS} words")
    texts = " ".join(str(analysis.dataset.texts.iloc[row]) for row in asked.rows)
    told = traits(f"{name} {answer.summary}").stems
    return ClusterName(
        cluster=asked.cluster,
        name=name,
        summary=" ".join(answer.summary.split()),
        cited=tuple(asked.rows[number - 1] for number in cited),
        shown=asked.rows,
        neighbors=tuple(asked.neighbors),
        keyphrases=tuple(analysis.keyphrases.get(asked.cluster, ())),
        supported=len(told & _all_stems(texts)) / len(told) if told else None,
        problems=tuple(problems),
    )


def _all_stems(text: str) -> frozenset[str]:
    step = 4_000
    parts = (traits(text[at : at + step]).stems for at in range(0, len(text), step))
    return frozenset().union(*parts)


def _fallback(analysis: Analysis, asked: _Asked, problem: str) -> ClusterName:
    return ClusterName(
        cluster=asked.cluster,
        name=analysis.cluster_name(asked.cluster),
        shown=asked.rows,
        neighbors=tuple(asked.neighbors),
        keyphrases=tuple(analysis.keyphrases.get(asked.cluster, ())),
        problems=(problem or "was not asked for",),
        by="keyphrases",
    )


def _told_apart(
    analysis: Analysis,
    model: ChatModel,
    asked: Mapping[int, _Asked],
    names: Mapping[int, ClusterName],
) -> tuple[dict[int, ClusterName], Usage]:
    """Ask again for a name that another cluster already has."""
    kept: dict[int, ClusterName] = {}
    usage = Usage()
    for cluster, named in names.items():
        taken = [other.name for other in kept.values()]
        if named.by == "model" and named.name.casefold() in map(str.casefold, taken):
            again, spent, fatal = _task(analysis, model, asked[cluster], [named.name])()
            usage += spent
            named = again if again.by == "model" and not fatal else named
        kept[cluster] = named
    return kept, usage


def _distinct(names: Mapping[int, ClusterName]) -> dict[int, ClusterName]:
    """Add a keyphrase, or the number, where two are still called the same."""
    kept: dict[int, ClusterName] = {}
    for cluster, named in names.items():
        taken = {other.name.casefold() for other in kept.values()}
        choices = [named.name, *(f"{named.name} ({phrase})" for phrase in named.keyphrases)]
        free = [choice for choice in choices if choice.casefold() not in taken]
        name = free[0] if free else f"{named.name} {cluster}"
        if name != named.name:
            problems = (*named.problems, f"was called {named.name!r} like another cluster")
            named = replace(named, name=name, problems=problems)
        kept[cluster] = named
    return kept


def _while_not(stopped: Sequence[str], tasks: Sequence[_Task]) -> Iterator[_Task]:
    for task in tasks:
        if stopped:
            return
        yield task
