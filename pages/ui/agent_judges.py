"""Does another judge see the same? Of rounds that both judged, or that one is now shown again."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from diversity.agent import Agreement, Run, agree
from diversity.dataset import Dataset
from diversity.errors import DiversityError
from diversity.wording import number
from pages.ui import agent_estimate, agent_keep, agent_table, cached, widgets
from pages.ui.agent_keep import EMBEDDING, RECORDED, Asked, Listed
from pages.ui.agent_shown import Shown

KAPPA = (
    "Cohen's kappa over all pairs of texts that both judges were shown together: 1 is full "
    "agreement, 0 what chance would do. In small its 95 % interval over rounds."
)
RAND = "Adjusted Rand index of the groups within a round, mean: 1 for equal groups, 0 for chance."
ORDER = "Kendall's tau between the orders of the groups by ²D: 1 for the same order, -1 reversed."
TOGETHER = "Share of the pairs that each judge puts together: how coarse its groups are."
FITTED = "The embedding judge was fitted to these recorded rounds: with other texts it agrees less."


def show_judges(shown: Shown, run: Run, dataset: Dataset, others: Sequence[Listed]) -> None:
    """Show how far a run of another judge agrees, the one whose rounds these are first."""
    titles = {one.name: one.title for one in others if one.facts.judge != run.judge}
    recorded = cached.recorded_run()
    if shown.name != RECORDED and recorded.dataset == dataset.fingerprint:
        titles[RECORDED] = f"Recorded: {agent_keep.titled(recorded)}"
    if not titles:
        st.text("No other judge has seen these records yet.")
        return
    names, first = list(titles), shown.asked.again if shown.asked else ""
    name = st.selectbox(
        "Compare with", names, index=names.index(first) if first in names else 0,
        format_func=titles.__getitem__, key=f"agent_with_{shown.name}",
    )  # fmt: skip
    other = cached.run_called(dataset.fingerprint, name)
    try:
        st.html(agreement_tiles(agree(run, other)))
    except DiversityError as error:
        st.text(error.message)
        return
    if RECORDED in (name, shown.name) and not (run.is_llm and other.is_llm):
        st.caption(FITTED)


def offer_judges(
    shown: Shown, run: Run, dataset: Dataset, asked: Asked, begin: Callable[[Asked], None]
) -> None:
    """Offer to show the rounds of this run to other judges, with what it would cost."""
    if shown.job is not None or not run.rounds:
        return
    for place, again in enumerate(_others(shown, run, asked)):
        if agent_keep.find(cached.store(), dataset.fingerprint, again.name(dataset.fingerprint)):
            continue
        try:
            cost = cached.estimate_of(dataset, dataset.fingerprint, again)
        except DiversityError as error:
            st.text(str(error))
            continue
        judge = again.judge if again.is_llm else "the embedding judge"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(f"Show these rounds to {judge}", on_click=partial(begin, again),
                      key=f"agent_again_{place}")  # fmt: skip
            st.text(f"at most {agent_estimate.in_words(cost)}")


def _others(shown: Shown, run: Run, asked: Asked) -> list[Asked]:
    """Name the judges that could see the rounds of this run: the free one, and the one chosen."""
    base = Asked(settings=run.settings, analysis=asked.analysis, again=shown.name)
    found = [base] if run.is_llm else []
    criteria = asked.criteria or (run.criteria if run.is_llm else None)
    if asked.judge not in ("", EMBEDDING, run.judge) and criteria is not None:
        found.append(
            Asked(
                asked.judge, asked.api_base, run.settings, criteria, asked.max_usd,
                asked.max_calls, asked.prices, asked.analysis, shown.name,
            )
        )  # fmt: skip
    return found


def agreement_tiles(found: Agreement) -> str:
    """Write how far two judges agree as HTML."""
    ends = "" if found.interval is None else f" ({agent_table.ends(found.interval)})"
    one, other = (f"{share:.0%}".replace("%", " %") for share in found.together)
    return widgets.tiles(
        [
            ("Kappa", "–" if found.kappa is None else f"{number(found.kappa)}{ends}", KAPPA),
            ("Rand index", number(found.rand_index), RAND),
            ("Order of groups", "–" if found.order is None else number(found.order), ORDER),
            ("Put together", f"{one}, {other}", TOGETHER),
            ("Rounds, pairs", f"{found.n_rounds:,}, {found.n_pairs:,}", "What both were shown."),
        ]
    )
