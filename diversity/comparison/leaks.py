"""Which records of one group repeat one of another?"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Int32, Int64
from diversity.comparison.values import Leak

SHOWN = 8


def leaks(analysis: Analysis, groups: Mapping[str, Int64]) -> tuple[Leak, ...]:
    """Find near-duplicates across every two groups; linear in the records.

    Two records repeat each other if both repeat, to the letter or nearly, the same record (see
    `diversity.duplicates.find`).
    """
    return tuple(_leak(analysis, a, groups[a], b, groups[b]) for a, b in combinations(groups, 2))


def _leak(analysis: Analysis, a: str, rows_a: Int64, b: str, rows_b: Int64) -> Leak:
    near = analysis.duplicates.near
    kept_a, kept_b = near[rows_a], near[rows_b]
    shared_a, shared_b = np.isin(kept_a, kept_b), np.isin(kept_b, kept_a)
    return Leak(
        a, b,
        float(shared_a.mean()) if len(rows_a) else 0.0,
        float(shared_b.mean()) if len(rows_b) else 0.0,
        _examples(near, rows_a[shared_a], rows_b[shared_b]),
    )  # fmt: skip


def _examples(near: Int32, rows_a: Int64, rows_b: Int64) -> tuple[tuple[int, int], ...]:
    first = dict(zip(reversed(near[rows_b].tolist()), reversed(rows_b.tolist()), strict=True))
    pairs = {int(near[row]): (int(row), first[int(near[row])]) for row in reversed(rows_a)}
    return tuple(list(reversed(pairs.values()))[:SHOWN])
