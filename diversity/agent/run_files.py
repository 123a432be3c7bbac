"""How does a run travel? As one JSON file with all that is needed to read and score it elsewhere.

It holds criteria, rounds, reasons, verdicts, settings, versions of the prompts, the judge's name,
usage and cost, and the texts that were shown. No key, no address, no path.
"""

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from diversity import samples
from diversity.agent.rounds import Cluster, Round
from diversity.agent.run_reading import read_run
from diversity.agent.runs import Run
from diversity.errors import RunFileError

FORMAT = "diversity-agent-run"
VERSION = 1


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
        held = json.loads(content, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise RunFileError(f"{name} is not JSON.", "Choose a run saved here.") from error
    if not isinstance(held, dict) or held.get("format") != FORMAT:
        raise RunFileError(f"{name} holds no run of the cluster-agent.", "Choose a run saved here.")
    if held.get("version") != VERSION:
        raise RunFileError(
            f"{name} is of version {held.get('version')!r}, this program reads {VERSION}.",
            "Open it with the program that wrote it, or a newer one.",
        )
    return read_run(held, name)


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


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
