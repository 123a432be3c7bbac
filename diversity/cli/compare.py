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
    help="Column whose values are the groups, such as prompt or temperature. Several FILES are "
    "groups by themselves.",
)
@click.option(
    "--groups",
    metavar="A,B",
    help="Values to compare, two to twelve, in this order; all of them by default. A value with a "
    "comma stands in double quotes.",
)
@click.option(
    "--within",
    metavar="COLUMN",
    help="Score also within each value of a key, such as the task that several records answer, "
    "and average over the values.",
)
@click.option(
    "--reference",
    metavar="VALUE",
    help="The group the others are held against, such as real data: what they reach, what they "
    "miss.",
)
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
    help="Random deals of the records behind each p-value; below 439 nothing can be claimed.",
)
@options.where
@options.embedder
@options.vectors
@click.option(
    "--raw",
    is_flag=True,
    help="Show also the values of all records of each group, texts whole, at no common budget: to "
    "be read, not to be compared. A report holds them always.",
)
@click.option(
    "--report",
    metavar="PATH.html",
    type=click.Path(path_type=Path),
    help="Write one HTML page with tables, maps and examples that works offline and on paper.",
)
@click.option("--force", is_flag=True, help="Replace a report that exists.")
@click.option(
    "--json",
    "json_path",
    metavar="PATH|-",
    help="Write every number as JSON to a file, or to - instead of the table.",
)
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
    raw: bool,
    report: Path | None,
    force: bool,
    json_path: str | None,
) -> None:
    """Compare groups of records in FILES: values of a column, or the files themselves."""
    from diversity.cli.comparing import comparison_table
    from diversity.cli.loading import analyzed, check_where, passing, read_files
    from diversity.comparison import compare_steps
    from diversity.comparison.choosing import check_request, groups_of
    from diversity.errors import ComparisonError

    if report:
        from diversity.report import check_free, write_report

        if not force:
            check_free(report)
    dataset = read_files(files, text)
    by = by or dataset.group_column
    if not by:
        raise ComparisonError(
            "There is one file and no column to compare by.",
            "Name a column with --by, or give two files.",
        )
    wanted = _split(groups) if groups else None
    on_map = check_where(dataset, where)
    check_request(dataset, by, wanted, within, reference, filtered=bool(where))
    analysis = analyzed(dataset, embedder, vectors, with_map=bool(report) or on_map)
    mask = passing(analysis, where)
    found = shown(
        compare_steps(
            analysis, by, wanted, within=within, reference=reference, match_length=match_length,
            raw=raw or bool(report), where=mask, n_deals=deals, store=default_store(),
        )
    )  # fmt: skip
    for sentence in found.notes:
        note(sentence)
    if report:
        rows = groups_of(analysis, by, wanted, mask)
        write_report(report, found, analysis, rows, where or "")
        note(f"Wrote {report}.")
    give(lambda: comparison_table(found, raw), found.as_json, json_path)


def _split(listed: str) -> list[str]:
    """Take a list of values apart; values that hold a comma are written as CSV would."""
    import csv

    return [name.strip() for name in next(csv.reader([listed], skipinitialspace=True))]
