"""Do two groups of a run differ? Pairs of groups over the rounds both were judged in."""

import math
from collections.abc import Sequence
from html import escape

import streamlit as st

from diversity.agent import Difference, Run
from diversity.wording import number
from pages.ui import agent_table, widgets

MOST_GROUPS = 12
RATIO = "²D of the first over ²D of the second, with its 95 % interval; 1 is no difference."
APART = "D of the first less D of the second over rounds paired by number; 0 is no difference."
CHANCE = (
    "Chance of a difference as large as this if the two were alike, by drawing the signs of the "
    "paired differences again, adjusted for the number of pairs (Holm)."
)


def show_pairs(run: Run, differences: Sequence[Difference]) -> None:
    """Show all pairs of groups that can be compared, the surest difference first."""
    if len(run.groups) > MOST_GROUPS:
        st.caption(f"Pairs are compared for {MOST_GROUPS} groups at most.")
    if not differences:
        return
    with st.expander(f"Pairs of groups ({len(differences)})"):
        st.html(pair_table(sorted(differences, key=lambda one: one.p_value)))


def pair_table(differences: Sequence[Difference]) -> str:
    """Write pairs of groups as HTML, differences of D on one scale around zero."""
    ends = [abs(end) for one in differences for end in one.d.interval or ()]
    most = max((end for end in ends if math.isfinite(end)), default=1.0) or 1.0
    rows = "".join(_row(one, most) for one in differences)
    return (
        '<table class="de-runs"><thead><tr><th></th>'
        f"<th>{widgets.hint('²D ratio', RATIO)}</th>"
        f"<th>{widgets.hint('D difference', APART)}</th><th></th>"
        f"<th>{widgets.hint('Chance', CHANCE)}</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(one: Difference, most: float) -> str:
    return (
        f"<tr><th>{escape(one.first)} and {escape(one.second)}"
        f"<small>{one.n_rounds:,} rounds in common</small></th>"
        f"<td>{agent_table.measured(one.ratio)}</td><td>{agent_table.measured(one.d)}</td>"
        f"<td class='de-wide'>{_strip(one, most)}</td>"
        f"<td>{chance(one.p_adjusted)}</td></tr>"
    )


def _strip(one: Difference, most: float) -> str:
    if one.d.value is None or one.d.interval is None:
        return ""
    left, right, dot = (50 + 50 * end / most for end in (*one.d.interval, one.d.value))
    return (
        '<div class="de-strip"><u style="left:50%"></u><span class="de-mark">'
        f'<s style="left:{left:.1f}%;width:{right - left:.1f}%"></s>'
        f'<b style="left:{dot:.1f}%"></b></span></div>'
    )


def chance(p_value: float) -> str:
    """Write a p-value; what is not nothing never reads as 0.

    Examples
    --------
    >>> chance(0.00004), chance(0.0312), chance(1)
    ('< 0.001', '0.031', '1.00')
    """
    return "< 0.001" if p_value < 0.001 else number(p_value)
