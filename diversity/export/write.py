"""From an outcome to files: the kept rows, their manifest, and the dropped rows if wanted."""

import os
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from diversity.curation import Outcome, describe
from diversity.curation.state import KEPT, NOBODY
from diversity.dataset import Dataset
from diversity.export.beside import beside, check_free
from diversity.export.card import card
from diversity.export.extras import EXTRAS
from diversity.export.formats import Opener, Parquet, Writer, format_of
from diversity.export.manifest import as_text
from diversity.export.sheet import Sheet, sheet
from diversity.mapped import free_name
from diversity.progress import Progress, Steps, finish


@dataclass(frozen=True)
class Written:
    """What was written.

    Parameters
    ----------
    path : Path
        The file with the kept rows, or the folder.
    n_rows : int
        Rows in it.
    files : tuple of Path
        All files, or the one folder.
    notes : tuple of str
        What a reader must know: guarded cells, values that the format cannot hold.
    """

    path: Path
    n_rows: int
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def write_records(
    records: pd.DataFrame, path: str | os.PathLike[str], *, overwrite: bool = False
) -> int:
    """Write records to a file in the format that its suffix names.

    Parameters
    ----------
    records : DataFrame
        Its index is not written.
    path : path
        Ends in ``.csv``, ``.tsv``, ``.json``, ``.jsonl`` or ``.parquet``.
    overwrite : bool, default=False
        Whether a file that is there may be replaced.

    Returns
    -------
    int
        Number of cells that were guarded: in CSV and TSV a text that a spreadsheet would run as a
        formula gets an apostrophe in front. JSON and Parquet are exact.

    Raises
    ------
    ExportError
        If the suffix is none of these, the file exists, or the disk refuses; then no half-written
        file is left under the name.
    """
    path = Path(path)
    opened = format_of(path)
    check_free(path, overwrite=overwrite)
    with beside(path) as place:
        return finish(_write(opened, place, sheet(records), "writing", guard=True)).n_guarded


def write_outcome(
    dataset: Dataset,
    outcome: Outcome,
    path: str | os.PathLike[str],
    manifest: Mapping[str, Any],
    **options: Any,  # noqa: ANN401  (those of write_outcome_steps)
) -> Written:
    """Write an outcome and wait until it is written; see `write_outcome_steps`."""
    return finish(write_outcome_steps(dataset, outcome, path, manifest, **options))


def write_outcome_steps(
    dataset: Dataset,
    outcome: Outcome,
    path: str | os.PathLike[str],
    manifest: Mapping[str, Any],
    *,
    extras: Mapping[str, pa.Array] | None = None,
    with_dropped: bool = False,
    guard: bool = True,
    overwrite: bool = False,
) -> Steps[Written]:
    """Write the kept rows, their manifest, and if wanted the dropped rows with their reasons.

    Parameters
    ----------
    dataset : Dataset
    outcome : Outcome
    path : path
        With a suffix (``.jsonl``, ``.csv``, ``.tsv``, ``.json``, ``.parquet``) a file, with
        ``.manifest.json`` and ``.dropped`` files beside it; without one a folder that Hugging
        Face `datasets` loads, with a dataset card.
    manifest : mapping
        From `manifest_of`.
    extras : mapping of str to pyarrow.Array, optional
        Further columns, from `extra_columns`.
    with_dropped : bool, default=False
        Whether the dropped rows are written too.
    guard : bool, default=True
        Whether CSV cells that a spreadsheet would run as a formula get an apostrophe in front.
    overwrite : bool, default=False
        Whether what is there may be replaced.

    Raises
    ------
    ExportError
        If a name is taken, the suffix unknown, or the disk refuses; nothing half-written is left.
    """
    job = _Job(dataset, outcome, manifest, extras or {}, with_dropped, guard)
    path = Path(path)
    if path.suffix:
        return (yield from job.into_files(path, overwrite))
    return (yield from job.into_folder(path, overwrite))


def check_names(path: Path, *, with_dropped: bool, overwrite: bool) -> list[Path]:
    """Name all files that an outcome is written to, and refuse what is there already.

    Raises
    ------
    ExportError
        If a name is taken or the suffix unknown.
    """
    names = [path]
    if path.suffix:
        format_of(path)
        names.append(path.with_name(f"{path.stem}.manifest.json"))
    if path.suffix and with_dropped:
        names.append(path.with_name(f"{path.stem}.dropped{path.suffix}"))
    for name in names:
        check_free(name, overwrite=overwrite)
    return names


@dataclass(frozen=True)
class _Job:
    dataset: Dataset
    outcome: Outcome
    manifest: Mapping[str, Any]
    extras: Mapping[str, pa.Array]
    with_dropped: bool
    guard: bool

    def into_files(self, path: Path, overwrite: bool) -> Steps[Written]:
        opened = format_of(path)
        names = check_names(path, with_dropped=self.with_dropped, overwrite=overwrite)
        with ExitStack() as renamed:
            places = [renamed.enter_context(beside(name)) for name in names]
            file = yield from self._kept(opened, places[0])
            places[1].write_text(self._manifest(), encoding="utf-8")
            if self.with_dropped:
                yield from self._dropped(opened, places[2])
        return Written(path, len(self.outcome.rows), tuple(names), tuple(file.notes))

    def into_folder(self, path: Path, overwrite: bool) -> Steps[Written]:
        check_names(path, with_dropped=False, overwrite=overwrite)
        with beside(path) as place:
            (place / "data").mkdir(parents=True)
            file = yield from self._kept(Parquet, place / "data" / "train-00000-of-00001.parquet")
            (place / "manifest.json").write_text(self._manifest(), encoding="utf-8")
            (place / "README.md").write_text(self._card(), encoding="utf-8")
            if self.with_dropped:
                yield from self._dropped(format_of(Path("dropped.jsonl")), place / "dropped.jsonl")
        return Written(path, len(self.outcome.rows), (path,), tuple(file.notes))

    def _kept(self, opened: Opener, place: Path) -> Steps[Writer]:
        cells = sheet(self.dataset, self.outcome.rows, self.extras)
        return (yield from _write(opened, place, cells, "writing kept rows", guard=self.guard))

    def _dropped(self, opened: Opener, place: Path) -> Steps[Writer]:
        rows = np.flatnonzero(self.outcome.dropped_by != KEPT)
        cells = sheet(self.dataset, rows, _reasons(self.dataset, self.outcome))
        return (yield from _write(opened, place, cells, "writing dropped rows", guard=self.guard))

    def _manifest(self) -> str:
        columns = {"kept": list(self.dataset.columns), "added": self._added()}
        return as_text({**self.manifest, "columns": columns})

    def _card(self) -> str:
        return card(self.manifest, self._added())

    def _added(self) -> dict[str, str]:
        return {name: EXTRAS[_own(name)] for name in self.extras}


def _own(name: str) -> str:
    """Find what a column is called where no other has its name."""
    while name not in EXTRAS:
        name = name.removeprefix("diversity_")
    return name


def _reasons(dataset: Dataset, outcome: Outcome) -> dict[str, pa.Array]:
    rows = np.flatnonzero(outcome.dropped_by != KEPT)
    positions, stand_ins = outcome.dropped_by[rows], outcome.instead[rows]
    said = pa.array([describe(step) for step in outcome.plan.steps], pa.string())
    columns = {
        "dropped_row": pa.array(rows),
        "dropped_by_step": pa.array(positions.astype(np.int64) + 1),
        "reason": said.take(pa.array(positions.astype(np.int64))),
        "kept_instead": pa.array(stand_ins.astype(np.int64), mask=stand_ins == NOBODY),
    }
    return {free_name(name, dataset.columns): column for name, column in columns.items()}


def _write(opened: Opener, place: Path, cells: Sheet, stage: str, *, guard: bool) -> Steps[Writer]:
    done, started = 0, time.perf_counter()
    with opened(place, cells, guard=guard) as file:
        for chunk in cells.chunks():
            file.write(chunk)
            done += chunk.num_rows
            yield Progress(stage, done, len(cells), time.perf_counter() - started)
    return file
