"""What does the address bar say? Enough to open the same view elsewhere, and no text of a record.

``?data=`` names an upload kept in the store by a hash of its content, ``?model=`` or ``?vectors=``
says what embeds it, ``?filter=`` is the filter's readable form, or ``?kept=`` the name of one too
long for an address, ``?color=`` the column that colours the map, ``?record=`` the one that is
read, ``?run=`` names the run of the cluster-agent that is looked at, ``?tags=`` what was written on
the records, and ``?plan=`` is the plan of curation, or ``?steps=`` the name of a long one.
"""

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from diversity.analysis import Settings
from diversity.curation import Plan
from diversity.embedding import DEFAULT_MODEL
from diversity.errors import DiversityError, PlanError, StoreError
from pages.ui.sources import Source, Upload, recall, remember
from pages.ui.tags import Tags
from pages.ui.written import (
    keep_filter,
    keep_plan,
    keep_tags,
    recall_filter,
    recall_plan,
    recall_tags,
)

if TYPE_CHECKING:
    from diversity.store import Store
    from pages.ui.state import Workspace

LONGEST_FILTER = 4_000
LONGEST_PLAN = 2_000
COMPARED = ("by", "groups", "within", "reference", "match")


@dataclass(frozen=True)
class Asked:
    """What an address asks for, and what of it is not to be had."""

    source: Source | None
    settings: Settings
    filter_text: str
    color_by: str | None
    opened: int | None
    tags: Tags | None
    plan: Plan
    notices: tuple[DiversityError, ...]
    run: str | None = None
    more: dict[str, str] = field(default_factory=dict)


def read() -> Asked:
    """Read the address of a new session."""
    from pages.ui.cached import store

    named = st.query_params.to_dict()
    source = recall(store(), named["data"]) if "data" in named else None
    if "data" in named and source is None:
        lost = DiversityError(
            "The records that this address names are not kept here.",
            "Upload their file again on the Data page. These are others.",
        )
        return Asked(
            None, _standard(None), named.get("filter", ""), None, None, None, Plan(), (lost,)
        )
    filter_text, tags, notices = _written(store(), named)
    record = named.get("record", "")
    plan, refused = _plan(store(), named)
    return Asked(
        source,
        _settings(source, named),
        filter_text,
        named.get("color"),
        int(record) if re.fullmatch("[0-9]{1,9}", record) else None,
        tags,
        plan,
        (*notices, *refused),
        named.get("run"),
        {name: named[name] for name in COMPARED if named.get(name)},
    )


def write(space: "Workspace") -> None:
    """Bring the address up to date; what is too long for it is kept in the store by a name."""
    from pages.ui.cached import store

    wanted = _plain(space)
    try:
        wanted |= _kept(space, store())
    except StoreError as error:
        space.notices = (error,)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _plain(space: "Workspace") -> dict[str, str]:
    """Say what an address can say in full."""
    wanted = dict(space.more)
    if space.settings != _standard(space.source):
        vectors = space.settings.vector_column
        wanted |= {"vectors": vectors} if vectors else {"model": space.settings.embedder}
    if 0 < len(space.filter_text) <= LONGEST_FILTER:
        wanted["filter"] = space.filter_text
    if space.color_by:
        wanted["color"] = space.color_by
    if space.opened is not None:
        wanted["record"] = str(space.opened)
    if space.run:
        wanted["run"] = space.run
    if len(space.plan) and not _is_long(space.plan):
        wanted["plan"] = space.plan.as_json()
    return wanted


def _kept(space: "Workspace", store: "Store") -> dict[str, str]:
    """Keep the rest in the store, and name it."""
    wanted = {}
    if isinstance(space.source, Upload):
        wanted["data"] = remember(store, space.source)
    if len(space.filter_text) > LONGEST_FILTER:
        wanted["kept"] = keep_filter(store, space.filter_text)
    if _is_long(space.plan):
        wanted["steps"] = keep_plan(store, space.plan)
    if space.tags is not None:
        wanted["tags"] = keep_tags(store, space.tags)
    return wanted


def _written(
    store: "Store", named: dict[str, str]
) -> tuple[str, Tags | None, tuple[DiversityError, ...]]:
    """Look up what the address only names."""
    filter_text, tags, notices = named.get("filter", ""), None, []
    if "kept" in named:
        filter_text = recall_filter(store, named["kept"]) or ""
        if not filter_text:
            notices.append(_lost("filter"))
    if "tags" in named:
        tags = recall_tags(store, named["tags"])
        if tags is None:
            notices.append(_lost("tags"))
    return filter_text, tags, tuple(notices)


def _is_long(plan: Plan) -> bool:
    return len(plan) > 0 and len(plan.as_json()) > LONGEST_PLAN


def _plan(store: "Store", named: dict[str, str]) -> tuple[Plan, tuple[DiversityError, ...]]:
    if named.get("steps"):
        plan = recall_plan(store, named["steps"])
        return plan or Plan(), () if plan else (_lost("plan"),)
    try:
        return Plan.parse(named["plan"]) if named.get("plan") else Plan(), ()
    except PlanError as error:
        return Plan(), (error,)


def _lost(what: str) -> DiversityError:
    return DiversityError(
        f"The {what} that this address names cannot be found here.",
        "They are known where the address was made; all records are shown as they are.",
    )


def _settings(source: Source | None, named: dict[str, str]) -> Settings:
    if "vectors" in named or "model" in named:
        return Settings(named.get("model", DEFAULT_MODEL), named.get("vectors"))
    return _standard(source)


def _standard(source: Source | None) -> Settings:
    """Return what holds where the address says nothing: for its own files, the command line's."""
    if isinstance(source, Upload):
        return Settings()
    return Settings(vector_column=os.environ.get("DIVERSITY_VECTORS") or None)
