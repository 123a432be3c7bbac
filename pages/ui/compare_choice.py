"""Which groups does a visitor want side by side? Chosen here, and written into the address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from diversity.arrays import Int64
from diversity.comparison.choosing import MOST_GROUPS
from pages.ui import cached
from pages.ui.state import Workspace
from pages.ui.view import View

FIRST_GROUPS = 2
MOST_VALUES = 1_000
DOZENS = 60
NOTHING = "–"


@dataclass(frozen=True)
class Choice:
    """What is compared, small enough to name a job.

    Parameters
    ----------
    by : str
        Column whose values are the groups.
    groups : tuple of str
    within, reference : str or None
    match_length : bool
    filter_text : str
    """

    by: str
    groups: tuple[str, ...]
    within: str | None = None
    reference: str | None = None
    match_length: bool = False
    filter_text: str = ""


def choose(space: Workspace, view: View) -> Choice | None:
    """Offer the choices, starting from the address; None while there is nothing to compare."""
    columns = group_columns(view)
    if not columns:
        st.info(
            "No column of these records holds values that come several times, so there are no "
            "groups to compare. Load a second file: files become groups."
        )
        st.page_link("../data.py", label="Choose other data")
        return None
    by_box, groups_box, more_box = st.columns([1, 2.6, 1], vertical_alignment="bottom")
    by = _pick(by_box, "Compare by", columns, space.more.get("by"), f"compare_by_{view.name}")
    names = [*view.dataset.groups(by)]
    key = f"compare_groups_{view.name}_{by}"
    if key not in st.session_state:
        st.session_state[key] = _asked_groups(space, view.dataset.groups(by))
    chosen = groups_box.multiselect(
        f"Groups, two to twelve of {len(names):,}", names, key=key, max_selections=MOST_GROUPS
    )
    with more_box.popover("More", icon=":material/tune:", width="stretch"):
        within, reference, matched = _more(space, view, by, chosen)
    choice = Choice(by, tuple(chosen), within, reference, matched, space.filter_text)
    _remember(space, choice)
    if len(chosen) < 2:
        st.info("Choose at least two groups.")
        return None
    return choice


def group_columns(view: View) -> list[str]:
    """Name the columns whose values can be groups, likeliest first.

    Some dozens of values before many, words before numbers, fewest values first. A column with a
    value of its own for nearly every record is none.
    """
    most = min(MOST_VALUES, max(2, len(view) // 2))
    held = cached.distinct(view, view.name)
    fit = [name for name, (kind, n) in held.items() if kind != "mixed" and 1 < n <= most]

    def rank(name: str) -> tuple[bool, bool, int]:
        kind, n_values = held[name]
        return n_values > DOZENS, kind in ("number", "time"), n_values

    return sorted(fit, key=rank)


def key_columns(view: View, by: str) -> list[str]:
    """Name the columns whose values come several times, so that they may name a task."""
    held = cached.distinct(view, view.name)
    return [
        name
        for name, (kind, n) in held.items()
        if name != by and kind != "mixed" and 1 < n <= len(view) // 4
    ]


def _more(
    space: Workspace, view: View, by: str, chosen: list[str]
) -> tuple[str | None, str | None, bool]:
    reference = _pick(
        st.container(), "Reference, such as real data", [NOTHING, *chosen],
        space.more.get("reference"),
        f"compare_reference_{view.name}_{by}",
        "Each other group is held against it: what it reaches, what it misses.",
    )  # fmt: skip
    within = _pick(
        st.container(), "Within each", [NOTHING, *key_columns(view, by)], space.more.get("within"),
        f"compare_within_{view.name}_{by}",
        "A key such as the task: groups are also scored on each of its values, then averaged.",
    )  # fmt: skip
    key = f"compare_match_{view.name}"
    st.session_state.setdefault(key, space.more.get("match") == "1")
    matched = st.toggle(
        "Match lengths", key=key,
        help="Cuts texts to one distribution of lengths in all groups, and embeds them anew.",
    )  # fmt: skip
    return _named(within), _named(reference), matched


def _pick(
    place: "st.delta_generator.DeltaGenerator",
    title: str,
    options: list[str],
    asked: str | None,
    key: str,
    help: str = "",
) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else options[0]
    picked: str = place.selectbox(title, options, key=key, help=help or None)
    return picked


def _asked_groups(space: Workspace, groups: Mapping[str, Int64]) -> list[str]:
    """Take the groups of the address, else the largest ones, in the order of the records."""
    try:
        asked = json.loads(space.more.get("groups", "[]"))
    except ValueError:
        asked = []
    known = [name for name in asked if name in groups] if isinstance(asked, list) else []
    largest = sorted(groups, key=lambda name: -len(groups[name]))[:FIRST_GROUPS]
    return known if len(known) > 1 else [name for name in groups if name in largest]


def _named(picked: str) -> str | None:
    return None if picked == NOTHING else picked


def _remember(space: Workspace, choice: Choice) -> None:
    asked = {
        "by": choice.by,
        "groups": json.dumps(choice.groups, ensure_ascii=False),
        "within": choice.within or "",
        "reference": choice.reference or "",
        "match": "1" if choice.match_length else "",
    }
    space.more = {key: value for key, value in asked.items() if value}
