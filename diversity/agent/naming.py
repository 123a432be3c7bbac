"""What is each global cluster called? A language model names it, and its evidence is checked.

It sees the cluster's central texts, texts of the clusters nearest to it, and keyphrases of both.
It must cite texts for what it says; what it cites is looked up, and what it should not have said is
noted. No name is final before somebody accepts it: see `diversity.agent.names`.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, TypeAlias

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from diversity.agent.answers import Text
from diversity.agent.budget import NAMED_AT_ONCE
from diversity.agent.crew import in_parallel
from diversity.agent.evidence import Evidence, gathered, messages
from diversity.agent.names import ClusterName, Naming
from diversity.agent.prompting import version
from diversity.agent.traits import traits
from diversity.analysis import Analysis
from diversity.errors import CapReachedError, LLMError, UnauthorizedError
from diversity.llm import ChatModel
from diversity.progress import Progress, Steps, finish
from diversity.usage import Usage

MOST_WORDS = 5


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


def name_clusters(
    analysis: Analysis, model: ChatModel, *, concurrency: int = NAMED_AT_ONCE
) -> Naming:
    """Name all clusters of an analysis and wait; see `name_clusters_steps`."""
    return finish(name_clusters_steps(analysis, model, concurrency=concurrency))


def name_clusters_steps(
    analysis: Analysis, model: ChatModel, *, concurrency: int = NAMED_AT_ONCE
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
    asked = gathered(analysis)
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


def _task(analysis: Analysis, model: ChatModel, held: Evidence, taken: Sequence[str]) -> _Task:
    def ask() -> tuple[ClusterName, Usage, str]:
        try:
            done = model.complete(
                messages(analysis, held, taken), Named, key=f"name {version('name')}"
            )
        except (UnauthorizedError, CapReachedError) as error:
            return _fallback(analysis, held, str(error)), error.usage, str(error)
        except LLMError as error:
            return _fallback(analysis, held, str(error)), error.usage, ""
        return _checked(analysis, held, done.answer), done.usage, ""

    return ask


def _checked(analysis: Analysis, held: Evidence, answer: Named) -> ClusterName:
    """Look up what was cited and note what the answer should not have done."""
    name = " ".join(answer.name.split())
    n = len(held.rows)
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
    texts = " ".join(str(analysis.dataset.texts.iloc[row]) for row in held.rows)
    told = traits(f"{name} {answer.summary}").stems
    return ClusterName(
        cluster=held.cluster,
        name=name,
        summary=" ".join(answer.summary.split()),
        cited=tuple(held.rows[number - 1] for number in cited),
        shown=held.rows,
        neighbors=tuple(held.neighbors),
        keyphrases=tuple(analysis.keyphrases.get(held.cluster, ())),
        supported=len(told & _all_stems(texts)) / len(told) if told else None,
        problems=tuple(problems),
    )


def _all_stems(text: str) -> frozenset[str]:
    step = 4_000
    parts = (traits(text[at : at + step]).stems for at in range(0, len(text), step))
    return frozenset().union(*parts)


def _fallback(analysis: Analysis, held: Evidence, problem: str) -> ClusterName:
    return ClusterName(
        cluster=held.cluster,
        name=analysis.cluster_name(held.cluster),
        shown=held.rows,
        neighbors=tuple(held.neighbors),
        keyphrases=tuple(analysis.keyphrases.get(held.cluster, ())),
        problems=(problem or "was not asked for",),
        by="keyphrases",
    )


def _told_apart(
    analysis: Analysis,
    model: ChatModel,
    asked: Mapping[int, Evidence],
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
