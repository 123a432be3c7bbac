"""``diversity app``: the dashboard, in a browser on this machine."""

import json
import os
import sys
from pathlib import Path

import click

from diversity.cli import options

HERE = Path(__file__).resolve().parents[1]


@click.command("app")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@options.text
@options.vectors
@click.option("--port", type=int, default=8501, show_default=True)
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help="Whom to listen to; the default serves this machine only.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def command(
    files: tuple[Path, ...],
    text: str | None,
    vectors: str | None,
    port: int,
    address: str,
    no_browser: bool,
) -> None:
    """Open the dashboard on FILES, or on the built-in sample."""
    from diversity.errors import UnreadableFileError

    for file in files:
        if not file.exists():
            raise UnreadableFileError(f"There is no file {file}.", "Check the path.")
    os.environ["DIVERSITY_FILES"] = json.dumps([str(file.resolve()) for file in files])
    os.environ["DIVERSITY_TEXT"] = text or ""
    os.environ["DIVERSITY_VECTORS"] = vectors or ""
    arguments = ["-m", "streamlit", "run", str(app_file())]
    arguments += [f"--server.port={port}", f"--server.address={address}"]
    arguments += [f"--server.headless={'true' if no_browser else 'false'}"]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *arguments])


def app_file() -> Path:
    """Return the launcher: inside the installed package, or beside it in a checkout."""
    installed = HERE / "_app" / "app.py"
    return installed if installed.exists() else HERE.parent / "app.py"
