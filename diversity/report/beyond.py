"""What else is known? What more records bring, scores within a key, and beside a reference."""

from collections.abc import Mapping
from html import escape

from diversity.analysis import Analysis
from diversity.arrays import Int64
from diversity.comparison import Comparison
from diversity.comparison.against import Gap
from diversity.comparison.curves import accumulation
from diversity.comparison.testing import MEANINGS
from diversity.drawings import lines
from diversity.report.parts import bullets, group, note, quoted, table, title
from diversity.report.tables import PAIR_TITLES, difference, valued
from diversity.wording import number, percent


def curves(found: Comparison, groups: Mapping[str, Int64], colors: Mapping[str, str]) -> list[str]:
    """Draw how clusters are met as records are added."""
    made = {name: accumulation(found.labels[rows]) for name, rows in groups.items()}
    met = {name: one for name, one in made.items() if one}
    if not met:
        return []
    points = {
        name: [*zip(one.n_records.tolist(), one.n_clusters.tolist(), strict=True)]
        for name, one in met.items()
    }
    rows = [
        [group(name, colors[name]), percent(one.coverage), f"{one.new_ahead:.1f}"]
        for name, one in met.items()
    ]
    drawn = lines(points, colors, "records", "clusters met")
    return [
        "<h2>Clusters met as records are added</h2>",
        f'<div class="figures"><figure>{drawn}</figure></div>',
        table(["", "clusters already met (coverage)", "new ones in 100 more records"], rows),
    ]


def within(found: Comparison) -> list[str]:
    """Write the scores within each value of the key."""
    inside = found.within
    if inside is None:
        return []
    parts = [title(f"Within each {inside.key}"), bullets(inside.notes, "note")]
    for place, pair in enumerate(next(iter(inside.pairs.values()))):
        rows = [
            [
                escape(MEANINGS[name].label),
                *(valued(inside.means[name][side]) for side in (pair.a, pair.b)),
                *difference(inside.pairs[name][place]),
            ]
            for name in inside.means
        ]
        sides = [escape(side) for side in (pair.a, pair.b)]
        parts.append(table(["", *sides, *PAIR_TITLES], rows))
    return parts


def reference(found: Comparison, analysis: Analysis) -> list[str]:
    """Write how groups stand to the reference, and what they do not reach."""
    held = found.reference
    if held is None:
        return []
    names = list(next(iter(held.groups.values())).measured)
    rows = [
        [escape(name), *(number(value) for value in standing.measured.values())]
        for name, standing in held.groups.items()
    ]
    parts = [title(f"Against {held.reference}"), table(["", *names], rows)]
    for name, standing in held.groups.items():
        if standing.reason:
            parts.append(note(f"{name}: {standing.reason}"))
        elif standing.gaps and name in found.names:
            gaps = table(["", "missed", "examples"], [_gap(gap, analysis) for gap in standing.gaps])
            parts += [title(f"What {name} does not reach"), gaps]
    return parts


def _gap(gap: Gap, analysis: Analysis) -> list[str]:
    examples = "".join(quoted(analysis, row) for row in gap.examples[:2])
    return [escape(gap.name), f"{gap.n_missed} of {gap.n_reference}", examples]
