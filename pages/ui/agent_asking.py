"""Who shall judge, how much, and what may it cost? The choices of a run, and the button."""

from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from diversity.agent import Criteria, Run, Settings, paper
from diversity.dataset import Dataset
from diversity.errors import DiversityError
from diversity.llm import Prices
from pages.ui import agent_estimate, agent_run, cached
from pages.ui.agent_keep import EMBEDDING, Asked
from pages.ui.state import Workspace

EMBEDDING_JUDGE, LANGUAGE_MODEL = "Embedding judge", "Language model"
ALL = "All records together"
PROPOSED, SHOWN, EDITED = "Proposed by the judge", "Those of the run shown", "Edited here"
LIKELY = ("prompt", "dataset")
MOST_GROUPS = 40
KEPT: Final = "session"
NUMBERS = {
    "n_rounds": (
        "Rounds (N)", 1, 100_000, "Rounds in each group at most. More rounds, narrower intervals.",
    ),
    "per_round": (
        "Texts a round (K)", 2, 100, "Texts shown at once. D at different K cannot be compared.",
    ),
    "n_proposals": (
        "Proposals (M)", 1, 1_000, "Times that criteria are proposed before they are pooled.",
    ),
    "per_proposal": ("Texts a proposal (J)", 1, 100, "Texts shown when criteria are proposed."),
}  # fmt: skip


def choose(space: Workspace, dataset: Dataset, shown: Run | None) -> Asked:
    """Let the judge, the groups and the settings of a run be chosen."""
    kind = st.radio(
        "Judge", [EMBEDDING_JUDGE, LANGUAGE_MODEL], key="agent_judge", persist_state=KEPT,
        captions=["No key, no cost, not an LLM", "Any model that litellm knows"],
        help="The embedding judge looks at vectors, wording and style, fitted to what a language "
        "model put together; it is none, and every result of it says so.",
    )  # fmt: skip
    is_llm = kind == LANGUAGE_MODEL
    model, address = _choose_model() if is_llm else (EMBEDDING, None)
    columns = group_columns(dataset)
    by = st.selectbox(
        "Score", [ALL, *columns], key=f"agent_by_{dataset.fingerprint}", persist_state=KEPT,
        index=next((n for n, name in enumerate(columns, 1) if name in LIKELY), 0),
        format_func=lambda name: name if name == ALL else f"Each {name} by itself",
        help="Groups share criteria, judge, K and rounds, so that they can be compared.",
    )  # fmt: skip
    settings = _choose_settings("" if by == ALL else by, is_llm=is_llm)
    criteria = _choose_criteria(space, shown) if is_llm else None
    asked = Asked(model, address, settings, criteria, analysis=space.settings)
    return _choose_limits(asked) if is_llm else asked


def offer_run(space: Workspace, dataset: Dataset, asked: Asked) -> None:
    """Show what it would cost, and offer to run."""
    ready = agent_estimate.show(dataset, asked)
    st.button(
        "Run", type="primary", icon=":material/play_arrow:", width="stretch", key="agent_run",
        disabled=not ready, on_click=run, args=(space, dataset, asked),
    )  # fmt: skip


def run(space: Workspace, dataset: Dataset, asked: Asked) -> None:
    """Begin a run and turn to it; what speaks against it is said on the page."""
    try:
        space.run = agent_run.begin(space.source, dataset, asked, key_for(asked))
    except DiversityError as error:
        space.notices = (error,)


def explain() -> None:
    """Say what this page is for, where nothing was run yet."""
    with st.container(width=640):
        st.subheader("How diverse does a judge find these records?")
        st.text(
            "A judge is shown ten records at a time, puts together what belongs together, and "
            "looks at its groups a second time. Over many rounds that says into how many groups "
            "the records fall."
        )
        st.text(
            "The embedding judge is ready: no key, no network, no cost. It is not a language "
            "model. Press Run."
        )


def group_columns(dataset: Dataset) -> list[str]:
    """Name the columns whose values can be groups, those with the fewest values first."""
    counts = {
        name: dataset.records[name].astype(str).nunique()
        for name in dataset.columns
        if name != dataset.text
    }
    most = min(MOST_GROUPS, len(dataset) // 2)
    few = [name for name, n in counts.items() if 1 < n <= most]
    return sorted(few, key=lambda name: (name not in LIKELY, counts[name]))


def key_for(asked: Asked) -> str:
    """Return the key typed for this model's provider and address; it is in this session alone."""
    key: str = st.session_state.get(_key_field(asked.judge, asked.api_base), "")
    return key


def _choose_model() -> tuple[str, str | None]:
    cached.awake()
    model = st.text_input(
        "Model", key="agent_model", persist_state=KEPT, placeholder="openai/gpt-4o-mini",
        help="As litellm names it: openai/…, anthropic/…, ollama_chat/…; with an address of its "
        "own any name will do.",
    ).strip()  # fmt: skip
    address = st.text_input(
        "API address", key="agent_address", persist_state=KEPT,
        placeholder="http://localhost:8000/v1",
        help="For vLLM, Ollama or another server that speaks OpenAI's protocol. The keys in the "
        "environment of this dashboard are not sent there. Empty for the provider's own.",
    ).strip()  # fmt: skip
    st.text_input(
        "Key", type="password", key=_key_field(model, address or None), persist_state=KEPT,
        autocomplete="off", placeholder="from the environment if empty" if not address else "",
        help="Kept in the memory of this session and of its runs alone: in no file, no address, "
        "no log.",
    )  # fmt: skip
    return model, address or None


def _key_field(model: str, address: str | None) -> str:
    """Name the field of a key, so that a key typed for one provider is never sent to another."""
    return f"agent_key {model.partition('/')[0]} {address or ''}"


def _choose_settings(by: str, *, is_llm: bool) -> Settings:
    defaults = Settings()
    with st.expander("Settings"):
        st.button("The paper's settings", on_click=_take, args=(paper(),), key="agent_paper",
                  help="J = 5, M = 100, K = 10, N = 5,000, no early stop: about 10,000 calls.",
                  width="stretch")  # fmt: skip
        st.button("Defaults", on_click=_take, args=(defaults,), key="agent_defaults",
                  width="stretch")  # fmt: skip
        values = {}
        for name, (label, least, most, meaning) in NUMBERS.items():
            if is_llm or name in ("n_rounds", "per_round"):
                values[name] = st.number_input(
                    label, least, most, getattr(defaults, name), key=f"agent_{name}", help=meaning,
                    persist_state=KEPT,
                )  # fmt: skip
        width = st.number_input(
            "Stop at ± %", 0, 100, round(100 * (defaults.target_width or 0)), key="agent_width",
            persist_state=KEPT,
            help="Stop when half the interval of every group's ²D is at most this share of it. "
            "0 runs all rounds.",
        )  # fmt: skip
        state = st.number_input("Draw", 0, 10**9, 0, key="agent_draw", persist_state=KEPT,
                                help="Another number draws other rounds.")  # fmt: skip
    return Settings(
        by=by, target_width=width / 100 or None, random_state=state, **values,
    )  # fmt: skip


def _take(settings: Settings) -> None:
    for name in NUMBERS:
        st.session_state[f"agent_{name}"] = getattr(settings, name)
    st.session_state["agent_width"] = round(100 * (settings.target_width or 0))


def _choose_criteria(space: Workspace, shown: Run | None) -> Criteria | None:
    found: dict[str, Criteria | None] = {PROPOSED: None}
    if shown and shown.criteria and shown.is_llm:
        found[SHOWN] = shown.criteria
    if space.criteria:
        found = {f"{EDITED}, version {space.criteria.version}": space.criteria, **found}
    if len(found) == 1:
        return None
    chosen = st.selectbox(
        "Criteria", list(found), key=f"agent_criteria_{len(found)}_{bool(space.criteria)}",
        help="What the judge is told to look at. Results by different criteria are different "
        "measures.",
    )  # fmt: skip
    return found[chosen]


def _choose_limits(asked: Asked) -> Asked:
    with st.expander("Limits and prices"):
        max_usd = st.number_input(
            "At most USD", 0.0, None, None, key="agent_max_usd", persist_state=KEPT,
            placeholder="no limit", help="No call begins that would pass it.",
        )  # fmt: skip
        max_calls = st.number_input(
            "At most calls", 1, None, None, key="agent_max_calls", persist_state=KEPT,
            placeholder="no limit", help="Failed tries count, answers from the ledger do not.",
        )  # fmt: skip
        st.caption("Own prices, USD for a million tokens")
        columns = st.columns(2)
        price_in, price_out = (
            _choose_price(*one) for one in zip(columns, ("in", "out"), strict=True)
        )
    own = None if price_in is None or price_out is None else Prices(price_in, price_out)
    return replace(asked, max_usd=max_usd, max_calls=max_calls, prices=own)


def _choose_price(place: DeltaGenerator, label: str) -> float | None:
    return place.number_input(
        label, 0.0, None, None, key=f"agent_price_{label}", persist_state=KEPT,
        placeholder="litellm's",
    )  # fmt: skip
