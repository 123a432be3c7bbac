"""How does a manifest give its rows again? Checked against the records it was made from."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from diversity.arrays import Int64, frozen
from diversity.curation import Change, Outcome, Plan
from diversity.curation.curate import VERSION as CURATION
from diversity.curation.rows import read_rows
from diversity.curation.state import KEPT, NOBODY
from diversity.dataset import Dataset
from diversity.errors import ManifestError, PlanError
from diversity.export.manifest import FORMAT, VERSION, about
from diversity.fingerprint import fingerprint


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


def _check_same(
    expected: Mapping[str, Any], dataset: Dataset, hashes: Sequence[str | None]
) -> None:
    if expected["fingerprint"] == dataset.fingerprint:
        return
    found = about(dataset, hashes)
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
