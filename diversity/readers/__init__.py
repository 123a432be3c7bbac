"""Which reader reads which file?

By suffix, then by the first bytes; ``.gz`` around any of them is looked through. Reading never
executes anything that a file holds.
"""

import codecs
import csv
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO, TypeAlias

import pyarrow as pa

from diversity.errors import DatasetError, EmptyDatasetError, UnreadableFileError
from diversity.readers import delimited, json_array, json_lines, parquet, stream
from diversity.readers.combine import combine
from diversity.readers.stream import File, Readable, is_upload
from diversity.readers.table import LeftOut, Source, Table, labels

__all__ = ["SUFFIXES", "LeftOut", "Readable", "Source", "Table", "is_upload", "load"]

Reader: TypeAlias = Callable[[BinaryIO, str], Table]

SUFFIXES: dict[str, Reader] = {
    ".csv": delimited.read_csv,
    ".tsv": delimited.read_tsv,
    ".tab": delimited.read_tsv,
    ".json": json_array.read,
    ".jsonl": json_lines.read,
    ".ndjson": json_lines.read,
    ".parquet": parquet.read,
    ".pq": parquet.read,
}
STARTS: dict[bytes, Reader] = {
    b"PAR1": parquet.read,
    b"[": json_array.read,
    b"{": json_array.read,
}
FOREIGN: dict[bytes, str] = {
    b"PK\x03\x04": "a zip archive or an Excel workbook: unpack it, or save the sheet as CSV",
    b"PARE": "an encrypted Parquet file: save it without encryption",
    b"ARROW1": "an Arrow file: save it as Parquet",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it first",
    b"BZh": "packed with bzip2: unpack it first",
    b"\xfd7zXZ\x00": "packed with xz: unpack it first",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save the sheet as CSV",
    b"%PDF": "a PDF: save its texts as CSV",
    b"SQLite format 3": "an SQLite database: export the table as CSV",
}
BROKEN = (OSError, EOFError, zlib.error, ValueError, OverflowError, MemoryError, RecursionError)


def load(readables: Sequence[Readable]) -> Table:
    """Read files into one table.

    Parameters
    ----------
    readables : sequence of path, or pair of a name and its bytes or binary file object

    Raises
    ------
    DatasetError
        For the first file that cannot be read: which file, where in it, what to do.
    """
    files = [stream.file(readable) for readable in readables]
    names = labels([file.path for file in files])
    return combine([_table(file, name) for file, name in zip(files, names, strict=True)])


def _table(file: File, name: str) -> Table:
    try:
        with file.opened() as raw:
            unpacked = stream.unpacked(raw, file)
            reader = _reader(file, name, _start(unpacked, name))
            table = reader(unpacked, name)
    except DatasetError:
        raise
    except (*BROKEN, csv.Error, pa.ArrowException) as error:
        raise _broken(file, name, error) from error
    source = replace(table.sources[0], size_bytes=file.size_bytes)
    return replace(table, sources=(source,))


def _reader(file: File, name: str, start: bytes) -> Reader:
    by_suffix, by_start = SUFFIXES.get(_suffix(file.name)), _by_start(start)
    is_list = by_suffix is json_lines.read and _bare(start).startswith(b"[")
    reader = by_start if by_suffix is None or by_start is parquet.read or is_list else by_suffix
    if reader is None:
        known = ", ".join(SUFFIXES)
        raise UnreadableFileError(
            f"{name} is of no known format.", f"Known are {known}, each also with .gz behind it."
        )
    return reader


def _start(unpacked: BinaryIO, name: str) -> bytes:
    """Look at the first bytes; refuse what is empty or known to be something else."""
    start = unpacked.read(512)
    unpacked.seek(0)
    if not start.strip():
        raise EmptyDatasetError(f"{name} is empty.", "Choose a file with rows.")
    for magic, what in FOREIGN.items():
        if start.startswith(magic):
            raise UnreadableFileError(f"{name} is {what}.")
    if b"\0" in start[:2] and start[:2] not in stream.UTF16:
        raise UnreadableFileError(
            f"{name} looks like UTF-16 without a byte order mark.", "Save it as UTF-8."
        )
    return start


def _suffix(name: str) -> str:
    bare = name.lower().removesuffix(".gz")
    return bare[bare.rfind(".") :] if "." in bare else ""


def _by_start(start: bytes) -> Reader | None:
    bare = _bare(start)
    return next((reader for magic, reader in STARTS.items() if bare.startswith(magic)), None)


def _bare(start: bytes) -> bytes:
    return start.removeprefix(codecs.BOM_UTF8).lstrip()


def _broken(file: File, name: str, error: BaseException) -> UnreadableFileError:
    bad = _bad_byte(file) if isinstance(error, UnicodeDecodeError) else None
    if bad is not None:
        return UnreadableFileError(
            f"{name} is not {bad.encoding}: byte 0x{bad.value:02X} at position {bad.position:,} "
            "cannot be decoded.",
            "Save it as UTF-8 (UTF-16 is read too if it begins with a byte order mark).",
        )
    why = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return UnreadableFileError(
        f"{name} is broken and cannot be read: {why}.", "Fetch or export it again."
    )


def _bad_byte(file: File) -> stream.BadByte | None:
    with suppress(*BROKEN), file.opened() as raw:
        return stream.bad_byte(stream.unpacked(raw, file))
    return None
