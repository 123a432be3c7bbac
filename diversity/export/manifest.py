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
from diversity.curation import Effect, Material, Outcome, describe
from diversity.curation.curate import VERSION as CURATION
from diversity.curation.rows import write_rows
from diversity.curation.state import KEPT, NOBODY
from diversity.dataset import Dataset

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
        "dataset": about(material.analysis.dataset, hashes),
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


def sha256_of(path: Path) -> str:
    """Name a file by its bytes, as ``sha256sum`` does."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def about(dataset: Dataset, hashes: Sequence[str | None]) -> dict[str, Any]:
    """Say in plain values which records these are: names of files, never paths."""
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
