"""What do commands share? How to name files, the text, the model; and how to show progress."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from diversity.progress import Progress, Steps, finish

if TYPE_CHECKING:
    from diversity.store import Store

Result = TypeVar("Result")
Command = TypeVar("Command", bound=Callable[..., Any])

files = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
text = click.option(
    "--text",
    metavar="COLUMN|TEMPLATE",
    help="Column to analyze, or a template such as '{instruction}\\n{output}'. "
    "Without it the likeliest column is taken, and named.",
)
embedder = click.option(
    "--embedder",
    metavar="NAME",
    envvar="DIVERSITY_EMBEDDER",
    help="Embedding model: a sentence-transformers name, api:MODEL, or 'hashing' (no model).",
)
where = click.option(
    "--where",
    metavar="FILTER",
    help="Only records that pass a filter, such as 'prompt = \"a\" and length > 50'; "
    "see docs/filters.md. Clusters and map stay those of all records.",
)
vectors = click.option(
    "--vectors",
    metavar="COLUMN",
    help="Column that holds a vector for each record; then no model is run.",
)


def default_store() -> "Store":
    """Return the store in the folder that DIVERSITY_HOME names, else in the user's cache."""
    from diversity.store import Store

    home = os.environ.get("DIVERSITY_HOME")
    return Store(home or Path(click.get_app_dir("diversity-explorer", force_posix=True)))


def shown(steps: Steps[Result]) -> Result:
    """Run long work and show how far it is, if anyone is looking."""
    if not sys.stderr.isatty():
        return finish(steps)
    try:
        return finish(steps, _show)
    finally:
        click.echo("\r\033[K", nl=False, err=True)


def _show(progress: Progress) -> None:
    parts = [progress.stage]
    if progress.total > 1:
        parts.append(f"{progress.done:,} of {progress.total:,}")
    if progress.rate and progress.left_s is not None:
        parts.append(f"{progress.rate:,.0f} a second, {duration(progress.left_s)} left")
    click.echo("\r\033[K" + " · ".join(parts), nl=False, err=True)


def duration(seconds: float) -> str:
    """Say a time as a person would.

    Examples
    --------
    >>> duration(4), duration(75), duration(7300)
    ('4 s', '1 min 15 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def note(sentence: str) -> None:
    """Tell something beside the result."""
    click.echo(sentence, err=True)
