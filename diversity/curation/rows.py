"""How are row numbers written down? As runs, ``0 to 9, 12``, in the order in which they come."""

import re
from collections.abc import Iterable

import numpy as np

from diversity.arrays import Int64
from diversity.errors import PlanError

_TEXT = re.compile(r"\s*(?:\d+(?:\s+to\s+\d+)?\s*(?:,\s*\d+(?:\s+to\s+\d+)?\s*)*)?", re.ASCII)
_RUN = re.compile(r"(\d+)(?:\s+to\s+(\d+))?", re.ASCII)
SHORTEST = 3
MOST = 100_000_000


def write_rows(rows: Int64) -> str:
    """Write row numbers as text.

    Parameters
    ----------
    rows : ndarray of shape (n,), int64
        Not negative, in any order.

    Examples
    --------
    >>> write_rows(np.array([7, 8, 9, 2, 0, 1]))
    '7 to 9, 2, 0, 1'
    """
    if not len(rows):
        return ""
    starts = np.flatnonzero(np.diff(rows, prepend=rows[0] - 2) != 1)
    stops = np.append(starts[1:], len(rows))
    runs = zip(starts.tolist(), stops.tolist(), strict=True)
    return ", ".join(part for start, stop in runs for part in _run(rows, start, stop))


def read_rows(text: str) -> Int64:
    """Read the text of `write_rows` back.

    Raises
    ------
    PlanError
        For anything else, for a run that goes down, and for more than 100 million rows.
    """
    if not _TEXT.fullmatch(text):
        raise PlanError(f"These are no row numbers: {text[:60]!r}.", "Write '0 to 9, 12'.")
    runs = [(int(a), int(b or a)) for a, b in _RUN.findall(text)]
    if any(stop < start for start, stop in runs):
        raise PlanError("A run of rows goes down.", "Write '0 to 9', not '9 to 0'.")
    if sum(stop - start + 1 for start, stop in runs) > MOST or any(b > MOST for _, b in runs):
        raise PlanError(f"More rows than the {MOST:,} that can be held.")
    parts = [np.arange(start, stop + 1, dtype=np.int64) for start, stop in runs]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def as_rows(rows: object) -> tuple[int, ...]:
    """Bring row numbers, or their text, to a sorted tuple that holds each once."""
    if isinstance(rows, str):
        return tuple(np.unique(read_rows(rows)).tolist())
    if not isinstance(rows, Iterable):
        raise PlanError(f"rows are row numbers or their text, not {rows!r}.")
    numbers = list(rows)
    if any(isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0 for n in numbers):
        raise PlanError("Row numbers are whole numbers from 0.")
    return tuple(sorted({int(n) for n in numbers}))


def _run(rows: Int64, start: int, stop: int) -> list[str]:
    if stop - start < SHORTEST:
        return [str(row) for row in rows[start:stop].tolist()]
    return [f"{rows[start]} to {rows[stop - 1]}"]
