"""In what form does a judge answer? Small models of the paper's JSON, strict in what they hold.

They take what language models make of that form: lists for dictionaries, other names for a field,
numbers as words. They never change which sample is in which group.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, model_validator

MOST_GROUPS = 1_000


def _definitions(held: Any) -> Any:  # noqa: ANN401  (whatever the JSON holds)
    """Take ``{name: text}``, ``{name: {...}}`` or ``[{name, definition}]``."""
    if isinstance(held, list):
        held = {str(one.get("name", "")): one for one in held if isinstance(one, Mapping)}
    if not isinstance(held, Mapping):
        return held
    return {str(name): _sentence(value) for name, value in held.items() if str(name).strip()}


def _sentence(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, Mapping):
        return "; ".join(
            _sentence(part) if name == "definition" else f"{name}: {_sentence(part)}"
            for name, part in value.items()
            if name != "name"
        )
    if isinstance(value, list):
        return " / ".join(_sentence(part) for part in value)
    return str(value)


def _values(held: Any) -> Any:  # noqa: ANN401
    """Take ``{name: value}`` or ``[{name, value}]``."""
    if isinstance(held, list):
        held = {str(one.get("name", "")): one.get("value") for one in held if isinstance(one, dict)}
    if not isinstance(held, Mapping):
        return {}
    return {str(name): _sentence(value) for name, value in held.items()}


def _ratings(held: Any) -> Any:  # noqa: ANN401
    """Take ``{name: {reasoning, score}}``, ``{name: score}`` or ``[{name, ...}]``."""
    if isinstance(held, list):
        held = {str(one.get("name", "")): one for one in held if isinstance(one, Mapping)}
    if not isinstance(held, Mapping):
        return {}
    return {
        str(name): one if isinstance(one, Mapping) else {"score": one} for name, one in held.items()
    }


def _whole(value: Any) -> int | None:  # noqa: ANN401
    try:
        number = float(str(value).partition("/")[0])
        return int(number) if number == int(number) else None
    except (ValueError, OverflowError):
        return None


def _text(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else _sentence(value)


Definitions = Annotated[dict[str, str], BeforeValidator(_definitions)]
Text = Annotated[str, BeforeValidator(_text)]


class Proposal(BaseModel):
    """Criteria proposed from a few texts: name and definition with levels."""

    metadata: Definitions = Field(min_length=1)
    metric: Definitions = Field(
        min_length=1, validation_alias=AliasChoices("metric", "metrics"), title="metric"
    )


class Pooled(BaseModel):
    """The criteria chosen from many proposals: name and definition."""

    criteria: Definitions = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, held: Any) -> Any:  # noqa: ANN401
        """Take the dictionary itself too, or one under another usual name."""
        if isinstance(held, Mapping) and "criteria" not in held:
            inner = [value for name, value in held.items() if str(name).lower() in _WRAPPERS]
            only = len(held) == 1 and inner and isinstance(inner[0], dict | list)
            return {"criteria": inner[0] if only else held}
        return {"criteria": held} if isinstance(held, list) else held


_WRAPPERS = ("metadata", "metric", "metrics", "summary", "result", "output")


class Sentences(BaseModel):
    """One guiding sentence for each criterion."""

    metadata: Definitions = Field(default_factory=dict)
    metric: Definitions = Field(
        default_factory=dict, validation_alias=AliasChoices("metric", "metrics"), title="metric"
    )


class Rating(BaseModel):
    """A score of a group by one metric, 1 to 5; None where the answer held no whole number."""

    score: Annotated[int | None, BeforeValidator(_whole)] = None
    reasoning: Text = ""


class Group(BaseModel):
    """Samples that the judge puts together, by their numbers as shown, from 1."""

    cluster: Text = ""
    sample_indices: list[int] = Field(
        validation_alias=AliasChoices("sample_indices", "samples", "indices", "sample_index")
    )
    uniqueness_reasoning: Text = Field(
        default="",
        validation_alias=AliasChoices("uniqueness_reasoning", "reasoning", "reason"),
    )
    cluster_metadata: Annotated[dict[str, str], BeforeValidator(_values)] = Field(
        default_factory=dict,
        validation_alias=AliasChoices("cluster_metadata", "metadata"),
    )
    cluster_metrics: Annotated[dict[str, Rating], BeforeValidator(_ratings)] = Field(
        default_factory=dict,
        validation_alias=AliasChoices("cluster_metrics", "metrics"),
    )

    @model_validator(mode="before")
    @classmethod
    def _one(cls, held: Any) -> Any:  # noqa: ANN401
        """Take a bare number for a list of one."""
        if isinstance(held, Mapping):
            return {name: [one] if name in _INDICES and isinstance(one, int | str) else one
                    for name, one in held.items()}  # fmt: skip
        return held


_INDICES = ("sample_indices", "samples", "indices", "sample_index")


class Grouping(BaseModel):
    """All groups of one round."""

    clusters: list[Group] = Field(
        min_length=1,
        max_length=MOST_GROUPS,
        validation_alias=AliasChoices("clusters", "groups"),
    )

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, held: Any) -> Any:  # noqa: ANN401
        return {"clusters": held} if isinstance(held, list) else held


class Verdict(BaseModel):
    """Whether the samples of one group belong together."""

    cluster: Text = ""
    valid: bool
    reasoning: Text = Field(default="", validation_alias=AliasChoices("reasoning", "reason"))


class Verdicts(BaseModel):
    """A verdict for each group of a round."""

    verdicts: list[Verdict] = Field(
        max_length=MOST_GROUPS,
        validation_alias=AliasChoices("verdicts", "clusters", "verification", "results"),
    )

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, held: Any) -> Any:  # noqa: ANN401
        if isinstance(held, list):
            return {"verdicts": held}
        return {"verdicts": [held]} if isinstance(held, Mapping) and "valid" in held else held
