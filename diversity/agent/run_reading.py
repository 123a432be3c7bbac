"""Can a run be trusted that comes from a file? Each part is checked before it is taken for one."""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from diversity.agent.criteria import Criteria
from diversity.agent.rounds import VIOLATIONS, Cluster, Round
from diversity.agent.runs import ENDINGS, Ending, Proposed, Run
from diversity.agent.settings import Settings
from diversity.errors import CriteriaError, RunFileError
from diversity.usage import Usage

MOST = 2**53
T = TypeVar("T")


def read_run(held: dict[str, Any], name: str) -> Run:
    """Read a run from what its JSON file holds.

    Parameters
    ----------
    held : dict
        Of the format and version that `diversity.agent.run_files` writes.
    name : str
        What errors call the file.

    Raises
    ------
    RunFileError
        If a part is broken: says which.
    """
    return _Reader(name).run(held)


class _Reader:
    """Reads a run part by part, so that an error can say which part is broken."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, held: dict[str, Any]) -> Run:
        rounds = tuple(
            self.part(f"round {place}", _read_round, one)
            for place, one in enumerate(self.part("rounds", _listed, held.get("rounds")))
        )
        groups = self.part("groups", _counts, held.get("groups"))
        self.part("rounds", lambda held: _check_rounds(held, groups), rounds)
        criteria = held.get("criteria")
        return Run(
            judge=self.part("judge", _text, held.get("judge")),
            is_llm=self.part("is_llm", _boolean, held.get("is_llm")),
            settings=self.part("settings", _read_settings, held.get("settings")),
            dataset=self.part("dataset", _text, held.get("dataset", "")),
            groups=groups,
            skipped=self.part("skipped", _counts, held.get("skipped", {})),
            criteria=None
            if criteria is None
            else self.part("criteria", Criteria.from_json, criteria),
            proposals=self.part("proposals", _read_proposals, held.get("proposals", [])),
            rounds=rounds,
            texts=self.part("texts", _read_texts, held.get("texts", {})),
            n_cut=self.part("n_cut", _count, held.get("n_cut", 0)),
            usage=self.part("usage", _read_usage, held.get("usage", {})),
            prompts=self.part("prompts", _strings, held.get("prompts", {})),
            ending=self.part("ending", _read_ending, held.get("ending")),
            message=self.part("message", _text, held.get("message", "")),
        )

    def part(self, title: str, read: Callable[[Any], T], held: object) -> T:
        try:
            return read(held)
        except (TypeError, ValueError, KeyError, AttributeError, CriteriaError) as error:
            raise RunFileError(
                f"{self.name} is broken in {title!r}: {error}.", "Save the run again."
            ) from error


def _check_rounds(rounds: tuple[Round, ...], groups: Mapping[str, int]) -> None:
    """Refuse what would count twice or nowhere."""
    known: set[tuple[str, int]] = set()
    for held in rounds:
        if held.group not in groups:
            raise ValueError(f"round {held.number} is of the unknown group {held.group!r}")
        if (held.group, held.number) in known:
            raise ValueError(f"round {held.number} of {held.group!r} is there twice")
        known.add((held.group, held.number))


def _read_settings(held: Any) -> Settings:  # noqa: ANN401  (whatever the JSON holds)
    settings = Settings(**held)
    for name, value in vars(settings).items():
        if name == "by":
            _text(value)
        elif name == "target_width":
            if not isinstance(value, int | float | None):
                raise TypeError("not a share")
        elif name != "n_records" or value is not None:
            _whole(value)
    return settings


def _read_round(held: Any) -> Round:  # noqa: ANN401  (whatever the JSON holds)
    violations = _counts(held["violations"])
    unknown = set(violations) - set(VIOLATIONS)
    if unknown:
        raise ValueError(f"no violation is called {', '.join(sorted(unknown))}")
    return Round(
        number=_count(held["number"]),
        group=_text(held["group"]),
        rows=tuple(_count(row) for row in _listed(held["rows"])),
        clusters=tuple(_read_cluster(one) for one in _listed(held["clusters"])),
        violations=violations,
        message=_text(held.get("message", "")),
        usage=_read_usage(held.get("usage", {})),
    )


def _read_cluster(held: Any) -> Cluster:  # noqa: ANN401
    valid = held.get("valid")
    return Cluster(
        samples=tuple(_whole(number) for number in _listed(held["samples"])),
        reason=_text(held.get("reason", "")),
        metadata=_strings(held.get("metadata", {})),
        metrics={
            _text(name): (
                None if rated.get("score") is None else _whole(rated["score"]),
                _text(rated.get("reasoning", "")),
            )
            for name, rated in held.get("metrics", {}).items()
        },
        valid=None if valid is None else _boolean(valid),
        verdict=_text(held.get("verdict", "")),
    )


def _read_proposals(held: Any) -> tuple[Proposed, ...]:  # noqa: ANN401
    return tuple(
        Proposed(
            tuple(_count(row) for row in _listed(one["rows"])),
            _strings(one.get("metadata", {})),
            _strings(one.get("metrics", {})),
            _text(one.get("message", "")),
        )
        for one in _listed(held)
    )


def _read_texts(held: Any) -> dict[int, str]:  # noqa: ANN401
    return {int(row): _text(text) for row, text in held.items()}


def _read_usage(held: Any) -> Usage:  # noqa: ANN401
    counts = {
        name: _count(held.get(name, 0))
        for name in ("calls", "cached_calls", "tokens_in", "tokens_out")
    }
    usd, cached_usd = (_money(held.get(name, 0.0)) for name in ("usd", "cached_usd"))
    return Usage(**counts, usd=usd, cached_usd=cached_usd)


def _money(held: Any) -> float | None:  # noqa: ANN401
    if held is None:
        return None
    if not 0 <= float(held) < math.inf:
        raise ValueError("no amount of money")
    return float(held)


def _read_ending(held: Any) -> Ending:  # noqa: ANN401
    for ending in ENDINGS:
        if held == ending:
            return ending
    raise ValueError(f"a run does not end by {held!r}")


def _listed(held: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(held, list):
        raise TypeError("not a list")
    return held


def _strings(held: Any) -> dict[str, str]:  # noqa: ANN401
    return {_text(name): _text(value) for name, value in held.items()}


def _counts(held: Any) -> dict[str, int]:  # noqa: ANN401
    return {_text(name): _count(value) for name, value in held.items()}


def _text(held: Any) -> str:  # noqa: ANN401
    if not isinstance(held, str):
        raise TypeError("not a text")
    return held


def _boolean(held: Any) -> bool:  # noqa: ANN401
    if not isinstance(held, bool):
        raise TypeError("neither true nor false")
    return held


def _whole(held: Any) -> int:  # noqa: ANN401
    if isinstance(held, bool) or not isinstance(held, int):
        raise TypeError("not a whole number")
    return held


def _count(held: Any) -> int:  # noqa: ANN401
    if not 0 <= _whole(held) <= MOST:
        raise ValueError("no count")
    return int(held)
