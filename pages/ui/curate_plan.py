"""How does a visitor build a plan? A card a step, with what it drops; below them, one more."""

from functools import partial

import streamlit as st

from diversity.curation import Plan, Step, describe
from diversity.errors import PlanError
from diversity.fingerprint import fingerprint
from diversity.scores.registry import REGISTRY
from diversity.wording import number
from pages.ui import by_hand, cached_curation, curate_fields, curate_named, widgets
from pages.ui.cached_curation import Done
from pages.ui.curate_watch import watch
from pages.ui.state import Workspace
from pages.ui.view import View

OPENED = "curate_opened"
TEXT = "curate_text"
ADDED = "curate_added"


def show_title(space: Workspace, view: View) -> None:
    """Show what the plan is called, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        st.subheader("Plan", width="stretch")
        curate_named.offer(space, view)
        widgets.icon_button(
            "Undo the last change of the plan", ":material/undo:", key="curate_undo",
            on_click=space.undo_plan, disabled=not space.plans_past, shortcut="z",
        )  # fmt: skip
        widgets.icon_button(
            "Redo it", ":material/redo:", key="curate_redo",
            on_click=space.redo_plan, disabled=not space.plans_future, shortcut="shift+z",
        )  # fmt: skip


def carried_out(space: Workspace, view: View) -> Done | None:
    """Return what the plan does, or show how far it is, or why it cannot be done."""
    job = cached_curation.outcome_of(view, space.tags, space.plan)
    if job.state == "done":
        done: Done = job.result
        return done
    if job.active:
        watch(job, "curate_cancel")
    elif job.error is not None:
        widgets.show_error(job.error)
    else:
        st.info("Stopped.")
        forget = partial(cached_curation.jobs().forget, job.name)
        st.button("Carry it out", on_click=forget, key="curate_again")
    return None


def show_steps(space: Workspace, view: View, done: Done | None) -> None:
    """Show the steps as cards, then offer one more."""
    if not len(space.plan):
        st.caption("Nothing is dropped yet. Add a step: its effect shows at once.")
    taken = space.plan.active
    for position, step in enumerate(space.plan.steps):
        stage = taken.index(position) if position in taken else None
        _card(space, view, position, step, done, stage)
    _offer_more(space, view)
    _offer_text(space)


def _card(
    space: Workspace, view: View, position: int, step: Step, done: Done | None, stage: int | None
) -> None:
    with st.container(border=True, gap="small"):
        title, acts = st.columns([2.2, 1], vertical_alignment="center", gap="small")
        title.text(f"{position + 1}. {describe(step)}")
        with acts, st.container(horizontal=True, horizontal_alignment="right", gap=None):
            _buttons(space, position, is_on=stage is not None)
        if stage is None:
            st.caption("Switched off")
        elif done is not None:
            st.html(_said(done, stage))
        opened = st.session_state.get(OPENED) == position
        with st.expander("Change", expanded=opened):
            curate_fields.show(space, view, position, step)


def _buttons(space: Workspace, position: int, *, is_on: bool) -> None:
    plan, key = space.plan, f"curate_{position}"
    last = len(plan) - 1
    widgets.icon_button(
        f"Move step {position + 1} up", ":material/arrow_upward:", key=f"{key}_up",
        on_click=partial(space.curate, plan.moved(position, -1)), disabled=position == 0,
    )  # fmt: skip
    widgets.icon_button(
        f"Move step {position + 1} down", ":material/arrow_downward:", key=f"{key}_down",
        on_click=partial(space.curate, plan.moved(position, 1)), disabled=position == last,
    )  # fmt: skip
    widgets.icon_button(
        f"Switch step {position + 1} {'off' if is_on else 'on'}",
        ":material/visibility:" if is_on else ":material/visibility_off:", key=f"{key}_switch",
        on_click=partial(space.curate, plan.switched(position)),
    )  # fmt: skip
    widgets.icon_button(
        f"Take step {position + 1} out", ":material/delete:", key=f"{key}_out",
        on_click=partial(space.curate, plan.without(position)),
    )  # fmt: skip


def _said(done: Done, stage: int) -> str:
    change = done.outcome.changes[stage]
    counts = [f"<b>−{change.n_dropped:,}</b>"] if change.n_dropped or not change.n_added else []
    counts += [f"<b>+{change.n_added:,}</b>"] if change.n_added else []
    parts = [*counts, f"{change.n_after:,} left"]
    for name in done.scores[0]:
        before, after = done.scores[stage][name], done.scores[stage + 1][name]
        parts.append(f"{REGISTRY[name].label} {_value(before)} → {_value(after)}")
    notes = "".join(f"<br>{widgets.escaped(note)}" for note in change.notes)
    return f'<div class="de-step">{" · ".join(parts)}{notes}</div>'


def _value(value: float | None) -> str:
    return "–" if value is None else number(value)


def _offer_more(space: Workspace, view: View) -> None:
    steps = dict(curate_fields.offered(space, view))
    st.menu_button(
        "Add a step", list(steps), key=ADDED, icon=":material/add:", width="stretch",
        on_click=_add, args=(space, steps), format_func=widgets.markdown_safe,
    )  # fmt: skip


def _add(space: Workspace, steps: dict[str, Step]) -> None:
    step = steps[st.session_state[ADDED]]
    plan = by_hand.added(space.plan, step)
    st.session_state[OPENED] = plan.steps.index(step)
    space.curate(plan)


def _offer_text(space: Workspace) -> None:
    with st.expander("Plan as text"):
        key = _text_key(space)
        st.text_area(
            "YAML or JSON", space.plan.as_yaml() if len(space.plan) else "", key=key, height=220,
            on_change=_take_text, args=(space, key),
            placeholder="steps:\n- drop_duplicates: {threshold: 0.95}",
            help="The same text is read by diversity curate --steps.",
        )  # fmt: skip
        st.download_button(
            "Download the plan", space.plan.as_yaml(), file_name="plan.yaml", on_click="ignore",
            disabled=not len(space.plan), key="curate_save",
        )  # fmt: skip


def _text_key(space: Workspace) -> str:
    return f"{TEXT}_{fingerprint(space.plan.as_json())}"


def _take_text(space: Workspace, key: str) -> None:
    """Take what was written, unless it was written over another plan than the one there is now."""
    if key != _text_key(space):
        return
    try:
        text = st.session_state[key].strip()
        space.curate(Plan.parse(text) if text else Plan())
    except PlanError as error:
        space.notices = (error,)
