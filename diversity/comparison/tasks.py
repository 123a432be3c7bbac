"""Which records of the groups answer the same task?"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from diversity.arrays import Int64
from diversity.dataset import NONE, Dataset
from diversity.errors import ComparisonError, MissingColumnError


class Tasks(NamedTuple):
    """The values of a key, each with the rows of every group.

    Parameters
    ----------
    rows : list of list of ndarray of int64
        For each value with two records in every group, the rows of every group.
    n_left_out : int
        Values that some group lacks two records of.
    n_without : int
        Records of the groups that have no value.
    """

    rows: list[list[Int64]]
    n_left_out: int
    n_without: int


def tasks_of(dataset: Dataset, groups: Mapping[str, Int64], key: str) -> Tasks:
    """Sort the records of groups by the values of a key.

    Raises
    ------
    MissingColumnError
    ComparisonError
        If no value of the key has two records in every group.
    """
    if key not in dataset.columns:
        raise MissingColumnError(
            f"There is no column {key!r} to compare within.",
            f"The columns are {', '.join(dataset.columns)}.",
        )
    keys = dataset.groups(key)
    number = np.zeros(len(dataset), np.int64)
    for place, (name, rows) in enumerate(keys.items(), 1):
        number[rows] = 0 if name == NONE else place
    parts, n_without = [], 0
    for rows in groups.values():
        order = np.argsort(number[rows], kind="stable")
        edges = np.searchsorted(number[rows][order], np.arange(1, len(keys) + 1))
        without, *some = np.split(rows[order], edges)
        n_without += len(without)
        parts.append(some)
    met = [task for task in zip(*parts, strict=True) if any(map(len, task))]
    usable = [list(task) for task in met if min(map(len, task)) >= 2]
    if not usable:
        raise ComparisonError(
            f"No value of {key!r} has two records in each of the groups, so there is nothing to "
            "compare within it.",
            "Choose a column that names the task, with several records of every group a task.",
        )
    return Tasks(usable, len(met) - len(usable), n_without)
