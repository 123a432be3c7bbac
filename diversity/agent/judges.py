"""Who judges which texts belong together? A language model, or a stand-in that is none.

A `Judge` answers the four questions of the cluster-agent: propose criteria, pool them, group
texts, verify groups. `LLMJudge` asks a `ChatModel`; `EmbeddingJudge` needs none.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from diversity.agent.answers import (
    Group,
    Grouping,
    Pooled,
    Proposal,
    Sentences,
    Verdict,
    Verdicts,
)
from diversity.agent.criteria import Criteria, Criterion
from diversity.agent.prompting import fenced, fenced_json, fenced_samples, filled, version
from diversity.agent.rounds import Cluster
from diversity.llm import ChatModel, Completion, Message
from diversity.llm.chat import A
from diversity.usage import Usage

T = TypeVar("T")
MOST_IN_A_LINE = 600
SPELLING = {"other names"}


@dataclass(frozen=True)
class Shown:
    """The texts a judge is shown.

    Parameters
    ----------
    rows : tuple of int
        Their rows in the dataset.
    texts : tuple of str
        In the order shown; cut where they were too long.
    """

    rows: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Reply(Generic[T]):
    """An answer and what it cost.

    Parameters
    ----------
    answer : object
    usage : Usage
    form : mapping of str to int
        How often it had to be asked for again (``asked_again``), and whether its form had to be
        overlooked (``mended``).
    """

    answer: T
    usage: Usage = field(default_factory=Usage)
    form: Mapping[str, int] = field(default_factory=dict)


class Judge(Protocol):
    """Answers the questions of the cluster-agent. Its methods may be called from any thread.

    Each may raise a subclass of `diversity.errors.LLMError`.
    """

    @property
    def name(self) -> str:
        """What it is called in results."""

    @property
    def is_llm(self) -> bool:
        """Whether a language model answers."""

    def propose(self, shown: Shown, number: int) -> Reply[Proposal]:
        """Propose criteria for texts like these."""

    def pool(self, proposals: Sequence[Proposal], k: int) -> Reply[Criteria]:
        """Pool proposals into k metadata and k metrics, each with its guiding sentence."""

    def group(self, shown: Shown, criteria: Criteria, number: int) -> Reply[Sequence[Group]]:
        """Put texts together that belong together."""

    def verify(
        self, shown: Shown, clusters: Sequence[Cluster], number: int
    ) -> Reply[Sequence[Verdict]] | None:
        """Say of each group whether its texts really belong together; None from one that does not.

        Every group stands then, and none counts as verified.
        """


@dataclass(frozen=True)
class LLMJudge:
    """A judge that asks a language model, with the prompts of `diversity.agent.prompting`.

    Parameters
    ----------
    model : ChatModel
    """

    model: ChatModel
    is_llm: bool = field(default=True, init=False)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def propose(self, shown: Shown, number: int) -> Reply[Proposal]:
        """Ask for criteria; one call."""
        done = self._ask("propose", Proposal, number, **fenced_samples(shown.texts))
        return Reply(done.answer, done.usage, _form(done))

    def pool(self, proposals: Sequence[Proposal], k: int) -> Reply[Criteria]:
        """Ask to pool the metadata, to pool the metrics, and for the sentences: three calls."""
        gathered = fenced_json(_gathered([one.metadata for one in proposals]), "proposals")
        metadata = self._ask("pool_metadata", Pooled, k, k=k, **gathered)
        gathered = fenced_json(_gathered([one.metric for one in proposals]), "proposals")
        metrics = self._ask("pool_metrics", Pooled, k, k=k, **gathered)
        chosen = {
            "metadata": _first(metadata.answer.criteria, k),
            "metric": _first(metrics.answer.criteria, k),
        }
        summed = self._ask("sentences", Sentences, k, **fenced_json(chosen, "criteria"))
        criteria = Criteria(
            _with_sentences(chosen["metadata"], summed.answer.metadata),
            _with_sentences(_apart(chosen), summed.answer.metric),
            _origin(self.name, proposals, metadata.answer, metrics.answer, k),
        )
        return Reply(criteria, metadata.usage + metrics.usage + summed.usage)

    def group(self, shown: Shown, criteria: Criteria, number: int) -> Reply[Sequence[Group]]:
        """Ask for groups; one call."""
        done = self._ask("group", Grouping, number, **grouping_slots(shown, criteria))
        return Reply(done.answer.clusters, done.usage, _form(done))

    def verify(
        self, shown: Shown, clusters: Sequence[Cluster], number: int
    ) -> Reply[Sequence[Verdict]]:
        """Ask for verdicts; one call."""
        done = self._ask("verify", Verdicts, number, **verification_slots(shown, clusters))
        return Reply(done.answer.verdicts, done.usage, _form(done))

    def _ask(self, name: str, answer: type[A], number: int, **slots: object) -> Completion[A]:
        messages: Sequence[Message] = filled(name, **slots)
        return self.model.complete(messages, answer, key=f"{name} {version(name)} {number}")


def grouping_slots(shown: Shown, criteria: Criteria) -> dict[str, object]:
    """Fill in the prompt that groups: the criteria first, as the authors found best."""
    lines = [
        f"{number}. {kind.capitalize()}, {_line(one.name)}: {_line(one.sentence)}"
        for number, (kind, one) in enumerate(criteria.interleaved(), 1)
    ]
    return {
        "n": len(shown.texts),
        "criteria": "\n".join(lines),
        **fenced_samples(shown.texts),
    }


def verification_slots(shown: Shown, clusters: Sequence[Cluster]) -> dict[str, object]:
    """Fill in the prompt that verifies: samples, groups and the reasons given."""
    lines = (
        {"cluster": number, "sample_indices": cluster.samples, "reasoning": cluster.reason}
        for number, cluster in enumerate(clusters, 1)
    )
    held = fenced("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "clusters")
    return {
        "n": len(shown.texts),
        "clusters": held["clusters"],
        "clusters_fence": held["fence"],
        **fenced_samples(shown.texts),
    }


def _form(done: Completion[A]) -> dict[str, int]:
    found = {"asked_again": done.tries - 1, "mended": int(bool(set(done.mended) - SPELLING))}
    return {name: count for name, count in found.items() if count}


def _gathered(proposals: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Gather the definitions under each name, the most frequent names first."""
    found: dict[str, list[str]] = defaultdict(list)
    spelled: dict[str, str] = {}
    for proposal in proposals:
        for name, definition in proposal.items():
            found[spelled.setdefault(name.casefold().strip(), name.strip())].append(definition)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _origin(
    name: str, proposals: Sequence[Proposal], metadata: Pooled, metrics: Pooled, k: int
) -> str:
    """Say where criteria come from, and what the model pooled beyond what was asked for."""
    given = {"metadata": len(metadata.criteria), "metrics": len(metrics.criteria)}
    more = [f"first {k} of {n} {kind}" for kind, n in given.items() if n > k]
    return ", ".join([f"{len(proposals)} proposals of {name}, pooled", *more])


def _first(criteria: Mapping[str, str], k: int) -> dict[str, str]:
    """Take the first k; of names that differ in case or space alone, the first."""
    distinct: dict[str, tuple[str, str]] = {}
    for name, definition in criteria.items():
        distinct.setdefault(name.strip().casefold(), (name.strip(), definition.strip()))
    return dict(list(distinct.values())[:k])


def _apart(chosen: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Tell a metric from a metadata of the same name."""
    taken = {name.casefold() for name in chosen["metadata"]}
    return {
        f"{name} (metric)" if name.casefold() in taken else name: definition
        for name, definition in chosen["metric"].items()
    }


def _with_sentences(
    chosen: Mapping[str, str], sentences: Mapping[str, str]
) -> tuple[Criterion, ...]:
    """Give each criterion its sentence; its definition, or its name, where there is none."""
    written = {name.strip().casefold(): sentence for name, sentence in sentences.items()}
    return tuple(
        Criterion(
            name,
            definition,
            written.get(name.removesuffix(" (metric)").casefold(), "").strip()
            or definition
            or name,
        )
        for name, definition in chosen.items()
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:MOST_IN_A_LINE]
