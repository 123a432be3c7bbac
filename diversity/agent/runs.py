"""What came out of a run of the cluster-agent? Criteria, rounds, scores, and what it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from diversity.agent.criteria import Criteria
from diversity.agent.round_values import DEFAULT, Convention
from diversity.agent.rounds import Round
from diversity.agent.scoring import GroupScore, score_rounds
from diversity.agent.settings import Settings
from diversity.usage import Usage

Ending = Literal[
    "running",
    "rounds",
    "width",
    "cap",
    "unauthorized",
    "not_accepted",
    "unavailable",
    "criteria",
    "asked",
]
ENDINGS: Mapping[Ending, str] = MappingProxyType(
    {
        "running": "still running",
        "rounds": "all rounds are done",
        "width": "the intervals are as narrow as asked",
        "cap": "the limit in money or calls is reached",
        "unauthorized": "the judge does not let us in",
        "not_accepted": "the judge does not accept what it is asked",
        "unavailable": "the judge does not answer any more",
        "criteria": "no criteria could be had",
        "asked": "stopped on request",
    }
)


@dataclass(frozen=True)
class Proposed:
    """Criteria that the judge proposed from a few texts, before they were pooled.

    Parameters
    ----------
    rows : tuple of int
        The texts it saw.
    metadata, metrics : mapping of str to str
        Name and definition; both empty where it gave no usable answer, and `message` says why.
    """

    rows: tuple[int, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True, eq=False)
class Run:
    """A run of the cluster-agent, finished or not.

    Parameters
    ----------
    judge : str
    is_llm : bool
        False for the embedding judge; say so wherever a result is shown.
    settings : Settings
    dataset : str
        Fingerprint of the dataset.
    groups : mapping of str to int
        Records of each group that is judged.
    skipped : mapping of str to int
        Records of each group that has fewer than K and cannot be judged at that K.
    criteria : Criteria or None
        None until they are there.
    proposals : tuple of Proposed
        What the criteria were pooled from; empty where they were given.
    rounds : tuple of Round
        By number, then group; the same numbers in every group.
    texts : mapping of int to str
        The texts shown, as shown, by row.
    n_cut : int
        Texts of those that were too long and cut.
    usage : Usage
        Everything spent, also on rounds that came after the end.
    prompts : mapping of str to str
        Version of each prompt; empty for a judge without.
    ending : str
        Why it ended, see `ENDINGS`.
    message : str
        The error behind it, if one is.
    """

    judge: str
    is_llm: bool
    settings: Settings
    dataset: str
    groups: Mapping[str, int]
    skipped: Mapping[str, int] = field(default_factory=dict)
    criteria: Criteria | None = None
    proposals: tuple[Proposed, ...] = ()
    rounds: tuple[Round, ...] = ()
    texts: Mapping[int, str] = field(default_factory=dict)
    n_cut: int = 0
    usage: Usage = field(default_factory=Usage)
    prompts: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = "running"
    message: str = ""

    @property
    def label(self) -> str:
        """The judge's name, with a warning where it is no language model."""
        known = self.is_llm or "not an LLM" in self.judge
        return self.judge if known else f"{self.judge} (not an LLM)"

    @property
    def n_failed(self) -> int:
        """Rounds without an answer that could be scored."""
        return sum(held.failed for held in self.rounds)

    @cached_property
    def scores(self) -> Mapping[str, GroupScore]:
        """Score of each group, by the default convention."""
        return self.scored(DEFAULT)

    def scored(self, convention: Convention) -> dict[str, GroupScore]:
        """Score each group by a convention; this costs no call."""
        return {name: score_rounds(self.of_group(name), convention) for name in self.groups}

    def of_group(self, name: str) -> Sequence[Round]:
        """Return the rounds of one group, by number."""
        return self._by_group.get(name, [])

    def ended(self, ending: Ending, message: str = "") -> "Run":
        """Return the same with its end."""
        return replace(self, ending=ending, message=message)

    @cached_property
    def _by_group(self) -> dict[str, list[Round]]:
        found: dict[str, list[Round]] = {}
        for held in self.rounds:
            found.setdefault(held.group, []).append(held)
        return found
