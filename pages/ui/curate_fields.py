"""What can be set in a step? The fields of each kind; a change shows its effect at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from diversity.curation import (
    Add,
    Balance,
    Cap,
    DropDuplicates,
    Keep,
    Quota,
    Remove,
    Select,
    Step,
    Top,
)
from diversity.curation.checks import BEST
from diversity.curation.material import TEMPLATE
from diversity.curation.plan import parameters
from diversity.curation.steps import USUAL
from diversity.errors import FilterError, PlanError
from diversity.filters.columns import column
from diversity.filters.words import write_value
from diversity.selection import REGISTRY, Option
from pages.ui import cached, cached_curation
from pages.ui.state import Workspace
from pages.ui.view import View

PREFERENCES = {
    "first": "The first",
    "longest": "The longest",
    "central": "The most central",
    "random": "Random ones",
}
MOST_TAGS = 4


def offered(space: Workspace, view: View) -> list[tuple[str, Step]]:
    """List the steps that can be added, with values to begin with."""
    group = cached.color_columns(view, view.name)[0]
    some = max(1, len(view) // 2)
    steps: list[tuple[str, Step]] = [
        ("Drop duplicates", DropDuplicates()),
        ("Drop near-duplicates in wording", DropDuplicates("lexical")),
        ("Keep what passes a filter", Keep(space.filter_text)),
        ("Cap each cluster or group", Cap(view.cluster_column, max(1, len(view) // 50))),
        ("Cap each template", Cap(view.free(TEMPLATE), max(1, len(view) // 50))),
        ("Balance groups", Balance(group)),
        (
            "Set a quota for each group",
            Quota(group, tuple(cached_curation.group_sizes(view, view.name, group).items())),
        ),
        ("Keep the top by a column", Top(_numbers(view)[0], some)),
        ("Select by a method", Select("k_center", some)),
        ("Drop by hand", Remove(())),
        ("Keep by hand", Add(())),
    ]
    names = space.tags.names[:MOST_TAGS] if space.tags is not None else ()
    for name in names:
        steps.append((f"Keep what is tagged {name}", Keep(f"tag = {write_value(name)}")))
        steps.append((f"Leave out what is tagged {name}", Keep(f"tag != {write_value(name)}")))
    return steps


def show(space: Workspace, view: View, position: int, step: Step) -> None:
    """Show the fields of a step."""
    field = _Fields(space, view, position, step)
    if isinstance(step, DropDuplicates):
        _duplicates(field, step)
    elif isinstance(step, Keep):
        field.text("where", "Filter", 'prompt = "topic" and length > 400')
    elif isinstance(step, Cap):
        field.group("column")
        field.number("n", "At most")
        field.keep()
    elif isinstance(step, Quota):
        field.group(
            "column",
            also=lambda name: {
                "targets": tuple(cached_curation.group_sizes(view, view.name, name).items())
            },
        )
        _targets(field, step)
        field.choice("others", "Other values", {"keep": "Keep them", "drop": "Drop them"})
        field.keep()
    elif isinstance(step, Balance):
        field.group("column", also=lambda _: {"shares": ()})
        field.keep()
    elif isinstance(step, Top):
        field.choice("column", "Column", {name: name for name in _numbers(view)})
        field.number("k", "Records")
        field.toggle("ascending", "The smallest")
    elif isinstance(step, Select):
        _selection(field, step)
    else:
        field.text("rows", "Rows", "0 to 9, 12", parameters(step).get("rows", ""))


def _duplicates(field: "_Fields", step: DropDuplicates) -> None:
    field.choice(
        "by", "Alike", {"near": "In meaning", "lexical": "In wording", "exact": "To the letter"},
        also=lambda by: {"threshold": USUAL[by]},
    )  # fmt: skip
    if step.by != "exact":
        field.slider("threshold", "Similarity at least", step.by)
    field.keep(without=("random",))


def _selection(field: "_Fields", step: Select) -> None:
    methods = {name: selector.label for name, selector in REGISTRY.items()}
    field.choice("method", "Method", methods, also=lambda _: {"options": ()})
    selector = REGISTRY.get(step.method)
    if selector is None:
        return
    st.caption(f"{selector.meaning} {selector.caveat}")
    field.number("k", "Records")
    if "labels" in selector.needs:
        field.group("by")
    qualities = {"": "No quality"} | {name: name for name in _numbers(field.view)}
    field.choice("quality", "Quality", qualities)
    for option in selector.options:
        field.option(step, option, selector.default(option.name))


def _targets(field: "_Fields", step: Quota) -> None:
    there = cached_curation.group_sizes(field.view, field.view.name, step.column)
    targets = dict(step.targets)
    table = pd.DataFrame(
        {
            "value": list(there),
            "there": list(there.values()),
            "at most": pd.array([targets.get(name) for name in there], dtype="Int64"),
        }
    )
    key = f"{field.key}_targets_{step.column}"
    edited = st.data_editor(table, key=key, hide_index=True, disabled=("value", "there"))
    wanted = edited.dropna(subset=["at most"])
    chosen = dict(zip(wanted["value"], wanted["at most"].astype(int).tolist(), strict=True))
    if chosen != {name: n for name, n in targets.items() if name in there} and chosen:
        field.put({"targets": tuple(chosen.items())})
        st.rerun()


class _Fields:
    """Widgets that read a step and put a changed one in its place."""

    def __init__(self, space: Workspace, view: View, position: int, step: Step) -> None:
        self.space, self.view, self.position, self.step = space, view, position, step
        self.n_rewrites, self.kind = space.n_rewrites, type(step)
        self.key = f"curate_{space.n_rewrites}_{position}_{self.kind.__name__}"

    def text(self, name: str, label: str, placeholder: str, value: str | None = None) -> None:
        key = self._hold(name, getattr(self.step, name) if value is None else value)
        st.text_input(label, key=key, placeholder=placeholder, **self._taking(name, key))

    def number(self, name: str, label: str) -> None:
        key = self._hold(name, getattr(self.step, name))
        st.number_input(label, value=None, min_value=0, step=1, key=key, **self._taking(name, key))

    def slider(self, name: str, label: str, by: str) -> None:
        value = min(1.0, max(0.5, getattr(self.step, name)))
        key = self._hold(f"{name}_{by}", value)
        st.slider(label, 0.5, 1.0, step=0.005, format="%.3f", key=key, **self._taking(name, key))

    def toggle(self, name: str, label: str) -> None:
        key = self._hold(name, getattr(self.step, name))
        st.toggle(label, key=key, **self._taking(name, key))

    def choice(
        self,
        name: str,
        label: str,
        choices: dict[str, str],
        also: Callable[[str], dict[str, Any]] | None = None,
    ) -> None:
        value = getattr(self.step, name)
        shown = choices if value in choices else {value: value, **choices}
        key = self._hold(name, value)
        st.selectbox(
            label, list(shown), key=key, **self._taking(name, key, also),
            format_func=lambda choice: shown[choice],
        )  # fmt: skip

    def group(self, name: str, also: Callable[[str], dict[str, Any]] | None = None) -> None:
        columns = cached.color_columns(self.view, self.view.name)
        if self.space.tags is not None:
            columns = [*columns, "tag"]
        columns = [*columns, self.view.free(TEMPLATE)]
        self.choice(name, "Column", {column: column for column in columns}, also)

    def keep(self, without: tuple[str, ...] = ()) -> None:
        choices = {name: label for name, label in PREFERENCES.items() if name not in without}
        best = {f"{BEST}{name}": f"The best by {name}" for name in _numbers(self.view)}
        self.choice("keep", "Which ones stay", choices | best)

    def option(self, step: Select, option: Option, default: Any) -> None:  # noqa: ANN401  (a number)
        options = dict(step.options)
        value, name = options.get(option.name, default), f"{step.method}_{option.name}"
        kind = int if option.whole else float
        key = self._hold(name, None if value is None else kind(value))

        def take() -> None:
            now = self.space.plan.steps[self.position]
            if not isinstance(now, Select) or now.method != step.method:
                return
            chosen = {**dict(now.options), option.name: st.session_state[key]}
            given = {name: value for name, value in chosen.items() if value is not None}
            self.put({"options": tuple(given.items())})

        st.number_input(
            option.label, min_value=kind(option.low), max_value=kind(option.high), key=key,
            step=1 if option.whole else 0.05, help=option.meaning, on_change=take, value=None,
        )  # fmt: skip

    def put(self, changes: dict[str, Any]) -> None:
        """Change the step, if it is still the one that the fields were shown for."""
        steps = self.space.plan.steps
        if self.n_rewrites != self.space.n_rewrites or type(steps[self.position]) is not self.kind:
            return
        try:
            step = replace(steps[self.position], **changes)
        except PlanError as error:
            self.space.curate(self.space.plan)
            self.space.notices = (error,)
        else:
            self.space.curate(self.space.plan.changed(self.position, step), by_field=True)

    def _hold(self, name: str, value: object) -> str:
        key = f"{self.key}_{name}"
        if key not in st.session_state:
            st.session_state[key] = value
        return key

    def _taking(
        self, name: str, key: str, also: Callable[[str], dict[str, Any]] | None = None
    ) -> dict[str, Any]:
        def take() -> None:
            value = st.session_state[key]
            self.put({name: value} | (also(value) if also else {}))

        return {"on_change": take}


def _numbers(view: View) -> list[str]:
    """Name the columns of numbers, and the built-in length."""
    found = [name for name in view.dataset.columns if _kind(view, name) == "number"]
    return [*found, "@length" if "length" in view.dataset.columns else "length"]


def _kind(view: View, name: str) -> str:
    try:
        return column(view.context, name).kind
    except FilterError:
        return ""
