"""What does the README of an exported dataset say? What it is, how it came about, how it scores."""

from collections.abc import Mapping
from typing import Any

from diversity.wording import number

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
LARGEST = "1M<n<10M"
SHOWN = (
    "exact_duplicates",
    "near_duplicates",
    "representation",
    "vendi_2",
    "chamfer",
    "distinct_2",
)
MARKDOWN = "\\`*_{}[]()<>#+!|~$&@:"


def card(manifest: Mapping[str, Any], added: Mapping[str, str]) -> str:
    """Write a dataset card.

    Parameters
    ----------
    manifest : mapping
        From `manifest_of`.
    added : mapping of str to str
        Columns that were added, with their meaning.
    """
    sections = [
        _front(manifest),
        f"# {safe(manifest['plan'].get('name') or 'Curated subset')}",
        _origin(manifest),
        _steps(manifest),
        *([_scores(manifest["scores"])] if manifest["scores"] else []),
        *([_columns(added)] if added else []),
        "## The same rows again\n\n"
        "`manifest.json` holds the rows that were kept and the fingerprint of their source:\n\n"
        "```\ndiversity curate SOURCE --manifest manifest.json --out AGAIN\n```",
    ]
    return "\n\n".join(sections) + "\n"


def safe(text: str) -> str:
    r"""Escape what Markdown or HTML would interpret, and put it on one line.

    Examples
    --------
    >>> safe("<b> [x](y)")
    '\\<b\\> \\[x\\]\\(y\\)'
    """
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in MARKDOWN else c for c in line)


def _front(manifest: Mapping[str, Any]) -> str:
    n = manifest["kept"]["n"]
    size = next((name for most, name in SIZES if n < most), LARGEST)
    return (
        "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n"
        f"    path: data/train-*.parquet\nsize_categories:\n- {size}\n"
        "tags:\n- diversity-explorer\n---"
    )


def _origin(manifest: Mapping[str, Any]) -> str:
    names = ", ".join(safe(source["name"]) for source in manifest["dataset"]["sources"])
    kept, n_records = manifest["kept"]["n"], manifest["dataset"]["n_records"]
    order = " in order of choice: any beginning of it is a valid smaller choice"
    return (
        f"{kept:,} of the {n_records:,} records of {names}"
        f"{order if manifest['kept']['in_order_of_choice'] else ''}, kept with Diversity Explorer "
        f"{manifest['versions']['diversity-explorer']}. The source's columns are as they were."
    )


def _steps(manifest: Mapping[str, Any]) -> str:
    rows = [
        f"| {step['step']} | {safe(step['said'])} | {step['n_dropped']:,} | {step['n_after']:,} |"
        for step in manifest["steps"]
    ]
    table = ["| step | what | dropped | left |", "|---|---|---|---|", *rows]
    return "## How it was curated\n\n" + ("\n".join(table) if rows else "Nothing was dropped.")


def _scores(scores: Mapping[str, Any]) -> str:
    measures = scores["measures"]
    rows = [
        f"| {name} | {number(m['before'])} | {number(m['after'])} | {_random(m)} |"
        for name, m in ((name, measures[name]) for name in SHOWN)
    ]
    budget = scores["budget"]
    return "\n".join(
        [
            "## Before and after",
            "",
            f"Scores at one budget of {budget['n_records']:,} records and "
            f"{budget['n_tokens']:,} words, beside random subsets of the same size. All scores "
            "are in `manifest.json`.",
            "",
            "| score | before | after | random, mean ± sd |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _columns(added: Mapping[str, str]) -> str:
    rows = [f"| {safe(name)} | {meaning} |" for name, meaning in added.items()]
    return "\n".join(["## Columns that were added", "", "| column | meaning |", "|---|---|", *rows])


def _random(measure: Mapping[str, Any]) -> str:
    if measure["random_mean"] is None:
        return "–"
    return f"{number(measure['random_mean'])} ± {number(measure['random_spread'])}"
