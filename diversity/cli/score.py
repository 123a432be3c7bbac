"""``diversity score``: the panel of scores for files, or for each group in them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from diversity.cli import options
from diversity.cli.options import give

if TYPE_CHECKING:
    from diversity.scores import Mode


@click.command("score")
@options.files
@options.text
@click.option("--by", metavar="COLUMN", help="Score each value of a column by itself.")
@click.option(
    "--mode",
    type=click.Choice(["matched", "exact", "paper"]),
    default="matched",
    show_default=True,
    help="matched: all groups at the same budget. exact: all records. "
    "paper: as the reference implementations compute it.",
)
@options.where
@options.embedder
@options.vectors
@click.option("--json", "json_path", metavar="PATH|-", help="Write JSON to a file, or to - .")
def command(
    files: tuple[Path, ...],
    text: str | None,
    by: str | None,
    mode: "Mode",
    where: str | None,
    embedder: str | None,
    vectors: str | None,
    json_path: str | None,
) -> None:
    """Score how diverse the texts in FILES are, each score with its interval."""
    from diversity.cli.loading import load, passing
    from diversity.cli.tables import score_table
    from diversity.scorecards import scorecard

    analysis = load(files, text, embedder, vectors, with_map=where is not None)
    card = scorecard(analysis, by=by, mode=mode, where=passing(analysis, where))
    give(lambda: score_table(card), card.as_json, json_path)
