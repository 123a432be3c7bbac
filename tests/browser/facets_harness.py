"""A page with nothing but facets: `?mode=` says how changes arrive, `?case=` which columns."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.facet_values import Facet, FacetBin, FacetChange, FacetValue
from pages.ui.facets import show_facets

HOSTILE = (
    '<img src=x onerror="window.hacked = true">',
    "‮evil txt.exe‬",
    "​​",
    "Z̷̢̛̤͎͔̻͚̣͇̅̿̑̿͐͋͝ḁ̵̧͎̊l̸̨̛g̵o̷" * 6,
    "one word without a single space " * 40,
    "two\nlines\tand a tab",
    "عربي نص طويل جدا جدا جدا جدا جدا",
    "\ud800 lone surrogate",
    "",
)
COLORS = {
    "question": "#3f7fd9",
    "instruction": "#e8850c",
    "story": "#69d1b1",
    "dialogue": "#c70d67",
}


@st.cache_data
def records():
    random = np.random.default_rng(0)
    kinds = ["question", "instruction", "story", "dialogue", "review", "summary", "poem"]
    shares = [0.3, 0.24, 0.16, 0.12, 0.1, 0.07, 0.01]
    cities = [f"City {i:02d}" for i in range(40)]
    days = random.integers(0, 300, 250) * 86_400.0
    return pd.DataFrame(
        {
            "intent": random.choice(kinds, 250, p=shares),
            "__proto__": random.choice([1, 1.5, True, None], 250),
            "city": random.choice(cities, 250, p=np.linspace(2, 0, 40) / 39 / 40 * 39),
            "length": np.round(random.gamma(3, 22, 250)),
            "created": 1_700_000_000.0 // 86_400 * 86_400 + days,
        }
    )


def mask_of(frame, choices):
    mask = np.ones(len(frame), dtype=bool)
    for column, change in choices.items():
        if change.range:
            mask &= frame[column].ge(change.range[0]) & frame[column].lt(change.range[1])
        keys, wanted, unwanted = frame[column].map(key_of), *chosen_keys(change)
        if wanted:
            mask &= keys.isin(wanted)
        mask &= ~keys.isin(unwanted)
    return np.asarray(mask)


def key_of(value):
    return f"{type(value).__name__}:{value}"


def chosen_keys(change):
    parts = asdict(change)
    return [key_of(v) for v in parts["values"]], [key_of(v) for v in parts["excluded"]]


def values_facet(frame, column, mask, choices, title=None, colors=None):
    keys = frame[column].map(key_of)
    total = keys.value_counts(sort=True)
    inside = keys[mask].value_counts()
    wanted, unwanted = chosen_keys(choices.get(column, FacetChange(column)))
    values = dict(zip(keys, frame[column], strict=True))
    return Facet(
        column,
        title or column,
        values=[
            FacetValue(
                values[key],
                "Missing" if values[key] is None else str(values[key]),
                total[key],
                inside.get(key, 0),
                chosen=key in wanted,
                excluded=key in unwanted,
                color=(colors or {}).get(values[key]),
            )
            for key in total.index
        ],
    )


def histogram_facet(frame, column, mask, choices, edges, **rest):
    total = np.histogram(frame[column], edges)[0]
    inside = np.histogram(frame[column][mask], edges)[0]
    bins = [FacetBin(*row) for row in zip(edges[:-1], edges[1:], total, inside, strict=True)]
    chosen = choices.get(column, FacetChange(column)).range
    return Facet(column, column, "histogram", bins=bins, range=chosen, **rest)


def usual(choices):
    frame = records()
    mask = mask_of(frame, choices)
    start = frame["created"].min()
    return [
        values_facet(frame, "intent", mask, choices, "Intent", COLORS),
        histogram_facet(
            frame, "length", mask, choices, [10.0 * i for i in range(25)], unit="tokens"
        ),
        values_facet(frame, "city", mask, choices, "City of birth"),
        values_facet(frame, "__proto__", mask, choices),
        histogram_facet(
            frame,
            "created",
            mask,
            choices,
            [start + 1_209_600.0 * i for i in range(23)],
            is_date=True,
            note="12 records have no date.",
        ),
    ]


def hostile(choices):
    wanted, _ = chosen_keys(choices.get("constructor", FacetChange("constructor")))
    values = [
        FacetValue(
            text, text, 90 - i, 90 - i, chosen=key_of(text) in wanted, color="url(http://x.test/)"
        )
        for i, text in enumerate(HOSTILE)
    ]
    return [
        Facet("constructor", HOSTILE[0] + "‮" + "w" * 300, values=values, note=HOSTILE[0]),
        Facet("toString", "", values=[FacetValue("a", "a", 12_345_678, 123_456)]),
        Facet("empty", "Nothing at all"),
        Facet("bins", "No bins", "histogram"),
        Facet("one", "One bin", "histogram", bins=[FacetBin(3, 3, 9, 9)]),
    ]


def crowd(choices):
    half = 1 if choices else 2
    return [
        Facet(
            f"column {c}",
            f"Column {c}",
            values=[
                FacetValue(f"value {v}", f"value {v}", 400 - v, 200 // half) for v in range(200)
            ],
        )
        for c in range(50)
    ]


CASES = {"usual": usual, "hostile": hostile, "crowd": crowd}

st.set_page_config(layout="wide")
state = st.session_state
state.setdefault("choices", {})
state.setdefault("log", [])


def apply(change):
    state["log"].append(change)
    state["choices"][change.column] = change


facets = CASES[st.query_params.get("case", "usual")](state["choices"])
with st.sidebar:
    if st.session_state.get("hidden"):
        pass
    elif st.query_params.get("mode") == "return":
        change = show_facets(facets, key="facets")
        if change is not None:
            apply(change)
            st.rerun()
    else:
        show_facets(facets, key="facets", on_change=apply)
state["runs"] = state.get("runs", 0) + 1
st.text(f"runs: {state['runs']}")
st.button("Rerun")
st.checkbox("Hide the facets", key="hidden")
if st.button("Choose from outside"):
    apply(FacetChange("intent", values=("story",)))
    st.rerun()
st.code("\n".join([f"changes: {len(state['log'])}", *map(repr, state["log"])]))
