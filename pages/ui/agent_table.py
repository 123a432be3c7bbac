"""What did the judge find? D and ²D of every group with their intervals, as a table."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from diversity.agent import GroupScore, Measure
from diversity.wording import number, percent
from pages.ui import widgets

D = (
    "The paper's score: mean of C/S over rounds, C the groups of a round and S their mean size. "
    "↑ more is more diverse; between 1/K and K. Comparable at one K only. "
    "In small its 95 % interval over rounds."
)
EFFECTIVE = (
    "²D, the effective number of groups: one over the share of pairs that the judge puts together. "
    "↑ more is more diverse; at least 1. It does not hang on K by itself. "
    "In small its 95 % interval over rounds."
)
SHARE = "C/K: groups of a round over its texts, mean; in small C itself. ↑ more is more diverse."
REJECTED = "Share of the groups of several texts that the judge's own second look rejects."
BROKEN = "Broken rules: texts left out, named twice, unreadable answers. See Rounds."


def score_table(scores: Mapping[str, GroupScore], records: Mapping[str, int]) -> str:
    """Write the scores of all groups as HTML, groups of one K on one scale.

    Parameters
    ----------
    scores : mapping of str to GroupScore
        By group, in the order to be shown; groups of one K together.
    records : mapping of str to int
        Records of each group.
    """
    ks = list(dict.fromkeys(score.k for score in scores.values() if score.k)) or [0]
    parts = [{name: one for name, one in scores.items() if one.k in (k, 0)} for k in ks]
    rows = "".join(
        _part(f"K = {k}" if len(ks) > 1 else "", part, records)
        for k, part in zip(ks, parts, strict=True)
    )
    return (
        '<table class="de-runs"><thead><tr><th></th>'
        f"<th>{widgets.hint('D', D)} <i>↑</i></th><th></th>"
        f"<th>{widgets.hint('²D', EFFECTIVE)} <i>↑</i></th><th></th>"
        f"<th>{widgets.hint('C/K', SHARE)}</th>"
        f"<th>{widgets.hint('Rejected', REJECTED)}</th>"
        f"<th>{widgets.hint('Broken', BROKEN)}</th></tr></thead>{rows}</table>"
    )


def measured(measure: Measure) -> str:
    """Write a value with its interval, or why there is none."""
    if measure.value is None and measure.interval is None:
        return widgets.hint("–", f"Undefined: {measure.reason}.")
    value = "–" if measure.value is None else number(measure.value)
    shown = widgets.hint(value, f"{measure.reason.capitalize()}.") if measure.reason else value
    return f"{shown}<small>{interval(measure)}</small>"


def interval(measure: Measure) -> str:
    """Write the ends of an interval."""
    return "" if measure.interval is None else ends(measure.interval)


def ends(interval: tuple[float, float]) -> str:
    """Write two ends."""
    return " – ".join(map(number, interval))


def strip(measure: Measure, peers: Sequence[Measure]) -> str:
    """Draw a value with its interval on the scale of its peers; open ends run to the edge."""
    if measure.interval is None:
        return ""
    finite = [end for peer in peers for end in peer.interval or () if math.isfinite(end)]
    low, high = min(finite), max(finite)
    width = (high - low) or 1.0
    left, right = (min(100.0, max(0.0, 100 * (end - low) / width)) for end in measure.interval)
    dot = "" if measure.value is None else _dot(100 * (measure.value - low) / width)
    return (
        '<div class="de-strip"><span class="de-mark">'
        f'<s style="left:{left:.1f}%;width:{right - left:.1f}%"></s>{dot}</span></div>'
    )


def _dot(place: float) -> str:
    return f'<b style="left:{place:.1f}%"></b>'


def _part(title: str, scores: Mapping[str, GroupScore], records: Mapping[str, int]) -> str:
    """Write the groups of one K: they share a scale."""
    peers = list(scores.values())
    rows = "".join(_row(name, score, records.get(name, 0), peers) for name, score in scores.items())
    head = f'<tr class="de-family"><th colspan="8">{title}</th></tr>' if title else ""
    return f"<tbody>{head}{rows}</tbody>"


def _row(name: str, score: GroupScore, n_records: int, peers: Sequence[GroupScore]) -> str:
    rounds = "1 round" if score.n_rounds == 1 else f"{score.n_rounds:,} rounds"
    left_out = f", {score.n_left_out:,} left out" if score.n_left_out else ""
    about = f"{n_records:,} records · {rounds}{left_out}"
    d, effective = score.d, score.effective_groups
    clusters = "" if score.clusters_per_round is None else f"C {number(score.clusters_per_round)}"
    return (
        f"<tr><th>{escape(name)}<small>{about}</small></th>"
        f"<td>{measured(d)}</td><td class='de-wide'>{strip(d, [one.d for one in peers])}</td>"
        f"<td>{measured(effective)}</td>"
        f"<td class='de-wide'>{strip(effective, [one.effective_groups for one in peers])}</td>"
        f"<td>{number(score.clusters_share)}<small>{clusters}</small></td>"
        f"<td>{'–' if score.invalid_share is None else percent(score.invalid_share)}</td>"
        f"<td>{sum(score.violations.values()):,}</td></tr>"
    )
