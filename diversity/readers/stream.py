"""How is a file opened, unpacked and decoded, and where is its first bad byte?"""

import codecs
import gzip
import io
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from diversity.errors import UnreadableFileError

GZIP = b"\x1f\x8b"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CHUNK = 1 << 20
Readable: TypeAlias = str | os.PathLike[str] | tuple[str, bytes | BinaryIO]


def is_upload(value: object) -> bool:
    """Tell a pair of a name and its bytes from a sequence of paths."""
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    return isinstance(value[0], str) and not isinstance(value[1], str | os.PathLike | tuple)


@dataclass(frozen=True)
class File:
    """Something with bytes: a file on disk or an upload.

    Parameters
    ----------
    path : str
        Path, or the name that came with an upload.
    size_bytes : int
    opened : callable
        Opens the raw bytes anew at each call.
    """

    path: str
    size_bytes: int
    opened: Callable[[], AbstractContextManager[BinaryIO]]

    @property
    def name(self) -> str:
        """Name without the folders."""
        return Path(self.path).name or self.path


@dataclass(frozen=True)
class BadByte:
    """A byte that cannot be decoded, its position in the unpacked file (from 0), and as what."""

    position: int
    value: int
    encoding: str


def file(readable: Readable) -> File:
    """Look at a path or at a pair of a name and its bytes.

    Raises
    ------
    UnreadableFileError
        For a path that does not exist or is a folder.
    """
    if isinstance(readable, tuple):
        name, data = readable
        content = data if isinstance(data, bytes) else _rewound(data)
        return File(name, len(content), lambda: nullcontext(io.BytesIO(content)))
    return _on_disk(os.fspath(readable))


def unpacked(raw: BinaryIO, file: File) -> BinaryIO:
    """Look through gzip, which is recognised by its first two bytes.

    Raises
    ------
    UnreadableFileError
        For a name ending in ``.gz`` without gzip inside.
    """
    start = raw.read(2)
    raw.seek(0)
    if start == GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if start and file.name.lower().endswith(".gz"):
        raise UnreadableFileError(
            f"{file.name} ends in .gz but does not hold gzip data.",
            "Drop the .gz from its name if it is not compressed, or fetch it again.",
        )
    return raw


@contextmanager
def text(stream: BinaryIO) -> Iterator[io.TextIOWrapper]:
    """Decode UTF-8, or UTF-16 with a byte order mark, strictly and without touching line ends."""
    encoding = "utf-16" if stream.read(2) in UTF16 else "utf-8-sig"
    stream.seek(0)
    wrapper = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield wrapper
    finally:
        wrapper.detach()


def bad_byte(stream: BinaryIO) -> BadByte | None:
    """Find the first byte that cannot be decoded."""
    encoding = "UTF-16" if stream.read(2) in UTF16 else "UTF-8"
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    position, chunk = 0, b"-"
    while chunk:
        chunk = stream.read(CHUNK)
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            value = error.object[error.start]
            return BadByte(position - held + error.start, value, encoding)
        position += len(chunk)
    return None


def _rewound(data: BinaryIO) -> bytes:
    data.seek(0)
    return data.read()


def _on_disk(path: str) -> File:
    try:
        is_folder, size_bytes = os.path.isdir(path), os.stat(path).st_size
    except (OSError, ValueError) as error:
        raise UnreadableFileError(
            f"There is no file {path!r} that can be opened.", "Check the path and its spelling."
        ) from error
    if is_folder:
        raise UnreadableFileError(
            f"{path!r} is a folder, not a file.", "Name the files in it, one or several."
        )
    return File(path, size_bytes, lambda: open(path, "rb"))
