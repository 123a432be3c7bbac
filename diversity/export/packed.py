"""How do files leave as one? As a zip made on the disk, so that memory holds a chunk at a time."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from diversity.progress import Steps, finish


def packed(make: Callable[[Path], Steps[Any]], name: str) -> io.FileIO:
    """Write files into a folder of their own and pack them.

    Parameters
    ----------
    make : callable
        Is given the path to write to, and may write beside it.
    name : str
        What the path is called.

    Returns
    -------
    FileIO
        The zip, open at its beginning; it is gone from the disk when it is closed.
    """
    with ExitStack() as closed_on_error:
        content = closed_on_error.enter_context(tempfile.TemporaryFile(buffering=0))
        with (
            tempfile.TemporaryDirectory() as folder,
            zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
        ):
            finish(make(Path(folder) / name))
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder))
        content.seek(0)
        closed_on_error.pop_all()
    return content
