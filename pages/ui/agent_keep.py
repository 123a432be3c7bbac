"""Where are runs kept, so that a reload, a closed tab and a restart find them again?

Beside the ledger, in the store: one folder a dataset, and in it two files a run, what was asked
for and what came out. Neither holds a key. A run is named by all that its result depends on.
"""

import dataclasses
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diversity.agent import Criteria, Run, Settings, parse_run, run_as_json
from diversity.agent.prompting import versions
from diversity.analysis import Settings as Analysis
from diversity.errors import AgentError, RunFileError
from diversity.fingerprint import fingerprint
from diversity.llm import Prices
from diversity.store import Store, mending, written_beside

EMBEDDING = "embedding"
RECORDED = "recorded"
MOST_LISTED = 50
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Asked:
    """What a run is asked to do. No key.

    Parameters
    ----------
    judge : str
        ``embedding``, or a model as litellm names it.
    api_base : str or None
    settings : Settings
    criteria : Criteria or None
        Given ones; None to have them proposed.
    max_usd, max_calls : limits, or None
    prices : Prices or None
        Own ones; None for litellm's.
    analysis : Analysis
        How records become vectors, for the embedding judge.
    again : str
        Name of the run whose rounds are judged again; empty to draw them.
    """

    judge: str = EMBEDDING
    api_base: str | None = None
    settings: Settings = dataclasses.field(default_factory=Settings)
    criteria: Criteria | None = None
    max_usd: float | None = None
    max_calls: int | None = None
    prices: Prices | None = None
    analysis: Analysis = dataclasses.field(default_factory=Analysis)
    again: str = ""

    @property
    def is_llm(self) -> bool:
        """Whether a language model is asked."""
        return self.judge != EMBEDDING

    def name(self, dataset: str) -> str:
        """Name the run by all that its result depends on: limits, prices and keys do not count."""
        settings: list[object] = [dataclasses.replace(self.settings, concurrency=1)]
        if self.again:
            settings = ["again", self.again]
        criteria = self.criteria.fingerprint if self.criteria else ""
        if not self.is_llm:
            return fingerprint("agent", dataset, self.analysis, *settings, criteria)
        asked = [self.judge, self.api_base, *settings, criteria, sorted(versions().items())]
        return fingerprint("agent", dataset, *asked)


@dataclass(frozen=True)
class Facts:
    """By what runs can be put side by side without opening them."""

    judge: str
    by: str
    k: int
    criteria: str
    part: str

    @classmethod
    def of(cls, run: Run) -> "Facts":
        """Take them from a run."""
        settings = run.settings
        part = "" if settings.n_records is None else f"{settings.n_records}/{settings.random_state}"
        criteria = run.criteria.fingerprint if run.criteria else ""
        return cls(run.judge, settings.by, settings.per_round, criteria, part)


@dataclass(frozen=True)
class Listed:
    """A kept run, before it is opened.

    Parameters
    ----------
    name : str
    title : str
        What to call it in a list.
    at_s : float
        When it was last written.
    asked : Asked or None
        None for a file that was opened.
    facts : Facts
    """

    name: str
    title: str
    at_s: float
    asked: Asked | None
    facts: Facts


def keep(store: Store, dataset: str, name: str, run: Run, asked: Asked | None) -> None:
    """Write a run down, over what was kept under its name."""
    head = {"title": titled(run), "at_s": time.time(), "asked": _as_json(asked),
            "facts": dataclasses.asdict(Facts.of(run))}  # fmt: skip
    with mending(store.folder):
        for path, held in (
            (_run_path(store, dataset, name), run_as_json(run)),
            (_head_path(store, dataset, name), head),
        ):
            with written_beside(path) as beside:
                content = json.dumps(held, ensure_ascii=False)
                beside.write_text(content, encoding="utf-8", errors="replace")


def listed(store: Store, dataset: str) -> list[Listed]:
    """List the runs kept for a dataset, the latest first."""
    found = (_read_head(path) for path in _folder(store, dataset).glob("*.head.json"))
    known = sorted((one for one in found if one), key=lambda one: -one.at_s)
    return known[:MOST_LISTED]


def find(store: Store, dataset: str, name: str) -> Listed | None:
    """Return what is kept under a name, or None."""
    return _read_head(_head_path(store, dataset, name)) if _NAME.fullmatch(name) else None


def load(store: Store, dataset: str, name: str) -> Run:
    """Open a kept run.

    Raises
    ------
    RunFileError
        If it is gone or broken.
    """
    try:
        content = _run_path(store, dataset, name).read_bytes()
    except OSError as error:
        raise RunFileError("This run is no longer kept here.", "Run it again.") from error
    return parse_run(content, "the kept run")


def changed_s(store: Store, dataset: str, name: str) -> float:
    """Tell when a run was last written; 0 if it is not there."""
    try:
        return _run_path(store, dataset, name).stat().st_mtime
    except OSError:
        return 0.0


def keep_file(store: Store, dataset: str, content: bytes, filename: str) -> str:
    """Keep a run that comes as a file, and return the name it is kept under.

    Raises
    ------
    RunFileError
        If the file holds none.
    """
    run = parse_run(content, filename)
    name = fingerprint("file", content)
    keep(store, dataset, name, run, None)
    return name


def titled(run: Run) -> str:
    """Say in one line which run it is."""
    by = f"by {run.settings.by}" if run.settings.by else "all records"
    return f"{run.label} · {by} · K = {run.settings.per_round} · {len(run.rounds):,} rounds"


def _as_json(asked: Asked | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    whole = dataclasses.asdict(asked)
    whole["criteria"] = asked.criteria.as_json() if asked.criteria else None
    whole["analysis"] = {
        "embedder": asked.analysis.embedder,
        "vector_column": asked.analysis.vector_column,
    }
    return whole


def _read_head(path: Path) -> Listed | None:
    try:
        held = json.loads(path.read_text("utf-8"))
        asked = None if held["asked"] is None else _from_json(held["asked"])
        name = path.name.removesuffix(".head.json")
        return Listed(name, held["title"], held["at_s"], asked, Facts(**held["facts"]))
    except (OSError, ValueError, KeyError, TypeError, AgentError):
        return None


def _from_json(held: dict[str, Any]) -> Asked:
    criteria, prices = held["criteria"], held["prices"]
    return Asked(
        **held
        | {
            "settings": Settings(**held["settings"]),
            "criteria": Criteria.from_json(criteria) if criteria else None,
            "prices": Prices(**prices) if prices else None,
            "analysis": Analysis(**held["analysis"]),
        }
    )


def _folder(store: Store, dataset: str) -> Path:
    return store.folder / "runs" / dataset


def _run_path(store: Store, dataset: str, name: str) -> Path:
    return _folder(store, dataset) / f"{name}.json"


def _head_path(store: Store, dataset: str, name: str) -> Path:
    return _folder(store, dataset) / f"{name}.head.json"
