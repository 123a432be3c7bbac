"""``diversity compare``: groups side by side, with tests, reasons and a report."""

from pathlib import Path

import click

from diversity.cli import options
from diversity.cli.options import default_store, give, note, shown


@click.command("compare")
@options.files
@options.text
@click.option(
    "--by",
    metavar="COLUMN",
    help="Column whose values are the groups. Several FILES can be compared without it.",
)
@click.option(
    "--groups", metavar="A,B", help="Values to compare, two to twelve; all of them by default."
)
@click.option(
    "--within", metavar="COLUMN", help="Score also within each value of a key, such as a task."
)
@click.option("--reference", metavar="VALUE", help="The group the others are held against.")
@click.option(
    "--match-length",
    is_flag=True,
    help="Cut texts so that all groups have one distribution of lengths, and embed them anew.",
)
@click.option(
    "--deals",
    type=click.IntRange(20, 100_000),
    default=500,
    show_default=True,
    help="Random deals of the records behind each p-value.",
)
@options.where
@options.embedder
@options.vectors
@click.option("--report", type=click.Path(path_type=Path), help="Write a page that works offline.")
@click.option("--json", "json_path", metavar="PATH|-", help="Write JSON to a file, or to - .")
def command(
    files: tuple[Path, ...],
    text: str | None,
    by: str | None,
    groups: str | None,
    within: str | None,
    reference: str | None,
    match_length: bool,
    deals: int,
    where: str | None,
    embedder: str | None,
    vectors: str | None,
    report: Path | None,
    json_path: str | None,
) -> None:
    """Compare groups of records in FILES: values of a column, or the files themselves."""
    from diversity.cli.comparing import comparison_table
    from diversity.cli.loading import analyzed, passing, read_files
    from diversity.comparison import compare_steps
    from diversity.comparison.choosing import check_request, groups_of
    from diversity.errors import ComparisonError

    dataset = read_files(files, text)
    by = by or dataset.group_column
    if not by:
        raise ComparisonError(
            "There is one file and no column to compare by.",
            "Name a column with --by, or give two files.",
        )
    wanted = _split(groups) if groups else None
    check_request(dataset, by, wanted, within, reference, filtered=bool(where))
    analysis = analyzed(dataset, embedder, vectors, with_map=bool(report or where))
    mask = passing(analysis, where)
    found = shown(
        compare_steps(
            analysis, by, wanted, within=within, reference=reference, match_length=match_length,
            where=mask, n_deals=deals, store=default_store(),
        )
    )  # fmt: skip
    for sentence in found.notes:
        note(sentence)
    if report:
        from diversity.report import write_report

        rows = groups_of(analysis, by, wanted, mask)
        write_report(report, found, analysis, rows, where or "")
        note(f"Wrote {report}.")
    give(lambda: comparison_table(found), found.as_json, json_path)


def _split(listed: str) -> list[str]:
    """Take a list of values apart; values that hold a comma are written as CSV would."""
    import csv

    return [name.strip() for name in next(csv.reader([listed], skipinitialspace=True))]
