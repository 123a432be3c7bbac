"""What stands on the page of a comparison, in which order, and how does it become a file?"""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from diversity.analysis import Analysis
from diversity.arrays import Int64
from diversity.comparison import Comparison
from diversity.errors import ExportError
from diversity.report.beyond import curves, reference, within
from diversity.report.figures import maps
from diversity.report.parts import as_page, bullets, note
from diversity.report.reasons import leaks, separations
from diversity.report.tables import raw_values, scores, sizes

COLORS = ("#3f7fd9", "#e8850c", "#2a9d78", "#c70d67", "#8a63c9", "#176644", "#b3950b", "#d63a52",
          "#3843dd", "#87599c", "#9f6f02", "#5d6675")  # fmt: skip
HOW = (
    "Every group is held to the same budget of records and words. Intervals are 95 %. p says how "
    "often records dealt to two sides at random differ as much; it is adjusted for all scores of a "
    "pair (Holm), and bold where at most 0.05. Log odds are those of the first group over the "
    "second, with records that repeat each other counted as one piece of evidence; q is the share "
    "of false claims (Benjamini and Hochberg). A score that does not differ may still differ by "
    "less than its interval. No score says that a group is better."
)


def write_report(
    path: Path,
    found: Comparison,
    analysis: Analysis,
    groups: Mapping[str, Int64],
    where: str = "",
    *,
    overwrite: bool = True,
) -> None:
    """Write a comparison as one HTML file.

    Parameters
    ----------
    path : Path
    found : Comparison
    analysis : Analysis
        What was compared; its map is drawn if it has one.
    groups : mapping of str to row numbers
    where : str, default=""
        The filter that was on, as text.
    overwrite : bool, default=True
        Whether a file that exists is replaced.

    Raises
    ------
    ExportError
        If the file cannot be written, or exists and must not be replaced.
    """
    if not overwrite:
        check_free(path)
    try:
        path.write_text(as_html(found, analysis, groups, where), encoding="utf-8")
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written: {error.strerror}.", "Choose another place."
        ) from error


def check_free(path: Path) -> None:
    """Raise `ExportError` if a report would replace something, or its folder is missing."""
    if path.exists():
        raise ExportError(
            f"{path} exists already.", "Choose another name, or say --force to replace it."
        )
    if not path.parent.is_dir():
        raise ExportError(f"There is no folder {path.parent}.", "Make it first.")


def as_html(
    found: Comparison, analysis: Analysis, groups: Mapping[str, Int64], where: str = ""
) -> str:
    """Write a comparison as a page of HTML; see `write_report`."""
    colors = dict(zip(found.names, COLORS, strict=False))
    lead, *more = found.conclusion
    body = [
        f"<h1>{escape(' · '.join(found.names))}</h1>",
        note(_about(found, where)),
        f'<p class="lead">{escape(lead)}</p>',
        bullets(more),
        bullets(found.notes, "note"),
        "<h2>Groups</h2>",
        sizes(found, colors),
        *maps(analysis, groups, colors, found.about["match_length"]),
        *scores(found, colors),
        *raw_values(found),
        *separations("Clusters", found.clusters, found.names),
        *separations("Words and pairs of words", found.phrases, found.names),
        *curves(found, groups, colors),
        *within(found),
        *reference(found, analysis),
        *leaks(found, analysis),
        "<h2>How to read this</h2>",
        note(HOW),
    ]
    return as_page("Comparison", body)


def _about(found: Comparison, where: str) -> str:
    about, budget = found.about, found.budget
    parts = [
        f"{', '.join(about['sources'])}; {about['n_records']:,} records",
        f"by {about['by']}" if about["by"] else "",
        f"filter {where}" if where else "",
        f"model {about['embedder']}, {about['n_clusters']} clusters",
        f"budget {budget.n_records:,} records and {budget.n_tokens:,} words a group",
        f"{about['n_deals']} random deals, seed {about['random_state']}",
        "texts cut to one distribution of lengths" if about["match_length"] else "",
        f"fingerprint {about['fingerprint']}",
    ]
    return "; ".join(part for part in parts if part) + "."
