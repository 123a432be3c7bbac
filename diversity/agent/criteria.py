"""By what are texts put together? Criteria: metadata that describe, metrics that rate.

The paper (arXiv 2410.15226, section 2.1) lets the model propose criteria from a few texts at a
time, pools them, and writes one guiding sentence for each. `Criteria` is what comes out; it can be
edited, and an edit is a new version.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from diversity.errors import CriteriaError
from diversity.fingerprint import fingerprint

Kind = Literal["metadata", "metric"]


@dataclass(frozen=True)
class Criterion:
    """One thing to look at in a text.

    Parameters
    ----------
    name : str
    definition : str
        What it means, with its levels: a list of values for metadata, the scores 1 to 5 for a
        metric.
    sentence : str
        The one sentence that stands at the top of the prompt that groups texts.
    """

    name: str
    definition: str
    sentence: str


@dataclass(frozen=True)
class Criteria:
    """What a judge is told to look at.

    Parameters
    ----------
    metadata, metrics : tuple of Criterion
        At least one of both together; names are distinct.
    origin : str
        Where they come from, in words.
    version : int, default=1
        Rises by one with each edit.
    parent : str, default=""
        Fingerprint of the version that this one was edited from.

    Raises
    ------
    CriteriaError
        If there are none, or two have one name, or one has no name or no sentence.
    """

    metadata: tuple[Criterion, ...]
    metrics: tuple[Criterion, ...]
    origin: str = ""
    version: int = 1
    parent: str = ""

    def __post_init__(self) -> None:
        every = (*self.metadata, *self.metrics)
        names = [criterion.name.strip().casefold() for criterion in every]
        if not every:
            raise CriteriaError("There are no criteria.", "Give at least one.")
        if not all(names) or not all(criterion.sentence.strip() for criterion in every):
            raise CriteriaError("A criterion has no name or no sentence.", "Give it one.")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise CriteriaError(f"Two criteria are called {twice!r}.", "Rename one of them.")

    @property
    def fingerprint(self) -> str:
        """Name of what the judge is told; origin and version do not count."""
        return fingerprint("criteria-1", self.metadata, self.metrics)

    def interleaved(self) -> Iterator[tuple[Kind, Criterion]]:
        """Go through metadata and metrics in turn, as the paper's prompt lists them."""
        for described, rated in zip_longest(self.metadata, self.metrics):
            if described is not None:
                yield "metadata", described
            if rated is not None:
                yield "metric", rated

    def edited(
        self,
        metadata: Sequence[Criterion] | None = None,
        metrics: Sequence[Criterion] | None = None,
    ) -> "Criteria":
        """Make the next version; what is left out, and what did not change, stays as it is.

        Examples
        --------
        >>> one = Criteria((Criterion("Topic", "field", "The field."),), ())
        >>> two = one.edited(metadata=[Criterion("Topic", "field", "The field treated.")])
        >>> two.version, two.parent == one.fingerprint, one.edited() is one
        (2, True, True)
        """
        made = Criteria(
            tuple(self.metadata if metadata is None else metadata),
            tuple(self.metrics if metrics is None else metrics),
            f"{self.origin.removesuffix(', edited')}, edited",
            self.version + 1,
            self.fingerprint,
        )
        return self if made.fingerprint == self.fingerprint else made

    def as_json(self) -> dict[str, Any]:
        """Turn into what `json` can write; `from_json` reads it back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, held: object) -> "Criteria":
        """Read what `as_json` made, or a file written by hand.

        A file by hand needs names and a ``sentence`` or a ``definition``.

        Raises
        ------
        CriteriaError
        """
        if not isinstance(held, Mapping):
            raise CriteriaError("These are no criteria.", 'Expected {"metadata": [...], ...}.')
        return cls(
            _criteria(held.get("metadata", ())),
            _criteria(held.get("metrics", held.get("metric", ()))),
            str(held.get("origin", "a file")),
            version if isinstance(version := held.get("version"), int) else 1,
            str(held.get("parent", "")),
        )


def _criteria(held: object) -> tuple[Criterion, ...]:
    if isinstance(held, Mapping):
        held = [{"name": name, "definition": definition} for name, definition in held.items()]
    if not isinstance(held, list | tuple):
        raise CriteriaError("Criteria are neither a list nor names with definitions.")
    return tuple(_criterion(one) for one in held)


def _criterion(held: object) -> Criterion:
    if not isinstance(held, Mapping) or not held.get("name"):
        raise CriteriaError("A criterion has no name.", 'Write {"name": ..., "sentence": ...}.')
    definition = str(held.get("definition") or held.get("sentence") or "")
    return Criterion(str(held["name"]), definition, str(held.get("sentence") or definition))


PAPER = Criteria(
    metadata=(
        Criterion(
            "Subject Domain",
            "science / technology / health / society / arts / everyday life, and its sub-field",
            "The field or discipline treated, and its sub-field.",
        ),
        Criterion(
            "Conceptual Density",
            "sparse / moderate / dense",
            "How many distinct ideas are packed in.",
        ),
        Criterion(
            "Temporal Relevance",
            "historical / contemporary / timeless",
            "Whether the content is historical, contemporary or timeless.",
        ),
        Criterion(
            "Narrative Structure",
            "exposition / abstract / how-to / dialogue / personal story",
            "The form in which the content is told.",
        ),
    ),
    metrics=(
        Criterion(
            "Conceptual Clarity",
            "1 = muddled, 5 = crisp and well explained",
            "How clearly the ideas are explained.",
        ),
        Criterion(
            "Interdisciplinary Integration",
            "1 = one field only, 5 = several fields truly combined",
            "How far several fields are combined.",
        ),
        Criterion(
            "Information Density",
            "1 = little information, 5 = much",
            "How much information the text holds for its length.",
        ),
        Criterion(
            "Lexical Diversity",
            "1 = plain repeated words, 5 = rich vocabulary",
            "How rich the vocabulary is.",
        ),
    ),
    origin="the worked example of arXiv 2410.15226",
)
