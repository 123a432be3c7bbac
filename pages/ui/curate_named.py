"""How does a visitor save a plan, open one again, and delete it?"""

from dataclasses import replace
from functools import partial

import streamlit as st

from diversity.curation import Plan
from diversity.errors import DiversityError
from pages.ui import cached, named_plans, widgets
from pages.ui.state import Workspace
from pages.ui.view import View

NAME = "curate_name"
CHOSEN = "curate_saved"
DELETED = "curate_deleted"
SHARED = (
    "Saved on this machine: whoever opens the same records in this dashboard finds it. "
    "To take it elsewhere, download it under Plan as text."
)


def offer(space: Workspace, view: View) -> None:
    """Offer to name and save the plan there is, and to open or delete a saved one."""
    plans = named_plans.saved(cached.store(), view.dataset.fingerprint)
    with st.popover(_title(space.plan, plans), icon=":material/bookmark:", width="content"):
        _offer_saving(space, view, plans)
        if plans:
            _offer_saved(space, view, plans)
        _offer_back(view)


def _title(plan: Plan, plans: dict[str, Plan]) -> str:
    if not plan.name:
        return f"Plans {len(plans):,}" if plans else "Plans"
    changed = "" if plans.get(plan.name) == plan else " (not saved)"
    return f"{widgets.markdown_safe(plan.name)}{changed}"


def _offer_saving(space: Workspace, view: View, plans: dict[str, Plan]) -> None:
    key = f"{NAME}_{space.n_rewrites}"
    name = st.text_input(
        "Name of this plan", space.plan.name, key=key, max_chars=named_plans.LONGEST_NAME,
        placeholder="balanced, without repeats",
    ).strip()  # fmt: skip
    there = plans.get(name)
    st.button(
        "Save over the one there is" if there else "Save", key="curate_keep", type="primary",
        icon=":material/save:", help=SHARED, on_click=partial(_save, space, view, name),
        disabled=not name or not len(space.plan) or there == replace(space.plan, name=name),
    )  # fmt: skip


def _offer_saved(space: Workspace, view: View, plans: dict[str, Plan]) -> None:
    name = st.selectbox("Saved for these records", list(plans), key=CHOSEN)
    n_steps = len(plans[name])
    st.caption(f"{n_steps} step{'s' if n_steps != 1 else ''}")
    with st.container(horizontal=True):
        st.button(
            "Open it", key="curate_open", icon=":material/folder_open:",
            disabled=plans[name] == space.plan, on_click=partial(space.curate, plans[name]),
            help="Undo brings the plan of now back.",
        )  # fmt: skip
        st.button(
            "Delete it", key="curate_delete", icon=":material/delete:", type="tertiary",
            on_click=partial(_delete, space, view, plans[name]),
        )  # fmt: skip


def _offer_back(view: View) -> None:
    deleted: Plan | None = st.session_state.get(DELETED)
    if deleted is not None:
        st.button(
            f"Put {widgets.markdown_safe(deleted.name)} back", key="curate_put_back",
            icon=":material/undo:", on_click=partial(_put_back, view, deleted),
        )  # fmt: skip


def _save(space: Workspace, view: View, name: str) -> None:
    plan = replace(space.plan, name=name)
    space.curate(plan, by_field=True)
    try:
        named_plans.save(cached.store(), view.dataset.fingerprint, plan)
    except DiversityError as error:
        space.notices = (error,)


def _delete(space: Workspace, view: View, plan: Plan) -> None:
    try:
        named_plans.delete(cached.store(), view.dataset.fingerprint, plan.name)
        st.session_state[DELETED] = plan
    except DiversityError as error:
        space.notices = (error,)


def _put_back(view: View, plan: Plan) -> None:
    del st.session_state[DELETED]
    named_plans.save(cached.store(), view.dataset.fingerprint, plan)
