"""Where did an exported subset come from? A manifest that says it, and gives the same rows again.

It holds the rows themselves, so that replaying needs no model and gives the same on any machine.
File names are in it, paths are not.
"""

import hashlib
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Int64, frozen
from diversity.curation import Effect, Material, Outcome, Plan, describe
from diversity.curation.curate import VERSION as CURATION
from diversity.curation.rows import read_rows, write_rows
from diversity.curation.state import KEPT, NOBODY
from diversity.dataset import Dataset
from diversity.errors import ManifestError, PlanError
from diversity.fingerprint import fingerprint

FORMAT = "diversity manifest"
VERSION = 1
PACKAGES = (
    "diversity-explorer", "hdbscan", "numba", "numpy", "openvino", "pandas", "pyarrow",
    "scikit-learn", "scipy", "sentence-transformers", "torch", "umap-learn",
)  # fmt: skip
CHUNK = 1 << 20


def manifest_of(
    material: Material,
    outcome: Outcome,
    effect: Effect | None = None,
    hashes: Sequence[str | None] = (),
) -> dict[str, Any]:
    """Write down where an outcome came from.

    Parameters
    ----------
    material : Material
    outcome : Outcome
    effect : Effect, optional
        Scores before, after and of random subsets.
    hashes : sequence of str or None, optional
        SHA-256 of each source, from `sha256_of`, in the order of the report.

    Returns
    -------
    dict
        Plain values; see docs/curate.md.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "dataset": _about(material.analysis.dataset, hashes),
        "analysis": {**analysis_of(material.analysis), "random_state": material.random_state},
        "plan": outcome.plan.as_values(),
        "steps": [
            {"step": change.position + 1, "said": describe(outcome.plan.steps[change.position])}
            | {k: v for k, v in asdict(change).items() if k != "position"}
            for change in outcome.changes
        ],
        "kept": {
            "n": len(outcome.rows),
            "in_order_of_choice": outcome.ranked,
            "fingerprint": outcome.fingerprint,
            "rows": write_rows(outcome.rows),
        },
        "dropped": _dropped(outcome),
        "scores": effect.as_json() if effect else None,
        "versions": versions(),
    }


def as_text(manifest: Mapping[str, Any]) -> str:
    """Write a manifest as JSON."""
    return json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def read_manifest(text: str) -> dict[str, Any]:
    """Read a manifest back.

    Raises
    ------
    ManifestError
        If it is none, or one of a later version.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError("This is no manifest: it is not valid JSON.") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ManifestError("This is no manifest.", "Name the .manifest.json of an export.")
    if found.get("version") != VERSION:
        raise ManifestError(
            f"This manifest is of version {found.get('version')!r}; version {VERSION} is known.",
            "Update diversity-explorer.",
        )
    return found


def replay(
    manifest: Mapping[str, Any], dataset: Dataset, hashes: Sequence[str | None] = ()
) -> Outcome:
    """Give the rows of a manifest again.

    Parameters
    ----------
    manifest : mapping
        From `read_manifest`.
    dataset : Dataset
        The same records.
    hashes : sequence of str or None, optional
        SHA-256 of its files, to say which of them differs.

    Raises
    ------
    ManifestError
        If the records are others, with all that differs; or if the manifest was tampered with.
    """
    try:
        _check_same(manifest["dataset"], dataset, hashes)
        return _outcome(manifest, dataset)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ManifestError(f"The manifest is damaged: {error}.", "Export again.") from error
    except PlanError as error:
        raise ManifestError(f"The manifest is damaged: {error.message}", "Export again.") from error


def sha256_of(path: Path) -> str:
    """Name a file by its bytes, as ``sha256sum`` does."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _about(dataset: Dataset, hashes: Sequence[str | None]) -> dict[str, Any]:
    report = dataset.report
    known = [*hashes, *[None] * len(report.sources)]
    return {
        "fingerprint": dataset.fingerprint,
        "text": dataset.text,
        "n_read": report.n_read,
        "n_records": len(dataset),
        "columns": list(dataset.columns),
        "sources": [
            {**asdict(source), "name": Path(source.name).name, "sha256": sha256}
            for source, sha256 in zip(report.sources, known, strict=False)
        ],
    }


def analysis_of(analysis: Analysis) -> dict[str, Any]:
    """Say in plain values what an analysis depends on, without the paths of this machine."""
    settings = asdict(analysis.settings)
    settings["embedder"] = _without_folders(analysis.settings.embedder)
    return {
        "fingerprint": analysis.fingerprint,
        "model": _without_folders(analysis.embeddings.model),
        "n_texts_cut": analysis.embeddings.n_truncated,
        "n_clusters": analysis.clustering.n_clusters,
        "settings": settings,
        "curation": CURATION,
    }


def _without_folders(name: str) -> str:
    """Keep the last part of what is a path on this machine."""
    return Path(name).name if Path(name).is_absolute() or name.startswith((".", "~")) else name


def _dropped(outcome: Outcome) -> list[dict[str, Any]]:
    found = []
    for position in np.unique(outcome.dropped_by[outcome.dropped_by != KEPT]).tolist():
        rows = np.flatnonzero(outcome.dropped_by == position)
        stand_ins = outcome.instead[rows].astype(np.int64)
        instead = {"instead": write_rows(stand_ins)} if (stand_ins != NOBODY).all() else {}
        found.append({"step": position + 1, "n": len(rows), "rows": write_rows(rows)} | instead)
    return found


def versions() -> dict[str, str]:
    """Name what the numbers depend on: Python, the platform and the packages."""
    return {"python": platform.python_version(), "platform": sys.platform} | {
        package: version(package) for package in PACKAGES
    }


def _check_same(
    expected: Mapping[str, Any], dataset: Dataset, hashes: Sequence[str | None]
) -> None:
    if expected["fingerprint"] == dataset.fingerprint:
        return
    found = _about(dataset, hashes)
    differences = [
        f"{name.replace('n_', 'number of ')} was {expected[name]!r}, is {found[name]!r}"
        for name in ("text", "n_records", "n_read", "columns")
        if expected[name] != found[name]
    ]
    differences += _differing_files(expected["sources"], found["sources"])
    said = "; ".join(differences) or "the values of some records"
    raise ManifestError(
        f"These are not the records that the manifest was made from. What differs: {said}.",
        "Name the same files in the same order, with the same --text.",
    )


def _differing_files(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    if [s["name"] for s in before] != [s["name"] for s in now]:
        return [f"files were {[s['name'] for s in before]}, are {[s['name'] for s in now]}"]
    return [
        f"content of {old['name']} ({old['size_bytes']:,} bytes, now {new['size_bytes']:,})"
        for old, new in zip(before, now, strict=True)
        if (old["sha256"], old["size_bytes"]) != (new["sha256"] or old["sha256"], new["size_bytes"])
    ]


def _outcome(manifest: Mapping[str, Any], dataset: Dataset) -> Outcome:
    n_records, rows = len(dataset), read_rows(manifest["kept"]["rows"])
    dropped_by = np.full(n_records, KEPT, np.int16)
    instead = np.full(n_records, NOBODY, np.int32)
    seen = np.bincount(rows, minlength=n_records)
    for part in manifest["dropped"]:
        lost = read_rows(part["rows"])
        seen += np.bincount(lost, minlength=n_records)
        dropped_by[lost] = part["step"] - 1
        if "instead" in part:
            instead[lost] = read_rows(part["instead"])
    if len(seen) != n_records or not (seen == 1).all():
        raise ValueError("its kept and dropped rows are not all rows, each once")
    name = fingerprint(CURATION, dataset.fingerprint, rows)
    if name != manifest["kept"]["fingerprint"]:
        raise ValueError("its rows are not those that it was signed with")
    return _as_outcome(manifest, rows, dropped_by, instead, name)


def _as_outcome(
    manifest: Mapping[str, Any],
    rows: Int64,
    dropped_by: "np.ndarray[Any, np.dtype[np.int16]]",
    instead: "np.ndarray[Any, np.dtype[np.int32]]",
    name: str,
) -> Outcome:
    from diversity.curation import Change

    changes = tuple(
        Change(
            step["step"] - 1, step["n_before"], step["n_dropped"], step["n_added"],
            step["n_after"], tuple(step["notes"]),
        )
        for step in manifest["steps"]
    )  # fmt: skip
    ranked = bool(manifest["kept"]["in_order_of_choice"])
    return Outcome(
        Plan.from_values(manifest["plan"]), frozen(rows), ranked,
        frozen(dropped_by), frozen(instead), changes, name,
    )  # fmt: skip
