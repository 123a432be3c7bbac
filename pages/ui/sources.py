"""Where can records come from? The built-in sample, files named at the start, or an upload.

A source is small and hashable; the records themselves are read from it. An upload is kept in the
store under the hash of its content, so a reload finds it again, and no name a visitor chose ever
becomes a path.
"""

import json
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from diversity import samples
from diversity.dataset import Dataset, Table, from_table, load
from diversity.errors import UnreadableFileError
from diversity.fingerprint import fingerprint
from diversity.store import Store, mending, written_beside


@dataclass(frozen=True)
class Sample:
    """The built-in sample."""

    name: str = "Built-in sample"

    def read(self, _store: Store) -> Dataset:
        """Read the records."""
        return samples.load()


@dataclass(frozen=True)
class Files:
    """Files on the machine that serves the dashboard, named when it was started."""

    paths: tuple[str, ...]
    text: str | None = None

    @property
    def name(self) -> str:
        """What to call them."""
        return ", ".join(Path(path).name for path in self.paths)

    def table(self, _store: Store) -> Table:
        """Read the cells."""
        return load(list(self.paths))

    def read(self, store: Store) -> Dataset:
        """Read the records."""
        return from_table(self.table(store), self.text)


@dataclass(frozen=True)
class Upload:
    """Files that a visitor sent: their names, and the hashes of their contents."""

    names: tuple[str, ...]
    contents: tuple[str, ...]
    text: str | None = None

    @property
    def name(self) -> str:
        """What to call them."""
        return ", ".join(self.names)

    def table(self, store: Store) -> Table:
        """Read the cells."""
        with ExitStack() as opened:
            files = [opened.enter_context(_opened(store, content)) for content in self.contents]
            return load(list(zip(self.names, files, strict=True)))

    def read(self, store: Store) -> Dataset:
        """Read the records."""
        return from_table(self.table(store), self.text)


Source = Sample | Files | Upload
SAMPLE = Sample()


def keep_upload(store: Store, files: Sequence[BinaryIO]) -> Upload:
    """Keep uploaded files in the store and return the source that reads them."""
    names, contents = [], []
    for file in files:
        content = file.read()
        name = fingerprint(content)
        path = _kept(store, name)
        if not path.exists():
            with mending(store.folder), written_beside(path) as beside:
                beside.write_bytes(content)
        names.append(Path(str(file.name)).name)
        contents.append(name)
    return Upload(tuple(names), tuple(contents))


def remember(store: Store, upload: Upload) -> str:
    """Write down which files an upload is made of, and return the name it can be recalled by."""
    name = fingerprint(upload)
    path = _kept(store, f"{name}.json")
    if not path.exists():
        with mending(store.folder), written_beside(path) as beside:
            beside.write_text(json.dumps(asdict(upload)), encoding="utf-8")
    return name


def recall(store: Store, name: str) -> Upload | None:
    """Return a remembered upload, or None if there is none of that name here."""
    if not re.fullmatch(r"[0-9a-f]{32}", name):
        return None
    try:
        kept = json.loads(_kept(store, f"{name}.json").read_text("utf-8"))
        return Upload(tuple(kept["names"]), tuple(kept["contents"]), kept["text"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _opened(store: Store, content: str) -> BinaryIO:
    try:
        return _kept(store, content).open("rb")
    except FileNotFoundError as error:
        raise UnreadableFileError(
            "This upload is no longer kept here.", "Upload the file again."
        ) from error


def _kept(store: Store, content: str) -> Path:
    return store.folder / "uploads" / content
