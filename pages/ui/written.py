"""What have visitors written that no file of theirs holds? Tags, long filters and long plans.

All are kept in the store under a hash of their content, which is short enough for an address: a
reload, a bookmark or a colleague finds them again. The tags written last are found by the dataset
too, by whoever opens it here.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from diversity.arrays import frozen
from diversity.curation import Plan
from diversity.errors import PlanError
from diversity.fingerprint import fingerprint
from diversity.store import Store, mending, written_beside
from pages.ui.tags import Tags

NAME = re.compile("[0-9a-f]{32}")


def keep_tags(store: Store, tags: Tags) -> str:
    """Keep tags and return the name they can be recalled by; see `last_tags`."""

    def content() -> dict[str, Any]:
        codes = base64.b64encode(zlib.compress(tags.codes.astype("<i2").tobytes()))
        return {"records": tags.records, "tags": tags.names, "codes": codes.decode("ascii")}

    name = _keep(store, tags.fingerprint, content)
    last = _last(tags.records)
    if _recall(store, last).get("last") != name:
        _write(store, last, {"last": name})
    return name


def last_tags(store: Store, records: str) -> str | None:
    """Return the name of the tags kept last for the dataset of this fingerprint, if any are."""
    name = _recall(store, _last(records)).get("last")
    return name if isinstance(name, str) else None


def recall_tags(store: Store, name: str) -> Tags | None:
    """Return the tags of that name, or None if there are none here."""
    kept = _recall(store, name)
    try:
        content = zlib.decompress(base64.b64decode(kept["codes"]))
        codes = np.frombuffer(content, "<i2").astype(np.int16)
        return Tags(tuple(kept["tags"]), frozen(codes), kept["records"])
    except (KeyError, TypeError, ValueError, zlib.error, binascii.Error):
        return None


def keep_filter(store: Store, text: str) -> str:
    """Keep a filter's text and return the name it can be recalled by."""
    return _keep(store, fingerprint("filter", text), lambda: {"filter": text})


def recall_filter(store: Store, name: str) -> str | None:
    """Return the filter of that name, or None if there is none here."""
    text = _recall(store, name).get("filter")
    return text if isinstance(text, str) else None


def keep_plan(store: Store, plan: Plan) -> str:
    """Keep a plan and return the name it can be recalled by."""
    text = plan.as_json()
    return _keep(store, fingerprint("plan", text), lambda: {"plan": text})


def recall_plan(store: Store, name: str) -> Plan | None:
    """Return the plan of that name, or None if there is none here."""
    text = _recall(store, name).get("plan")
    try:
        return Plan.parse(text) if isinstance(text, str) else None
    except PlanError:
        return None


def _keep(store: Store, name: str, content: Callable[[], dict[str, Any]]) -> str:
    if not _path(store, name).exists():
        _write(store, name, content())
    return name


def _write(store: Store, name: str, content: dict[str, Any]) -> None:
    with mending(store.folder), written_beside(_path(store, name)) as beside:
        beside.write_text(json.dumps(content), encoding="utf-8")


def _last(records: str) -> str:
    return fingerprint("last tags", records)


def _recall(store: Store, name: str) -> dict[str, Any]:
    if not NAME.fullmatch(name):
        return {}
    try:
        kept = json.loads(_path(store, name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _path(store: Store, name: str) -> Path:
    return store.folder / "written" / f"{name}.json"
