"""``diversity curate --manifest``: the rows of an export again, and whether its steps give them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diversity.cli.options import note, shown

if TYPE_CHECKING:
    from diversity.analysis import Analysis
    from diversity.curation import Outcome
    from diversity.dataset import Dataset


def replayed(
    files: tuple[Path, ...], manifest: Mapping[str, Any], given: Mapping[str, Any],
    hashes: list[str | None],
) -> "tuple[Dataset, Outcome]":  # fmt: skip
    """Give the rows of a manifest again, and tell whether its steps give them too."""
    from diversity.dataset import read
    from diversity.export import replay

    text = given["text"] or manifest.get("dataset", {}).get("text")
    dataset = read(list(files), text)
    outcome = replay(manifest, dataset, hashes)
    if not given["rows_only"]:
        _take_again(files, manifest, given, outcome)
    return dataset, outcome


def analysis_for(
    files: tuple[Path, ...], manifest: Mapping[str, Any], given: Mapping[str, Any]
) -> "Analysis":
    """Analyze the records with the model that the manifest names, or the one asked for."""
    from diversity.cli.loading import load

    settings = manifest["analysis"]["settings"]
    vectors = given["vectors"] or (None if given["embedder"] else settings["vector_column"])
    embedder = given["embedder"] or settings["embedder"]
    with_map = "inside" in str(manifest["plan"])
    text = given["text"] or manifest["dataset"]["text"]
    return load(files, text, embedder, vectors, with_map=with_map)


def _take_again(
    files: tuple[Path, ...], manifest: Mapping[str, Any], given: Mapping[str, Any],
    outcome: "Outcome",
) -> None:  # fmt: skip
    from diversity.errors import DiversityError
    from diversity.export.again import KEPT, again_steps

    if unasked := _unasked_model(manifest, given):
        note(
            f"Its steps were not taken again: their model {unasked!r} may have to be fetched or "
            f"paid for; name it with --embedder. {KEPT}"
        )
        return
    try:
        analysis = analysis_for(files, manifest, given)
    except DiversityError as error:
        note(f"Its steps could not be taken again: {error.message} {KEPT}")
        return
    note(shown(again_steps(manifest, analysis, outcome)))


def _unasked_model(manifest: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    """Name the model that a manifest asks for, where nobody here did."""
    from diversity.embedding import DEFAULT_MODEL

    settings = manifest["analysis"]["settings"]
    if given["embedder"] or given["vectors"] or settings["vector_column"]:
        return None
    model: str = settings["embedder"]
    return None if model in (DEFAULT_MODEL, "hashing") else model
