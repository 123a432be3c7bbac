"""Why do the groups differ? Clusters and words that set them apart, and records they share."""

from collections.abc import Sequence
from html import escape

from diversity.analysis import Analysis
from diversity.comparison import Comparison
from diversity.comparison.values import Separation
from diversity.report.parts import quoted, table, title
from diversity.report.tables import between
from diversity.wording import percent, signed

MOST_ROWS = 40


def separations(head: str, found: Sequence[Separation], names: Sequence[str]) -> list[str]:
    """Write the clusters, or the words, that differ most."""
    if not found:
        return []
    rows = [
        [
            escape(one.name),
            *(percent(one.shares[name]) for name in names),
            signed(one.log_odds) + between(signed(one.interval[0]), signed(one.interval[1]), "to"),
            f"{one.q:.3f}",
            escape(f"{one.a} against {one.b}"),
        ]
        for one in found[:MOST_ROWS]
    ]
    more = f", the first {MOST_ROWS} of {len(found)}" if len(found) > MOST_ROWS else ""
    titles = ["", *(escape(name) for name in names), "log odds", "q", "sides"]
    return [title(f"{head} that differ most{more}"), table(titles, rows)]


def leaks(found: Comparison, analysis: Analysis) -> list[str]:
    """Write records that repeat across groups."""
    rows = [
        [escape(leak.a), escape(leak.b), quoted(analysis, a), quoted(analysis, b)]
        for leak in found.leaks
        for a, b in leak.examples[:3]
    ]
    if not rows:
        return []
    return [title("Records that repeat across groups"), table(["", "", "one", "other"], rows)]
