"""Which groups are compared, and can anything be said about them?"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Bool, Int64, frozen
from diversity.comparison.tasks import tasks_of
from diversity.dataset import NONE, Dataset
from diversity.errors import ComparisonError, MissingColumnError

MOST_GROUPS = 12
FEW = 20
SMALL = 50
NAMED = 6
LONGEST = 60


def groups_of(
    analysis: Analysis, by: str, wanted: Sequence[str] | None = None, where: Bool | None = None
) -> dict[str, Int64]:
    """Find the groups to compare: values of a column, all of them or those asked for.

    Parameters
    ----------
    analysis : Analysis
    by : str
        Column; records without a value are the group ``(none)``, which is compared only if asked
        for or if it is one of two.
    wanted : sequence of str, optional
        Values to compare, in this order.
    where : ndarray of shape (n_records,), bool, optional
        Records that count.

    Returns
    -------
    dict of str to ndarray of int64
        Ascending row numbers of two to twelve groups.

    Raises
    ------
    MissingColumnError
        If there is no such column.
    ComparisonError
        If there are not at least two groups with records, or more than twelve.
    """
    chosen = _chosen(analysis.dataset, by, wanted)
    kept = {name: rows if where is None else rows[where[rows]] for name, rows in chosen.items()}
    for name, rows in kept.items():
        if wanted is not None and not len(rows):
            raise ComparisonError(
                f"None of the {len(chosen[name]):,} records with {by} {name!r} passes the filter, "
                "so there is nothing to compare it by.",
                "Make the filter wider, or leave the group out.",
            )
    return check({name: rows for name, rows in kept.items() if len(rows)}, by)


def check_request(
    dataset: Dataset,
    by: str,
    wanted: Sequence[str] | None = None,
    within: str | None = None,
    reference: str | None = None,
    *,
    filtered: bool = False,
) -> None:
    """Check what can be known before anything is embedded: columns, values, and their numbers.

    Parameters
    ----------
    dataset : Dataset
    by, wanted, within, reference
        What `comparing.compare` is asked.
    filtered : bool, default=False
        Whether a filter is still to come, which may leave fewer groups.

    Raises
    ------
    MissingColumnError, ComparisonError
    """
    groups = _chosen(dataset, by, wanted)
    if not filtered:
        groups = check(groups, by)
        check_reference(reference, groups)
    if within is not None:
        tasks_of(dataset, groups, within)


def check_reference(name: str | None, groups: Mapping[str, Int64]) -> None:
    """Check that the reference is one of the groups."""
    if name is not None and name not in groups:
        listed = ", ".join(map(quoted, groups))
        raise ComparisonError(
            f"The reference {quoted(name)} is not one of the groups.", f"The groups are {listed}."
        )


def check(groups: Mapping[str, Int64], by: str = "the groups") -> dict[str, Int64]:
    """Check that there are two to twelve groups that have records of their own.

    Records that are in two groups at once are evidence for neither, and are left out of both.
    """
    if list(groups) == [NONE]:
        raise ComparisonError(
            f"No record has a value of {by!r}, so there are no groups to compare.",
            "Choose a column with at least two values, or load a second file.",
        )
    if len(groups) < 2:
        only = f" ({quoted(next(iter(groups)))})" if groups else ""
        raise ComparisonError(
            f"There is only {len(groups)} group{only} in {by}: a comparison needs two.",
            "Choose a column with at least two values, or load a second file.",
        )
    if len(groups) > MOST_GROUPS:
        largest = sorted(groups, key=lambda name: (-len(groups[name]), name))[:NAMED]
        raise ComparisonError(
            f"{by} has {len(groups):,} values; at most {MOST_GROUPS} groups can be compared "
            "at once, since every pair of them is tested.",
            f"Choose some; the largest are {', '.join(map(quoted, largest))}."
            if len(groups[largest[0]]) >= FEW
            else f"None has {FEW} records, too few to test: choose a column with fewer values.",
        )
    shared = _in_several(groups)
    own = {name: frozen(rows[~np.isin(rows, shared)]) for name, rows in groups.items()}
    for name, rows in own.items():
        if not len(rows):
            raise ComparisonError(
                f"The group {name!r} has no record of its own: all {len(groups[name]):,} are in "
                "another group too, so nothing can set them apart.",
                "Choose groups that do not hold the same records.",
            )
    return own


def remarks(groups: Mapping[str, Int64], before: Mapping[str, Int64] | None = None) -> list[str]:
    """Say what the sizes of the groups allow to be said."""
    said = []
    smallest = min(groups, key=lambda name: (len(groups[name]), name))
    n_least, n_most = len(groups[smallest]), max(map(len, groups.values()))
    if n_least < FEW:
        said.append(
            f"{smallest!r} has only {n_least} records: its scores are shown, but no difference "
            f"from {FEW - 1} records or fewer is called significant."
        )
    elif n_least < SMALL:
        said.append(
            f"{smallest!r} has only {n_least} records and all groups are held to that: only large "
            "differences can be seen."
        )
    if n_most > 20 * n_least:
        said.append(
            f"The largest group has {n_most / n_least:,.0f} times as many records as {smallest!r}; "
            "of each only as many count as the smallest has."
        )
    n_shared = len(_in_several(before)) if before else 0
    if n_shared:
        said.append(f"{n_shared:,} records are in several groups and were left out of all.")
    return said


def without_value(dataset: Dataset, by: str, groups: Mapping[str, Int64]) -> list[str]:
    """Say how many records have no value of a column, if these are no group of their own."""
    rows = dataset.groups(by).get(NONE)
    if rows is None or NONE in groups:
        return []
    return [f"{len(rows):,} records have no value of {by!r} and were left out."]


def quoted(name: str) -> str:
    """Write a value between quotes, its beginning where it is long."""
    return repr(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…")


def _chosen(dataset: Dataset, by: str, wanted: Sequence[str] | None) -> dict[str, Int64]:
    if by not in dataset.columns:
        raise MissingColumnError(
            f"There is no column {by!r} to compare by.",
            f"The columns are {', '.join(dataset.columns)}.",
        )
    groups = dataset.groups(by)
    if wanted is not None:
        return _named(groups, by, wanted)
    few = len(groups) <= 2
    return {name: rows for name, rows in groups.items() if few or name != NONE}


def _named(groups: Mapping[str, Int64], by: str, wanted: Sequence[str]) -> dict[str, Int64]:
    for name in wanted:
        if name not in groups:
            near = get_close_matches(name, groups, n=1)
            listed = ", ".join(map(quoted, list(groups)[:NAMED]))
            more = ", ..." if len(groups) > NAMED else ""
            raise ComparisonError(
                f"No record has {by} {name!r}, so that group is empty.",
                f"Did you mean {quoted(near[0])}?" if near else f"There are {listed}{more}.",
            )
    return {name: groups[name] for name in dict.fromkeys(wanted)}


def _in_several(groups: Mapping[str, Int64]) -> Int64:
    rows, times = np.unique(np.concatenate([*groups.values()]), return_counts=True)
    found: Int64 = rows[times > 1]
    return found
