"""``diversity map``: the records with their place on the map, cluster and duplicates."""

from pathlib import Path

import click

from diversity.cli import options
from diversity.cli.options import note


@click.command("map")
@options.files
@options.text
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write: .csv, .tsv, .json, .jsonl or .parquet.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@options.where
@options.embedder
@options.vectors
def command(
    files: tuple[Path, ...],
    text: str | None,
    out: Path,
    force: bool,
    where: str | None,
    embedder: str | None,
    vectors: str | None,
) -> None:
    """Write the records of FILES with x, y, cluster, cluster_name, strength and duplicate_of.

    cluster is -1 for noise; duplicate_of is the row (counting from 0, before --where) of the
    record that this one repeats, and empty for a record that repeats none.
    """
    from diversity.cli.loading import load, passing
    from diversity.errors import ExportError
    from diversity.export import write_records
    from diversity.mapped import mapped_records

    if out.exists() and not force:
        raise ExportError(f"{out} exists already.", "Choose another name, or pass --force.")
    analysis = load(files, text, embedder, vectors, with_map=True)
    records, renamed = mapped_records(analysis)
    kept = passing(analysis, where)
    if kept is not None:
        records = records[kept]
    for old, new in renamed.items():
        note(f"The dataset has a column {old!r} already; ours is called {new!r}.")
    n_guarded = write_records(records, out, overwrite=force)
    if n_guarded:
        note(f"{n_guarded:,} cells that a spreadsheet would run as a formula start with ' now.")
    note(
        f"Wrote {len(records):,} records in {analysis.clustering.n_clusters} clusters to {out} "
        f"({analysis.clustering.noise_share:.0%} noise)."
    )
