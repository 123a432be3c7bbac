"""Which plans were saved for these records? Kept in the store by name, for all who open the same.

A plan belongs to a dataset, by its fingerprint: whoever opens the same records on this machine
finds it, whatever their file is called.
"""

from pathlib import Path

from diversity.curation import Plan
from diversity.errors import PlanError
from diversity.fingerprint import fingerprint
from diversity.store import Store, mending, written_beside

LONGEST_NAME = 60


def save(store: Store, records: str, plan: Plan) -> None:
    """Keep a plan under its name, in place of one that had it.

    Parameters
    ----------
    store : Store
    records : str
        Fingerprint of the dataset.
    plan : Plan

    Raises
    ------
    PlanError
        If it has no name, or a very long one.
    StoreError
        If the disk refuses.
    """
    if not plan.name.strip() or len(plan.name) > LONGEST_NAME:
        raise PlanError(f"A plan is saved under a name of 1 to {LONGEST_NAME} characters.")
    path = _path(store, records, plan.name)
    with mending(store.folder), written_beside(path) as beside:
        beside.write_text(plan.as_json(), encoding="utf-8")


def saved(store: Store, records: str) -> dict[str, Plan]:
    """Return the plans of these records by name, in order of names; a damaged one is left out."""
    found = [_read(path) for path in _folder(store, records).glob("*.json")]
    plans = [plan for plan in found if plan is not None]
    return {plan.name: plan for plan in sorted(plans, key=lambda plan: plan.name.casefold())}


def delete(store: Store, records: str, name: str) -> None:
    """Delete a plan; one that is not there is no error."""
    with mending(store.folder):
        _path(store, records, name).unlink(missing_ok=True)


def _read(path: Path) -> Plan | None:
    try:
        return Plan.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, PlanError):
        return None


def _folder(store: Store, records: str) -> Path:
    return store.folder / "written" / "plans" / fingerprint("plans", records)


def _path(store: Store, records: str, name: str) -> Path:
    return _folder(store, records) / f"{fingerprint('plan', name)}.json"
