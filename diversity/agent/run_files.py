"""How does a run travel? As one JSON file with all that is needed to read and score it elsewhere.

It holds criteria, rounds, reasons, verdicts, settings, versions of the prompts, the judge's name,
usage and cost, and the texts that were shown. No key, no address, no path.
"""

import dataclasses
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from diversity import samples
from diversity.agent.criteria import Criteria
from diversity.agent.rounds import VIOLATIONS, Cluster, Round
from diversity.agent.runs import ENDINGS, Ending, Proposed, Run
from diversity.agent.settings import Settings
from diversity.errors import CriteriaError, RunFileError
from diversity.usage import Usage

FORMAT = "diversity-agent-run"
VERSION = 1
T = TypeVar("T")


def save_run(run: Run, path: str | os.PathLike[str], *, with_texts: bool = True) -> None:
    """Write a run to a JSON file; see `run_as_json`.

    Raises
    ------
    RunFileError
        If the file cannot be written.
    """
    content = json.dumps(run_as_json(run, with_texts=with_texts), ensure_ascii=False, indent=1)
    try:
        Path(path).write_text(content + "\n", encoding="utf-8", errors="replace")
    except OSError as error:
        raise RunFileError(
            f"The run cannot be written to {os.fspath(path)}: {error.strerror}."
        ) from error


def load_run(path: str | os.PathLike[str]) -> Run:
    """Read a run from a JSON file.

    Raises
    ------
    RunFileError
        If the file cannot be read, is of another kind, or broken: says where.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise RunFileError(f"{os.fspath(path)} cannot be read: {error.strerror}.") from error
    return parse_run(content, Path(path).name)


def parse_run(content: bytes | str, name: str = "the file") -> Run:
    """Read a run from the content of a JSON file; `name` is what errors call it."""
    try:
        held = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RunFileError(f"{name} is not JSON.", "Choose a run saved here.") from error
    if not isinstance(held, dict) or held.get("format") != FORMAT:
        raise RunFileError(f"{name} holds no run of the cluster-agent.", "Choose a run saved here.")
    if held.get("version") != VERSION:
        raise RunFileError(
            f"{name} is of version {held.get('version')!r}, this program reads {VERSION}.",
            "Open it with the program that wrote it, or a newer one.",
        )
    return _Reader(name).run(held)


def recorded_run() -> Run:
    """Open the run that a real language model made over the built-in sample.

    48 rounds with its groups, reasons and verdicts, over single prompts (K = 10) and over all
    together (K = 5, 10, 20); criteria in the paper's style were given to it.
    """
    return parse_run(samples.recorded_run(), "the sample's run")


def run_as_json(run: Run, *, with_texts: bool = True) -> dict[str, Any]:
    """Turn a run into what `json` can write.

    Parameters
    ----------
    run : Run
    with_texts : bool, default=True
        Whether the texts shown go with it; without them it can be scored, not read.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "judge": run.judge,
        "is_llm": run.is_llm,
        "settings": dataclasses.asdict(run.settings),
        "dataset": run.dataset,
        "groups": dict(run.groups),
        "skipped": dict(run.skipped),
        "criteria": run.criteria.as_json() if run.criteria else None,
        "proposals": [_plain(one) for one in run.proposals],
        "rounds": [_round(one) for one in run.rounds],
        "texts": {str(row): text for row, text in run.texts.items()} if with_texts else {},
        "n_cut": run.n_cut,
        "usage": _plain(run.usage),
        "prompts": dict(run.prompts),
        "ending": run.ending,
        "message": run.message,
    }


def _round(held: Round) -> dict[str, Any]:
    whole = _plain(held)
    whole["clusters"] = [
        {name: value for name, value in _cluster(one).items() if value not in (None, "", {})}
        for one in held.clusters
    ]
    return whole


def _cluster(held: Cluster) -> dict[str, Any]:
    rated = {
        name: {"score": score, "reasoning": reasoning}
        for name, (score, reasoning) in held.metrics.items()
    }
    return {**_plain(held), "metrics": rated}


def _plain(held: Any) -> dict[str, Any]:  # noqa: ANN401  (any of our dataclasses)
    found = {}
    for part in dataclasses.fields(held):
        value = getattr(held, part.name)
        if dataclasses.is_dataclass(value):
            value = _plain(value)
        elif isinstance(value, Mapping):
            value = dict(value)
        elif isinstance(value, tuple):
            value = list(value)
        found[part.name] = value
    return found


class _Reader:
    """Reads a run part by part, so that an error can say which part is broken."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, held: dict[str, Any]) -> Run:
        rounds = tuple(
            self.part(f"round {place}", _read_round, one)
            for place, one in enumerate(self.part("rounds", _listed, held.get("rounds")))
        )
        criteria = held.get("criteria")
        return Run(
            judge=self.part("judge", _text, held.get("judge")),
            is_llm=self.part("is_llm", _boolean, held.get("is_llm")),
            settings=self.part("settings", lambda part: Settings(**part), held.get("settings")),
            dataset=self.part("dataset", _text, held.get("dataset", "")),
            groups=self.part("groups", _counts, held.get("groups")),
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
    usd = held.get("usd", 0.0)
    counts = {
        name: _count(held.get(name, 0))
        for name in ("calls", "cached_calls", "tokens_in", "tokens_out")
    }
    return Usage(**counts, usd=None if usd is None else float(usd))


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
    if _whole(held) < 0:
        raise ValueError("a negative count")
    return int(held)
