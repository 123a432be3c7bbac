"""What do commands share? How to name files, the text, the model; and how to show progress."""

import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from diversity.errors import ExportError
from diversity.progress import Progress, Steps, finish
from diversity.wording import duration

if TYPE_CHECKING:
    from diversity.store import Store

Result = TypeVar("Result")
Command = TypeVar("Command", bound=Callable[..., Any])


class Finite(click.FloatRange):
    """A number in a range that is neither infinite nor none at all."""

    def convert(
        self,
        value: Any,  # noqa: ANN401  (as click has it)
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Read the number."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number to reckon with.", param, ctx)
        return number


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


def give(
    table: Callable[[], str], values: Callable[[], Mapping[str, Any]], path: str | None
) -> None:
    """Print a table, or write JSON where that was asked for; see `write_json`."""
    if path is None:
        click.echo(table())
    else:
        write_json(values(), path)


def write_json(values: Mapping[str, Any], path: str) -> None:
    """Write JSON to a file, or to the terminal where the path is ``-``.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    document = json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False)
    if path == "-":
        click.echo(document)
        return
    try:
        Path(path).write_text(document + "\n", encoding="utf-8")
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
    note(f"Wrote {path}.")


def note(sentence: str) -> None:
    """Tell something beside the result."""
    click.echo(sentence, err=True)
