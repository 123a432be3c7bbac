"""What can be concluded from a run, and what cannot? The scores, and a sentence in plain words."""

from collections.abc import Mapping, Sequence

import streamlit as st

from diversity.agent import Convention, Difference, GroupScore, Run
from diversity.wording import listed, number
from pages.ui import agent_pairs, agent_table, cached

CONVENTIONS = {
    "as single texts": Convention(invalid="singletons"),
    "not at all": Convention(invalid="dropped"),
}
DEFAULT = "as single texts"
CONVENTION_HELP = (
    "What becomes of the texts of a group that the judge itself rejects on its second look; the "
    "paper does not say. As single texts keeps every text, not at all drops the group with its "
    "texts. The scores are computed again at once, without asking the judge."
)
LEVEL = 0.05


def show_results(run: Run, name: str) -> None:
    """Show what a run says in a sentence, the scores of all groups, and pairs of groups.

    Parameters
    ----------
    run : Run
    name : str
        What it is kept under.
    """
    if not run.rounds:
        st.info("No round is judged yet.")
        return
    convention = CONVENTIONS[st.session_state.get("agent_convention", DEFAULT)]
    scores = run.scored(convention)
    n_used = sum(score.n_rounds for score in scores.values())
    differences = cached.differences(run, name, n_used, convention)
    st.text(conclusion(run, scores, differences))
    st.html(agent_table.score_table(in_order(run, scores), run.groups))
    if any(cluster.valid is False for held in run.rounds for cluster in held.clusters):
        st.segmented_control(
            "Rejected groups count",
            list(CONVENTIONS),
            default=DEFAULT,
            required=True,
            key="agent_convention",
            persist_state="session",
            help=CONVENTION_HELP,
        )
    st.html(f'<p class="de-note">{caveat(run, scores)}</p>')
    agent_pairs.show_pairs(run, differences)


def in_order(run: Run, scores: Mapping[str, GroupScore]) -> dict[str, GroupScore]:
    """Put groups of one K together, those at the run's K first, the most diverse first."""

    def place(name: str) -> tuple[bool, int, float, str]:
        score = scores[name]
        value = score.effective_groups.value or float("inf")
        return score.k != run.settings.per_round, score.k, -value, name

    return {name: scores[name] for name in sorted(scores, key=place)}


def conclusion(
    run: Run, scores: Mapping[str, GroupScore], differences: Sequence[Difference]
) -> str:
    """Say in plain words what a run shows; intervals that overlap decide nothing."""
    k = run.settings.per_round
    peers = {name: one for name, one in scores.items() if one.k == k and one.n_rounds}
    known = {name: one for name, one in peers.items() if one.effective_groups.value}
    if len(peers) < 2:
        return _alone(known)
    apart = [one for one in differences if one.p_adjusted < LEVEL]
    if apart:
        return _told_apart(apart, len(differences))
    if differences:
        return (
            f"No two of these {len(peers)} groups can be told apart: "
            f"any difference in {differences[0].n_rounds:,} rounds may be chance."
        )
    return _by_intervals(known)


def caveat(run: Run, scores: Mapping[str, GroupScore]) -> str:
    """Say what the numbers do not mean."""
    judge = "this judge" if run.is_llm else "the embedding judge, which is not a language model,"
    several = len({score.k for score in scores.values() if score.n_rounds}) > 1
    ks = (
        "D at different K cannot be compared; ²D can, as far as the judge's eye stays the same. "
        if several
        else ""
    )
    return (
        f"In small: 95 % intervals over rounds. {ks}All of it is what {judge} puts together by "
        "these criteria; it says nothing about quality."
    )


def _alone(known: Mapping[str, GroupScore]) -> str:
    if not known:
        return (
            "No pair of texts was put together yet: the records are more diverse than this shows."
        )
    name, score = next(iter(known.items()))
    found = score.effective_groups
    whole = "The records are" if name == "all" else f"{name} is"
    between = f" ({agent_table.interval(found)})" if found.interval else ""
    assert found.value is not None
    return f"{whole} as diverse as {number(found.value)} groups of equal size{between}."


def _told_apart(apart: Sequence[Difference], n_pairs: int) -> str:
    """Name the group that is less diverse than most others."""
    below: dict[str, list[str]] = {}
    for one in apart:
        less, more = (one.first, one.second) if _is_less(one) else (one.second, one.first)
        below.setdefault(less, []).append(more)
    least = max(below, key=lambda name: len(below[name]))
    rest = n_pairs - len(apart)
    left = f" {rest} of {n_pairs} pairs of groups cannot be told apart." if rest else ""
    return f"{least} is less diverse than {listed(below[least])}.{left}"


def _is_less(one: Difference) -> bool:
    if one.ratio.value is not None:
        return one.ratio.value < 1
    return (one.d.value or 0.0) < 0


def _by_intervals(known: Mapping[str, GroupScore]) -> str:
    names = sorted(known, key=lambda name: known[name].effective_groups.value or 0.0)
    if not names:
        return _alone(known)
    least = names[0]
    above = [name for name in names[1:] if _below(known[least], known[name])]
    if above:
        others = "all others" if len(above) == len(names) - 1 else listed(above)
        return f"{least} is less diverse than {others}: the intervals of ²D do not overlap."
    return (
        f"{least} has the lowest ²D, but the intervals overlap: these rounds are too few to tell "
        "the groups apart."
    )


def _below(one: GroupScore, other: GroupScore) -> bool:
    ends, others = one.effective_groups.interval, other.effective_groups.interval
    return bool(ends and others and ends[1] < others[0])
