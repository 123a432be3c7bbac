"""Can a comparison be handed on as one file? A page that needs no network and no script.

Everything that comes from the data is escaped, the page forbids itself scripts and requests, and
figures are drawings of its own.
"""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Int64
from diversity.comparison import Comparison
from diversity.comparison.concluding import claimed
from diversity.comparison.curves import accumulation
from diversity.comparison.testing import MEANINGS
from diversity.comparison.values import Difference, Separation
from diversity.drawings import lines, scatter
from diversity.errors import ExportError

COLORS = ("#3f7fd9", "#e8850c", "#2a9d78", "#c70d67", "#8a63c9", "#176644", "#b3950b", "#d63a52",
          "#3843dd", "#87599c", "#9f6f02", "#5d6675")  # fmt: skip
MOST_POINTS = 3_000
MOST_ROWS = 40
LONGEST = 400
HEADER = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'; img-src data:\">"
    '<meta name="viewport" content="width=device-width"><title>Comparison</title>'
)
STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 16%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1.2rem;
  color: light-dark(#1d2430, #e4e8ef); background: light-dark(#fff, #12161d); }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem }
table { border-collapse: collapse; width: 100%; font-size: .85rem;
  font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere }
th:first-child, td:first-child, td.text { text-align: left; font-weight: 400 }
thead th { font-weight: 600 } small { display: block; opacity: .65; white-space: nowrap }
.note { opacity: .7; font-size: .85rem } .key { display: inline-block; width: .7em; height: .7em;
  border-radius: 50%; margin-right: .35em } .figures { display: flex; flex-wrap: wrap; gap: 1rem }
.figures figure { margin: 0; flex: 1 1 17rem; max-width: 30rem } svg { width: 100%; height: auto }
svg text { font-size: 10px; fill: currentColor; opacity: .75 } td b { font-weight: 600 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: inherit; text-align: left }
"""


def write_report(
    path: Path, found: Comparison, analysis: Analysis, groups: Mapping[str, Int64], where: str = ""
) -> None:
    """Write a comparison as one HTML file.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    found : Comparison
    analysis : Analysis
        What was compared; its map is drawn if it has one.
    groups : mapping of str to row numbers
    where : str, default=""
        The filter that was on, as text.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    try:
        path.write_text(as_html(found, analysis, groups, where), encoding="utf-8")
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written: {error.strerror}.", "Choose another place."
        ) from error


def as_html(
    found: Comparison, analysis: Analysis, groups: Mapping[str, Int64], where: str = ""
) -> str:
    """Write a comparison as a page of HTML; see `write_report`."""
    colors = dict(zip(found.names, COLORS, strict=False))
    body = [
        f"<h1>{escape(' · '.join(found.names))}</h1>",
        _paragraph(_about(found, where)),
        _list(found.conclusion),
        _list(found.notes, "note"),
        "<h2>Groups</h2>",
        _groups(found, colors),
        *_maps(analysis, groups, colors),
        *_scores(found),
        *_separations("Clusters", found.clusters, found.names),
        *_separations("Words and pairs of words", found.phrases, found.names),
        *_curves(analysis, groups, colors),
        *_within(found),
        *_reference(found, analysis),
        *_leaks(found, analysis),
        "<h2>How to read this</h2>",
        _paragraph(HOW),
    ]
    return f"{HEADER}<style>{STYLE}</style></head><body>{''.join(body)}</body></html>\n"


HOW = (
    "Every group is held to the same budget of records and words. Intervals are 95 %. p says how "
    "often records dealt to two sides at random differ as much; it is adjusted for all scores of a "
    "pair (Holm), and bold where at most 0.05. Log odds are those of the first group over the "
    "second, with records that repeat each other counted as one piece of evidence; q is the share "
    "of false claims (Benjamini and Hochberg). A score that does not differ may still differ by "
    "less than its interval. No score says that a group is better."
)


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


def _groups(found: Comparison, colors: Mapping[str, str]) -> str:
    rows = [
        [
            f'<span class="key" style="background:{colors[group.name]}"></span>'
            + escape(group.name),
            f"{group.n_records:,}", f"{group.mean_words:.1f}", _percent(group.duplicate_share),
            _percent(group.near_duplicate_share), _percent(group.noise_share),
        ]
        for group in found.groups
    ]  # fmt: skip
    return _table(
        ["", "records", "mean words", "exact duplicates", "near-duplicates", "noise"], rows
    )


def _maps(analysis: Analysis, groups: Mapping[str, Int64], colors: Mapping[str, str]) -> list[str]:
    if analysis.projection is None:
        return []
    places = analysis.projection.coordinates
    everything = np.concatenate([*groups.values()])
    low, high = places[everything].min(axis=0), places[everything].max(axis=0)
    bounds = (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
    behind = places[_thinned(everything)]
    figures = [
        _figure(name, scatter(places[_thinned(rows)], bounds, colors[name], behind), colors[name])
        for name, rows in groups.items()
    ]
    return [
        "<h2>Maps, all with the same axes</h2>",
        f'<div class="figures">{"".join(figures)}</div>',
    ]


def _scores(found: Comparison) -> list[str]:
    some = next(iter(found.scores.values())).pairs
    parts = []
    for place, pair in enumerate(some):
        rows = []
        for name, score in found.scores.items():
            meaning = MEANINGS[name]
            arrow = "↑" if meaning.direction == "higher" else "↓"
            cells = [_value(score.values[group]) for group in (pair.a, pair.b)]
            head = f'<span title="{escape(meaning.meaning)}">{escape(meaning.label)} {arrow}</span>'
            rows.append([head, *cells, *_difference(score.pairs[place])])
        titles = ["", escape(pair.a), escape(pair.b), "difference", "p", "adjusted p"]
        parts += [f"<h2>Scores: {escape(pair.a)} and {escape(pair.b)}</h2>", _table(titles, rows)]
    return parts


def _value(score: Any) -> str:  # noqa: ANN401  # a Score or a Mean
    if score.value is None:
        return "–"
    return f"{score.value:.4g}{_interval(score.interval)}"


def _difference(pair: Difference) -> list[str]:
    if pair.difference is None:
        return [escape(pair.reason), "", ""]
    shown = f"{pair.difference:+.3g}{_interval(pair.interval)}"
    if pair.p is None or pair.p_holm is None:
        return [shown, escape(pair.reason), ""]
    adjusted = f"{pair.p_holm:.3f}"
    return [shown, f"{pair.p:.3f}", f"<b>{adjusted}</b>" if claimed(pair) else adjusted]


def _interval(ends: tuple[float, float] | None) -> str:
    return f"<small>{ends[0]:.3g} – {ends[1]:.3g}</small>" if ends else ""


def _separations(title: str, found: Sequence[Separation], names: Sequence[str]) -> list[str]:
    if not found:
        return []
    rows = [
        [
            escape(one.name),
            *(_percent(one.shares[name]) for name in names),
            f"{one.log_odds:+.2f}{_interval(one.interval)}",
            f"{one.q:.3f}",
            escape(f"{one.a} against {one.b}"),
        ]
        for one in found[:MOST_ROWS]
    ]
    more = f", the first {MOST_ROWS} of {len(found)}" if len(found) > MOST_ROWS else ""
    titles = ["", *map(escape, names), "log odds", "q", "sides"]
    return [f"<h2>{title} that differ most{more}</h2>", _table(titles, rows)]


def _curves(
    analysis: Analysis, groups: Mapping[str, Int64], colors: Mapping[str, str]
) -> list[str]:
    labels = analysis.clustering.labels
    found = {name: accumulation(labels[rows]) for name, rows in groups.items()}
    curves = {
        name: [*zip(one.n_records.tolist(), one.n_clusters.tolist(), strict=True)]
        for name, one in found.items()
        if one
    }
    drawn = lines(curves, colors, "records", "clusters met")
    rows = [
        [escape(name), _percent(one.coverage), f"{one.new_ahead:.1f}"]
        for name, one in found.items()
        if one
    ]
    if not rows:
        return []
    return [
        "<h2>Clusters met as records are added</h2>",
        f'<div class="figures"><figure>{drawn}</figure></div>',
        _table(["", "clusters already met (coverage)", "new ones in 100 more records"], rows),
    ]


def _within(found: Comparison) -> list[str]:
    inside = found.within
    if inside is None:
        return []
    parts = [f"<h2>Within each {escape(inside.key)}</h2>", _list(inside.notes, "note")]
    some = next(iter(inside.pairs.values()))
    for place, pair in enumerate(some):
        rows = [
            [
                escape(MEANINGS[name].label),
                *(_value(inside.means[name][group]) for group in (pair.a, pair.b)),
                *_difference(inside.pairs[name][place]),
            ]
            for name in inside.means
        ]
        titles = ["", escape(pair.a), escape(pair.b), "difference", "p", "adjusted p"]
        parts.append(_table(titles, rows))
    return parts


def _reference(found: Comparison, analysis: Analysis) -> list[str]:
    held = found.reference
    if held is None:
        return []
    names = list(next(iter(held.groups.values())).measured)
    rows = [
        [
            escape(group),
            *("–" if v is None else f"{v:.3f}" for v in standing.measured.values()),
        ]
        for group, standing in held.groups.items()
    ]
    parts = [f"<h2>Against {escape(held.reference)}</h2>", _table(["", *names], rows)]
    for group, standing in held.groups.items():
        if standing.reason:
            parts.append(_paragraph(f"{group}: {standing.reason}"))
        elif standing.gaps and group in found.names:
            gaps = [
                [
                    escape(gap.name),
                    f"{gap.n_missed} of {gap.n_reference}",
                    "".join(f"<pre>{_text(analysis, row)}</pre>" for row in gap.examples[:2]),
                ]
                for gap in standing.gaps
            ]
            parts += [
                f"<h2>What {escape(group)} does not reach</h2>",
                _table(["", "missed", "examples"], gaps),
            ]
    return parts


def _leaks(found: Comparison, analysis: Analysis) -> list[str]:
    rows = [
        [escape(leak.a), escape(leak.b), f"<pre>{_text(analysis, a)}</pre>",
         f"<pre>{_text(analysis, b)}</pre>"]
        for leak in found.leaks
        for a, b in leak.examples[:3]
    ]  # fmt: skip
    if not rows:
        return []
    return ["<h2>Records that repeat across groups</h2>", _table(["", "", "one", "other"], rows)]


def _text(analysis: Analysis, row: int) -> str:
    text = str(analysis.dataset.texts.iloc[row])
    return escape(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _figure(name: str, drawn: str, color: str) -> str:
    key = f'<span class="key" style="background:{color}"></span>'
    return f"<figure>{drawn}<figcaption>{key}{escape(name)}</figcaption></figure>"


def _list(sentences: Sequence[str], kind: str = "") -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{kind}">{items}</ul>' if items else ""


def _paragraph(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _thinned(rows: Int64) -> Int64:
    """Take rows evenly, no more than a page can hold."""
    places = np.linspace(0, len(rows) - 1, min(len(rows), MOST_POINTS)).round().astype(np.int64)
    return rows[places]
