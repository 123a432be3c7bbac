"""What did the judge do, round by round? Its groups, with reasons, verdicts, and broken rules."""

from collections import Counter
from functools import partial
from html import escape

import streamlit as st

from diversity.agent import Cluster, Round, Run
from diversity.agent.rounds import VIOLATIONS
from pages.ui import widgets
from pages.ui.state import Workspace

HERE = "agent_round"
EVERY_GROUP = "All groups"
REJECTED = "rejected"
MOST_TEXTS = 100
MOST_SHOWN = 4_000
MEANINGS = {
    "missing": "A text was put in no group. It counts as a group of its own.",
    "out_of_range": "A number that was not shown. It is passed over.",
    "repeated": "A text was named twice in one group. It counts once.",
    "doubled": "A text was put in several groups: no partition, the round is left out.",
    "empty_group": "A group without any text shown. It is passed over.",
    "score_off_scale": "A metric score outside 1 to 5. It is shown as given and used nowhere.",
    "verdict_missing": "A group of several texts got no verdict. It stands.",
    "verdict_extra": "A verdict on a group that does not exist. It is passed over.",
    "asked_again": "An answer could not be read and was asked for again; the readable one counts.",
    "mended": "Text or a fence around the JSON, or commas too many: read all the same.",
    "no_groups": "No text that was shown is named: the round is left out.",
    "malformed": "No readable answer after repeated asking: the round is left out.",
    "refused": "The judge declined to answer: the round is left out.",
    "unavailable": "The judge did not answer: the round is left out.",
}


def show_rounds(space: Workspace, run: Run, *, linked: bool) -> None:
    """Show one round, with steps to the others, narrowed to a group or a broken rule.

    Parameters
    ----------
    space : Workspace
    run : Run
    linked : bool
        Whether the run is over the records that are open, so that a row can be opened on the map.
    """
    if not run.rounds:
        st.info("No round is judged yet.")
        return
    found = _narrowed(run)
    if not found:
        st.info("No round is like that.")
        return
    place = _step(found)
    held = found[place]
    st.html(_heading(held))
    if held.message:
        st.text(held.message)
    st.html("".join(_cluster(run, held, n, one) for n, one in enumerate(held.clusters, 1)))
    left = _unnamed(held)
    if left:
        st.html(f'<div class="de-group"><b>In no group</b>{_texts(run, held, left)}</div>')
    if linked:
        _offer_records(space, held)


def _narrowed(run: Run) -> list[Round]:
    """Choose a group and a broken rule; say how often each rule was broken."""
    counts = _counts(run)
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    group = left.selectbox("Group", [EVERY_GROUP, *run.groups], key="agent_rounds_group")
    with right:
        wanted = None
        if counts:
            wanted = st.pills(
                "Only rounds with",
                list(counts),
                format_func=lambda name: f"{name.replace('_', ' ')} {counts[name]:,}",
                key="agent_rounds_violation",
                help="  \n".join(
                    f"**{name.replace('_', ' ')}**: {MEANINGS[name]}"
                    for name in counts
                    if name in MEANINGS
                )
                or "Groups that the judge's own second look rejects.",
            )
        else:
            st.text(f"No rule was broken and no group rejected in {len(run.rounds):,} rounds.")
    return [
        held
        for held in run.rounds
        if group in (EVERY_GROUP, held.group) and (wanted is None or wanted in _marks(held))
    ]


def _counts(run: Run) -> dict[str, int]:
    found = Counter[str]()
    for held in run.rounds:
        found.update(_marks(held))
    order = (REJECTED, *VIOLATIONS)
    return {name: found[name] for name in sorted(found, key=order.index)}


def _marks(held: Round) -> Counter[str]:
    """Count what is wrong with a round: broken rules, and groups that were rejected."""
    rejected = sum(cluster.valid is False for cluster in held.clusters)
    return +Counter({**held.violations, REJECTED: rejected})


def _step(found: list[Round]) -> int:
    """Step through rounds with buttons or the keys n and p; return the place that is shown."""
    place: int = min(st.session_state.get(HERE, 0), len(found) - 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, icon, shortcut, step in (
            ("Previous", ":material/chevron_left:", "p", -1),
            ("Next", ":material/chevron_right:", "n", 1),
        ):
            widgets.icon_button(
                f"{name} round", icon, key=f"agent_{name}", shortcut=shortcut,
                on_click=partial(_go, (place + step) % len(found)),
            )  # fmt: skip
        st.text(f"{place + 1:,} of {len(found):,}")
    return place


def _go(place: int) -> None:
    st.session_state[HERE] = place


def _heading(held: Round) -> str:
    several = sum(len(held.shown(cluster)) > 1 for cluster in held.clusters)
    facts = [
        f"K = {len(held.rows)}",
        f"{len(held.clusters):,} groups, {several} of several texts",
        *(f"{name.replace('_', ' ')} {n}" for name, n in held.violations.items()),
    ]
    if held.usage.calls or held.usage.cached_calls:
        facts.append(f"{held.usage.calls + held.usage.cached_calls} calls")
    return (
        f'<div class="de-round"><b>Round {held.number:,} · {escape(held.group)}</b>'
        f"<small>{escape(' · '.join(facts))}</small></div>"
    )


def _cluster(run: Run, held: Round, number: int, cluster: Cluster) -> str:
    places = held.shown(cluster)
    named = [
        f"<span>{escape(name)}: {escape(value)}</span>" for name, value in cluster.metadata.items()
    ]
    rated = [
        f"<span>{widgets.hint(escape(name), why) if why else escape(name)} "
        f"<b>{'–' if score is None else score}</b></span>"
        for name, (score, why) in cluster.metrics.items()
    ]
    chips = f'<div class="de-chips">{"".join(named + rated)}</div>' if named or rated else ""
    reason = f"<p>{escape(cluster.reason)}</p>" if cluster.reason else ""
    rejected = " de-rejected" if cluster.valid is False else ""
    return (
        f'<div class="de-group{rejected}"><div><b>Group {number}</b> {_verdict(cluster)}</div>'
        f"{reason}{chips}{_texts(run, held, places)}</div>"
    )


def _verdict(cluster: Cluster) -> str:
    if cluster.valid is None:
        return ""
    said = "accepted on the second look" if cluster.valid else "rejected on the second look"
    shown = f"✓ {said}" if cluster.valid else f"✗ {said}"
    return f"<small>{widgets.hint(shown, cluster.verdict) if cluster.verdict else shown}</small>"


def _texts(run: Run, held: Round, places: tuple[int, ...]) -> str:
    """Write texts, each folded to its beginning."""
    shown = "".join(_text(run, held.rows[place]) for place in places[:MOST_TEXTS])
    more = len(places) - MOST_TEXTS
    return shown + (f"<small>{more:,} more texts</small>" if more > 0 else "")


def _text(run: Run, row: int) -> str:
    text = run.texts.get(row)
    if text is None:
        return f"<details><summary><i>{row}</i> not saved with the run</summary></details>"
    whole = escape(text[:MOST_SHOWN])
    return (
        f"<details><summary><i>{row}</i> {escape(text[:220])}</summary>"
        f'<div class="de-text">{whole}</div></details>'
    )


def _unnamed(held: Round) -> tuple[int, ...]:
    named = {place for cluster in held.clusters for place in held.shown(cluster)}
    return tuple(place for place in range(len(held.rows)) if place not in named)


def _offer_records(space: Workspace, held: Round) -> None:
    row = st.pills(
        "Open a record on the map",
        sorted(held.rows[:MOST_TEXTS]),
        key=f"agent_record_{held.group}_{held.number}",
    )
    if row is not None:
        space.opened = row
        st.switch_page("../explore.py")
