"""``diversity select``: the records that one method chooses, in order of choice."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diversity.cli import options
from diversity.cli.options import note, shown, write_json

if TYPE_CHECKING:
    from diversity.curation import Material, Outcome, Plan, Select


@click.command("select")
@options.files
@click.option(
    "--k", type=click.IntRange(min=0),
    help="Records to choose. Coverage with a min_similarity, and threshold, do without.",
)  # fmt: skip
@click.option(
    "--method",
    default="facility_location",
    show_default=True,
    metavar="NAME",
    help="How: random, stratified, k_center, facility_location, coverage, compression, threshold "
    "or herding. What each is good for stands in docs/selection.md.",
)
@click.option(
    "--set", "settings", multiple=True, metavar="OPTION=V",
    help="An option of the method, such as outlier_guard=0.1. May be repeated.",
)  # fmt: skip
@click.option(
    "--by", default="cluster", show_default=True, metavar="COLUMN", help="Groups of stratified."
)
@click.option(
    "--quality", default="", metavar="COLUMN",
    help="Column of numbers, larger is better; --set quality_weight says how much it counts.",
)  # fmt: skip
@options.where
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="File to write: .csv, .tsv, .json, .jsonl or .parquet. Beside it goes a manifest.",
)  # fmt: skip
@click.option("--rank", is_flag=True, help="Write the place in the order of choice as a column.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("--json", "json_path", metavar="PATH|-", help="Write JSON to a file, or to - .")
@options.text
@options.embedder
@options.vectors
def command(files: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401  (as click gives them)
    """Choose records of FILES by a method; any beginning of the output is a smaller choice.

    Without --out and --json, the rows are printed, counting from 0, in order of choice.
    """
    from diversity.cli.loading import load
    from diversity.curation import curate_steps, material
    from diversity.export.write import check_names

    if given["out"] is not None:
        check_names(given["out"], with_dropped=False, overwrite=given["force"])
    plan = _plan(given)
    with_map = given["where"] is not None and "inside" in given["where"]
    analysis = load(files, given["text"], given["embedder"], given["vectors"], with_map=with_map)
    asked = material(analysis)
    outcome = shown(curate_steps(asked, plan))
    for sentence in (sentence for change in outcome.changes for sentence in change.notes):
        note(sentence)
    if given["out"] is not None:
        _write(files, asked, outcome, given)
    if given["json_path"] is not None:
        write_json(_document(asked, outcome), given["json_path"])
    if given["out"] is None and given["json_path"] is None:
        click.echo("\n".join(map(str, outcome.rows.tolist())))


def _plan(given: dict[str, Any]) -> "Plan":
    from diversity.curation import Keep, Plan

    where = given["where"]
    return Plan((*((Keep(where),) if where is not None else ()), _step(given)))


def _step(given: dict[str, Any]) -> "Select":
    from diversity.cli.steps import as_value
    from diversity.curation import Select
    from diversity.errors import PlanError

    pairs = []
    for setting in given["settings"]:
        name, separator, value = setting.partition("=")
        if not separator:
            raise PlanError(f"--set {setting}: a name and a value are needed.", "Write share=0.8.")
        pairs.append((name, as_value(value)))
    if given["quality"] and not any(name == "quality_weight" for name, _ in pairs):
        pairs += _full_weight(given["method"])
    return Select(given["method"], given["k"], tuple(pairs), given["by"], given["quality"])


def _full_weight(method: str) -> list[tuple[str, float]]:
    """Let a quality that is named count, where the method would otherwise not look at it."""
    from diversity.selection import REGISTRY

    known = [option.name for option in REGISTRY[method].options] if method in REGISTRY else []
    return [("quality_weight", 1.0)] if "quality_weight" in known else []


def _write(
    files: tuple[Path, ...], asked: "Material", outcome: "Outcome", given: dict[str, Any]
) -> None:
    from diversity.export import extra_columns, manifest_of, sha256_of, write_outcome_steps

    hashes = [sha256_of(file) if file.is_file() else None for file in files]
    manifest = manifest_of(asked, outcome, None, hashes)
    extras = extra_columns(asked, outcome, ("selection_rank",)) if given["rank"] else None
    written = shown(
        write_outcome_steps(
            asked.analysis.dataset, outcome, given["out"], manifest,
            extras=extras, overwrite=given["force"],
        )
    )  # fmt: skip
    for sentence in written.notes:
        note(sentence)
    note(f"Wrote {written.n_rows:,} of {outcome.n_records:,} records: {written.path}.")


def _document(asked: "Material", outcome: "Outcome") -> dict[str, Any]:
    return {
        "dataset": {"n_records": len(asked), "fingerprint": asked.analysis.fingerprint},
        "plan": json.loads(outcome.plan.as_json()),
        "notes": [sentence for change in outcome.changes for sentence in change.notes],
        "rows": outcome.rows.tolist(),
    }
