"""``diversity curate``: keep a subset by a plan of steps, with a reason for each row that goes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diversity.cli import options
from diversity.cli.options import note, shown
from diversity.cli.order import InOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from diversity.analysis import Analysis
    from diversity.cli.options import Command
    from diversity.curation import Effect, Material, Outcome, Plan
    from diversity.dataset import Dataset

FURTHER = (
    "row", "cluster", "cluster_name", "selection_rank", "duplicate_component", "represents",
    "decision",
)  # fmt: skip


def _step(name: str, metavar: str, help: str) -> "Callable[[Command], Command]":
    return click.option(name, multiple=True, metavar=metavar, help=help)


@click.command("curate", cls=InOrder)
@options.files
@click.option(
    "--steps", type=click.Path(path_type=Path), metavar="PLAN", help="A plan in YAML or JSON."
)
@_step("--where", "FILTER", "Keep what passes a filter.")
@_step(
    "--drop-duplicates", "[KIND:]S[:KEEP]",
    "Drop near-duplicates from a cosine similarity on (near, or near:0.95), those to the letter "
    "(exact), or in wording (lexical, or lexical:0.7); keep the first, longest, central or "
    "best:COLUMN.",
)  # fmt: skip
@_step("--cap", "COLUMN=N[:KEEP]", "At most n of each value; cluster and template are columns too.")
@_step("--balance", "COLUMN", "As many of each value of a column.")
@_step("--top", "COLUMN=K", "The k largest by a column of numbers.")
@_step(
    "--select", "METHOD[:K][:OPTION=V]...",
    "Choose k by a method, such as k_center:500 or stratified:500:by=prompt; quality=COLUMN "
    "weighs the choice. Some find k themselves: threshold:max_similarity=0.9. See "
    "docs/selection.md.",
)  # fmt: skip
@_step("--add", "ROWS", "Take rows back in, such as '0 to 9, 12'.")
@_step("--remove", "ROWS", "Leave rows out.")
@click.option(
    "--manifest", type=click.Path(path_type=Path),
    help="Give the rows of an export again, and say whether its steps give them here too.",
)  # fmt: skip
@click.option("--rows-only", is_flag=True, help="Do not take a manifest's steps again; no model.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write (.jsonl, .csv, .tsv, .json, .parquet), or without a suffix a folder that "
    "Hugging Face datasets loads. Beside it goes a manifest. Without --out nothing is written.",
)
@click.option(
    "--with", "further", multiple=True, metavar="COLUMN",
    help=f"Write a further column: {', '.join(FURTHER)}, or all.",
)  # fmt: skip
@click.option("--dropped", is_flag=True, help="Write the dropped rows too, each with its reason.")
@click.option("--no-guard", is_flag=True, help="Leave CSV cells alone that look like formulas.")
@click.option(
    "--report", is_flag=True,
    help="Show scores before, after and of random subsets; with --out, write them with losses and "
    "a map as an HTML page beside it.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace files that exist.")
@options.text
@options.embedder
@options.vectors
def command(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401  (as click gives them)
    """Keep a subset of FILES by steps, taken in the order in which they are written.

    A plan of --steps comes first. Every row that goes has one reason; the manifest holds the plan,
    the counts, the scores before, after and of random subsets of the same size, and the rows.
    """
    from diversity.export.write import check_names

    if given["out"] is not None:
        check_names(given["out"], with_dropped=given["dropped"], overwrite=given["force"])
        _check_report(given)
    steps = {name: given[name] for name in given if isinstance(given[name], tuple)}
    further = steps.pop("further")
    if given["manifest"] is not None:
        if given["steps"] is not None or any(steps.values()):
            raise click.UsageError("A manifest has its own steps: name either it or steps.")
        _replay(files, given, further)
    else:
        _carry_out(files, given, further, _plan(given["steps"], steps))


def _plan(path: Path | None, steps: dict[str, tuple[str, ...]]) -> "Plan":
    from dataclasses import replace

    from diversity.cli.steps import steps_of
    from diversity.curation import Plan

    plan = Plan.parse(_read(path)) if path else Plan()
    return replace(plan, steps=(*plan.steps, *steps_of(click.get_current_context(), steps)))


def _carry_out(
    files: tuple[Path, ...], given: dict[str, Any], further: tuple[str, ...], plan: "Plan"
) -> None:
    from diversity.cli.effects import effect_table, steps_table
    from diversity.cli.loading import load
    from diversity.curation import curate_steps, effect_steps, material
    from diversity.export import manifest_of
    from diversity.scores import prepare

    hashes = _hashes(files)
    needs_map = "inside" in plan.as_json() or (given["report"] and given["out"] is not None)
    analysis = load(files, given["text"], given["embedder"], given["vectors"], with_map=needs_map)
    asked = material(analysis)
    outcome = shown(curate_steps(asked, plan))
    click.echo(steps_table(outcome))
    if not given["report"] and given["out"] is None:
        return
    panel = prepare(
        analysis.dataset.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels
    )
    found = shown(effect_steps(analysis, panel, outcome))
    if given["report"]:
        click.echo("\n" + effect_table(found))
    if given["out"] is not None:
        manifest = manifest_of(asked, outcome, found, hashes)
        extras = _extras(analysis, outcome, further) if further else None
        _write(analysis.dataset, outcome, manifest, given, extras)
        _write_report(asked, outcome, found, given)


def _check_report(given: dict[str, Any]) -> None:
    from diversity.export.beside import check_free
    from diversity.report import report_beside

    if given["report"]:
        check_free(report_beside(given["out"]), overwrite=given["force"])


def _write_report(
    asked: "Material", outcome: "Outcome", found: "Effect", given: dict[str, Any]
) -> None:
    from diversity.export.beside import beside
    from diversity.report import curation_as_html, report_beside

    if given["report"]:
        path = report_beside(given["out"])
        with beside(path) as place:
            place.write_text(curation_as_html(asked, outcome, found), encoding="utf-8")
        note(f"Wrote {path}.")


def _replay(files: tuple[Path, ...], given: dict[str, Any], further: tuple[str, ...]) -> None:
    from diversity.cli.effects import steps_table
    from diversity.cli.replaying import analysis_for, replayed
    from diversity.export import read_manifest

    manifest = read_manifest(_read(given["manifest"]))
    dataset, outcome = replayed(files, manifest, given, _hashes(files))
    click.echo(steps_table(outcome))
    if given["out"] is None:
        return
    extras = _extras(analysis_for(files, manifest, given), outcome, further) if further else None
    _write(dataset, outcome, manifest, given, extras)


def _extras(analysis: "Analysis", outcome: "Outcome", further: tuple[str, ...]) -> dict[str, Any]:
    from diversity.curation import material
    from diversity.export import extra_columns

    return extra_columns(material(analysis), outcome, FURTHER if "all" in further else further)


def _write(
    dataset: "Dataset",
    outcome: "Outcome",
    manifest: dict[str, Any],
    given: dict[str, Any],
    extras: dict[str, Any] | None,
) -> None:
    from diversity.export import write_outcome_steps

    written = shown(
        write_outcome_steps(
            dataset, outcome, given["out"], manifest, extras=extras,
            with_dropped=given["dropped"], guard=not given["no_guard"], overwrite=given["force"],
        )
    )  # fmt: skip
    for sentence in written.notes:
        note(sentence)
    names = ", ".join(str(path) for path in written.files)
    note(f"Wrote {written.n_rows:,} of {outcome.n_records:,} records: {names}.")


def _hashes(files: tuple[Path, ...]) -> list[str | None]:
    from diversity.export import sha256_of

    return [sha256_of(file) if file.is_file() else None for file in files]


def _read(path: Path) -> str:
    from diversity.errors import UnreadableFileError

    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"{path} cannot be read.", "Check the path.") from error
