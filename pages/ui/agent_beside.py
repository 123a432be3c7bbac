"""What do other runs say? The same judge at another K or once more, or another judge."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from diversity.agent import AtK, Run, VarianceSplit, sensitivity, split_variance
from diversity.dataset import Dataset
from diversity.errors import DiversityError
from diversity.wording import number
from pages.ui import agent_estimate, agent_judges, agent_keep, agent_table, cached, widgets
from pages.ui.agent_keep import Asked, Facts, Listed
from pages.ui.agent_shown import Shown

KS = (5, 10, 20)


def show_beside(
    shown: Shown, run: Run, dataset: Dataset, asked: Asked, begin: Callable[[Asked], None]
) -> None:
    """Put a run beside others of the same records.

    Parameters
    ----------
    shown : Shown
    run : Run
    dataset : Dataset
    asked : Asked
        What the sidebar asks for: its judge can be shown the rounds of this run.
    begin : callable
        Begins another run.
    """
    others = [
        one for one in agent_keep.listed(cached.store(), dataset.fingerprint)
        if one.name != shown.name
    ]  # fmt: skip
    widgets.title("At other K")
    _show_k(shown, run, dataset, others, begin)
    widgets.title("Repeated")
    _show_repeated(run, dataset, others)
    widgets.title("Another judge")
    agent_judges.show_judges(shown, run, dataset, others)
    agent_judges.offer_judges(shown, run, dataset, asked, begin)


def _show_k(
    shown: Shown, run: Run, dataset: Dataset, others: Sequence[Listed], begin: Callable[..., None]
) -> None:
    facts = Facts.of(run)
    alike = [one for one in others if replace(one.facts, k=facts.k) == facts]
    runs = [run, *(_opened(dataset, one) for one in alike if one.facts.k != facts.k)]
    at_k = sensitivity([one for one in runs if one is not None and one.rounds])
    if len({one.k for one in at_k}) > 1:
        st.html(k_table(at_k))
    else:
        st.text("²D should not hang on K; what it changes is the judge's eye. Not measured yet.")
    missing = [k for k in KS if k not in {one.k for one in at_k}]
    if shown.asked is not None and run.criteria is not None and missing:
        _offer_k(shown.asked, run, dataset, missing, begin)


def _offer_k(
    asked: Asked, run: Run, dataset: Dataset, missing: Sequence[int], begin: Callable[..., None]
) -> None:
    """Offer the same run at another K, with what it would cost."""
    given = run.criteria if run.is_llm else None
    for k in missing:
        again = replace(
            asked, criteria=given, again="", settings=replace(asked.settings, per_round=k)
        )
        try:
            found = cached.estimate_of(dataset, dataset.fingerprint, again)
        except DiversityError as error:
            st.text(f"K = {k}: {error}")
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(f"Run at K = {k}", on_click=partial(begin, again), key=f"agent_k_{k}")
            st.text(f"at most {agent_estimate.in_words(found)}")


def k_table(at_k: Sequence[AtK]) -> str:
    """Write the scores of each group at each K as HTML."""
    peers = [one.score.effective_groups for one in at_k]
    rows = "".join(
        f"<tr><th>{escape(one.group)}<small>{one.score.n_rounds:,} rounds</small></th>"
        f"<td>{one.k}</td><td>{agent_table.measured(one.score.effective_groups)}</td>"
        f"<td class='de-wide'>{agent_table.strip(one.score.effective_groups, peers)}</td>"
        f"<td>{agent_table.measured(one.score.d)}</td></tr>"
        for one in at_k
    )
    return (
        '<table class="de-runs"><thead><tr><th></th><th>K</th>'
        f"<th>{widgets.hint('²D', agent_table.EFFECTIVE)}</th><th></th>"
        f"<th>{widgets.hint('D', agent_table.D)}</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _show_repeated(run: Run, dataset: Dataset, others: Sequence[Listed]) -> None:
    """Split the variance over runs with other criteria or other records, where there are any."""
    facts = Facts.of(run)
    alike = [
        one for one in others
        if one.facts != facts and replace(one.facts, criteria=facts.criteria, part=facts.part)
        == facts and one.facts.criteria
    ]  # fmt: skip
    runs = [one for one in (_opened(dataset, one) for one in alike) if one is not None]
    if not runs:
        st.text(
            "A run with other criteria or other records would tell how much of a score they make."
        )
        return
    for group in run.groups:
        try:
            split = split_variance([run, *runs], group)
        except DiversityError as error:
            st.text(str(error))
            continue
        st.text(f"{group}, {len(runs) + 1} runs: {split_in_words(split['effective_groups'])}")


def split_in_words(split: VarianceSplit) -> str:
    """Say how far ²D typically moves for each reason."""
    reasons = {
        "rounds": split.rounds, "criteria": split.criteria, "records": split.records
    }  # fmt: skip
    known = [f"{name} {number(v**0.5)}" for name, v in reasons.items() if v is not None]
    return f"standard deviation of ²D from {', '.join(known)}"


def _opened(dataset: Dataset, one: Listed) -> Run | None:
    try:
        return cached.kept_run(dataset.fingerprint, one.name)
    except DiversityError:
        return None
