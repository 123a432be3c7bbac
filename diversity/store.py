"""Where do results live between runs? In one folder, shared by the command line and the app.

Three kinds of thing are kept: *artefacts*, small sets of named arrays under a fingerprint;
*vectors*, one append-only file a model (see `diversity.vector_cache`); and *uploads*, files that
visitors of the dashboard sent. None of these is the only copy of anything: emptying the store
costs time, never data. What was paid for or typed lies beside them and is not emptied: the *ledger*
of calls to language models (see `diversity.ledger`), and what visitors of the dashboard have
*written*, tags above all.
"""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from diversity.errors import StoreError

KINDS = ("artefacts", "vectors", "uploads")

Arrays = Mapping[str, npt.NDArray[np.generic]]


class Store:
    """A folder of results that can always be made again.

    Parameters
    ----------
    folder : path
        Created at the first write.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def load(self, name: str) -> dict[str, npt.NDArray[np.generic]] | None:
        """Return the arrays kept under a fingerprint, or None if there are none to be had."""
        try:
            with self._artefact(name).open("rb") as file:
                arrays = np.load(file, allow_pickle=False)
                return {key: arrays[key] for key in arrays.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return None

    def save(self, name: str, arrays: Arrays) -> None:
        """Keep arrays under a fingerprint; a reader sees all of them or none.

        Raises
        ------
        StoreError
            If the folder cannot be written, for example on a full disk.
        """
        path = self._artefact(name)
        with mending(self.folder), written_beside(path) as beside, beside.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    @property
    def ledger_path(self) -> Path:
        """Where the calls that were paid for are kept; see `diversity.ledger`."""
        return self.folder / "ledger" / "calls.sqlite"

    def size_bytes(self) -> int:
        """Bytes on disk, all kinds together."""
        return sum(size for _, size in self._files())

    def sizes(self) -> dict[str, int]:
        """Bytes on disk by kind: ``artefacts``, ``vectors``, and whatever else is kept."""
        sizes: dict[str, int] = {}
        for path, size in self._files():
            kind = path.relative_to(self.folder).parts[0]
            sizes[kind] = sizes.get(kind, 0) + size
        return sizes

    def clear(self) -> int:
        """Delete all that can be made again and return how many bytes that freed."""
        freed = sum(size for kind, size in self.sizes().items() if kind in KINDS)
        with mending(self.folder):
            for kind in KINDS:
                if (self.folder / kind).exists():
                    shutil.rmtree(self.folder / kind)
        return freed

    def _artefact(self, name: str) -> Path:
        return self.folder / "artefacts" / f"{name}.npz"

    def _files(self) -> Iterator[tuple[Path, int]]:
        for path in self.folder.rglob("*"):
            try:
                if path.is_file():
                    yield path, path.stat().st_size
            except FileNotFoundError:
                continue


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder and rename it to `path` at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def mending(folder: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a `StoreError` that says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"The store {folder} cannot be written: {reason}.",
            "Free some space or name another folder in DIVERSITY_HOME.",
        ) from error
