"""Where do the groups lie? Maps of one size with the same axes."""

from collections.abc import Mapping

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Int64
from diversity.drawings import scatter
from diversity.report.parts import group, note

MOST_POINTS = 3_000


def maps(
    analysis: Analysis, groups: Mapping[str, Int64], colors: Mapping[str, str], cut: bool
) -> list[str]:
    """Draw each group over all of them in grey; nothing without a projection."""
    if analysis.projection is None:
        return []
    places = analysis.projection.coordinates
    everything = np.concatenate([*groups.values()])
    low, high = places[everything].min(axis=0), places[everything].max(axis=0)
    bounds = (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
    behind = places[_thinned(everything)]
    drawn = [
        _figure(name, scatter(places[_thinned(rows)], bounds, colors[name], behind), colors[name])
        for name, rows in groups.items()
    ]
    whole = "Maps show the whole texts; scores and clusters are of the texts as they were cut."
    return [
        "<h2>Maps, all with the same axes</h2>",
        f'<div class="figures">{"".join(drawn)}</div>',
        note(whole) if cut else "",
    ]


def _figure(name: str, drawn: str, color: str) -> str:
    return f"<figure>{drawn}<figcaption>{group(name, color)}</figcaption></figure>"


def _thinned(rows: Int64) -> Int64:
    """Take rows evenly, no more than a page can hold."""
    places = np.linspace(0, len(rows) - 1, min(len(rows), MOST_POINTS)).round().astype(np.int64)
    return rows[places]
