"""How does a file appear whole or not at all? Written beside its place, renamed at the end."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diversity.errors import ExportError


def check_free(path: Path, *, overwrite: bool) -> None:
    """Refuse a name that is taken.

    Raises
    ------
    ExportError
        If something is there already and may not be replaced.
    """
    if os.path.lexists(path) and not overwrite:
        raise ExportError(
            f"{path} exists already.", "Choose another name, or allow overwriting (--force)."
        )


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a name in the same folder; what is written there becomes `path` at the end.

    Raises
    ------
    ExportError
        If the disk refuses. Nothing half-written is left, under either name.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}{path.suffix}")
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            _put(temporary, path)
        finally:
            _remove(temporary)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(
            f"{path} cannot be written: {reason}.", "Nothing is left of it; choose another place."
        ) from error


def _put(temporary: Path, path: Path) -> None:
    """Rename; a folder that is there is moved aside first and comes back if that fails."""
    if not path.is_dir():
        os.replace(temporary, path)
        return
    aside = path.with_name(f".{secrets.token_hex(8)}")
    os.replace(path, aside)
    try:
        os.replace(temporary, path)
    except OSError:
        os.replace(aside, path)
        raise
    _remove(aside)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
