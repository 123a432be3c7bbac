"""Has this call been paid for already? Then its answer is here, and need not be paid for again.

One SQLite file keeps every answer of every language model under a name made of all that it
depends on. An answer is written before it is used, so a process killed at any moment loses at
most the calls in flight. Threads and processes may share the file. It holds no keys.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from diversity.errors import StoreError

PATIENCE_S = 60
_TABLE = """
CREATE TABLE IF NOT EXISTS calls (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, text TEXT NOT NULL, finish TEXT NOT NULL,
    tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, usd REAL, at_s REAL NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Entry:
    """An answer and what was paid for it.

    Parameters
    ----------
    model : str
    text : str
        The answer as the model wrote it.
    finish : str
        Why it stopped there, see `diversity.llm.asking.Reply`.
    tokens_in, tokens_out : int
    usd : float or None
        None where the price was unknown.
    """

    model: str
    text: str
    finish: str
    tokens_in: int
    tokens_out: int
    usd: float | None


class Ledger:
    """The answers that were paid for, by name.

    Parameters
    ----------
    path : path
        Created at the first use, its folder too.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Ledger(folder + "/calls.sqlite") as ledger:
    ...     _ = ledger.put("a", Entry("m", "yes", "stop", 10, 1, 0.001))
    ...     ledger.get("a").text, ledger.get("b"), len(ledger)
    ('yes', None, 1)
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None

    def get(self, key: str) -> Entry | None:
        """Return the answer kept under a name, or None."""
        with self._connected() as connection:
            row = connection.execute(
                "SELECT model, text, finish, tokens_in, tokens_out, usd FROM calls WHERE key = ?",
                (key,),
            ).fetchone()
        return Entry(*row) if row else None

    def put(self, key: str, entry: Entry) -> Entry:
        """Keep an answer and return what is kept: the first one, if another was quicker.

        Raises
        ------
        StoreError
            If the file cannot be written, for example on a full disk.
        """
        values = (key, *vars(entry).values(), time.time())
        with self._connected() as connection:
            connection.execute(
                f"INSERT OR IGNORE INTO calls VALUES ({', '.join('?' * len(values))})",
                values,
            )
        kept = self.get(key)
        assert kept is not None, "it was written just now"
        return kept

    def __len__(self) -> int:
        with self._connected() as connection:
            return int(connection.execute("SELECT count(*) FROM calls").fetchone()[0])

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Hand out the one connection to one thread at a time, each use a transaction."""
        with self._lock:
            try:
                self._open = self._open or _opened(self.path)
                with self._open:
                    yield self._open
            except (sqlite3.Error, OSError) as error:
                raise StoreError(
                    f"The ledger {self.path} cannot be used: {error}.",
                    "Free some space, or name another folder in DIVERSITY_HOME.",
                ) from error


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, one process at a time: SQLite does not wait for a change to WAL mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(path.name + ".lock"), timeout=PATIENCE_S, poll_interval=0.01):
        connection = sqlite3.connect(path, timeout=PATIENCE_S, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_TABLE)
    return connection
