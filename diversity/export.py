"""How do records leave? As a file that pandas and a spreadsheet open, whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from diversity.errors import ExportError
from diversity.store import written_beside

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
        formula gets an apostrophe in front. The other formats are exact.

    Raises
    ------
    ExportError
        If the suffix is none of these, the file exists, or the disk refuses; then no half-written
        file is left under the name.
    """
    path = Path(path)
    write = _writer(path)
    if path.exists() and not overwrite:
        raise ExportError(f"{path} exists already.", "Choose another name, or allow overwriting.")
    guarded, n_guarded = _guarded(records) if path.suffix in (".csv", ".tsv") else (records, 0)
    try:
        with written_beside(path) as beside:
            write(guarded, beside)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}.") from error
    return n_guarded


def _writer(path: Path) -> Callable[[pd.DataFrame, Path], object]:
    writers: dict[str, Callable[[pd.DataFrame, Path], object]] = {
        ".csv": lambda frame, to: frame.to_csv(to, index=False),
        ".tsv": lambda frame, to: frame.to_csv(to, index=False, sep="\t"),
        ".json": lambda frame, to: frame.to_json(to, orient="records", force_ascii=False),
        ".jsonl": lambda frame, to: frame.to_json(
            to, orient="records", lines=True, force_ascii=False
        ),
        ".parquet": lambda frame, to: frame.to_parquet(to, index=False),
    }
    if path.suffix not in writers:
        raise ExportError(
            f"Cannot tell the format of {path.name!r}.", f"End it in {', '.join(writers)}."
        )
    return writers[path.suffix]


def _guarded(records: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    guarded, n_guarded = records.copy(deep=False), 0
    for position, (_, column) in enumerate(records.items()):
        if not (pd.api.types.is_string_dtype(column) or column.dtype == object):
            continue
        risky = column.map(lambda cell: isinstance(cell, str) and cell.startswith(FORMULA_STARTS))
        risky = risky.fillna(False).astype(bool)
        if risky.any():
            safe = column.astype(object).where(~risky, "'" + column.astype(str))
            guarded.isetitem(position, safe.to_numpy(object))
            n_guarded += int(risky.sum())
    return guarded, n_guarded
