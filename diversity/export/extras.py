"""What can be written beside the dataset's own columns? What was found out about each record."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from diversity.curation import Add, Material, Outcome
from diversity.curation.state import KEPT
from diversity.errors import ExportError
from diversity.mapped import free_name

if TYPE_CHECKING:
    from diversity.arrays import Int64

TAG = "tag"
EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        "row": "The record's row in the dataset, from 0.",
        "cluster": "Its cluster, -1 for noise.",
        "cluster_name": "What the cluster is called.",
        "tag": "What was written on it by hand.",
        "selection_rank": "Its place in the order of choice, from 1; none if nothing was chosen.",
        "duplicate_component": "The row that stands for its near-duplicates and for itself.",
        "represents": "How many dropped duplicates it stands for.",
        "decision": "keep where it was kept by hand, none where the steps of the plan decided.",
    }
)


def extra_columns(
    material: Material, outcome: Outcome, wanted: Collection[str]
) -> dict[str, pa.Array]:
    """Make further columns for the kept records.

    Parameters
    ----------
    material : Material
    outcome : Outcome
    wanted : collection of str
        Keys of `EXTRAS`.

    Returns
    -------
    dict of str to pyarrow.Array
        In the order of `EXTRAS`, under names that no column of the dataset has.

    Raises
    ------
    ExportError
        If there is no such column.
    """
    if unknown := sorted(set(wanted) - set(EXTRAS)):
        raise ExportError(
            f"There is no further column {unknown[0]!r}.", f"There are {', '.join(EXTRAS)}."
        )
    taken = set(material.analysis.dataset.columns)
    columns: dict[str, pa.Array] = {}
    for name in (name for name in EXTRAS if name in wanted):
        columns[free_name(name, taken)] = _MADE[name](material, outcome)
    return columns


def _row(_material: Material, outcome: Outcome) -> pa.Array:
    return pa.array(outcome.rows)


def _cluster(material: Material, outcome: Outcome) -> pa.Array:
    return pa.array(material.analysis.clustering.labels[outcome.rows])


def _cluster_name(material: Material, outcome: Outcome) -> pa.Array:
    labels = material.analysis.clustering.labels[outcome.rows]
    n_clusters = int(labels.max(initial=-1)) + 1
    names = [material.analysis.cluster_name(label) for label in range(n_clusters)]
    return _named([*names, material.analysis.cluster_name(-1)], np.where(labels < 0, -1, labels))


def _tag(material: Material, outcome: Outcome) -> pa.Array:
    tags = material.context.columns.get(TAG)
    if tags is None:
        return pa.nulls(len(outcome.rows), pa.string())
    groups = material.groups(TAG)
    codes = groups.codes[outcome.rows]
    return _named([*groups.names, None], codes)


def _rank(_material: Material, outcome: Outcome) -> pa.Array:
    if not outcome.ranked:
        return pa.nulls(len(outcome.rows), pa.int64())
    return pa.array(np.arange(1, len(outcome.rows) + 1))


def _component(material: Material, outcome: Outcome) -> pa.Array:
    return pa.array(material.analysis.duplicates.near[outcome.rows])


def _represents(_material: Material, outcome: Outcome) -> pa.Array:
    stand_ins = outcome.instead[(outcome.dropped_by != KEPT) & (outcome.instead >= 0)]
    return pa.array(np.bincount(stand_ins, minlength=outcome.n_records)[outcome.rows])


def _decision(_material: Material, outcome: Outcome) -> pa.Array:
    steps = [outcome.plan.steps[position] for position in outcome.plan.active]
    chosen = {row for step in steps if isinstance(step, Add) for row in step.rows}
    return _named(["keep", None], np.where(np.isin(outcome.rows, list(chosen)), 0, -1))


def _named(names: list[str | None], codes: "Int64") -> pa.Array:
    """Write names for codes; -1 is the last name."""
    places = np.where(codes < 0, len(names) - 1, codes)
    return pa.array(names, pa.string()).take(pa.array(places))


_MADE: Mapping[str, Callable[[Material, Outcome], pa.Array]] = {
    "row": _row,
    "cluster": _cluster,
    "cluster_name": _cluster_name,
    "tag": _tag,
    "selection_rank": _rank,
    "duplicate_component": _component,
    "represents": _represents,
    "decision": _decision,
}
