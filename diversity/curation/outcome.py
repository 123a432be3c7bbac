"""What did a plan do? Which records are kept, in which order, and which step dropped each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Bool, Int32, Int64
from diversity.curation.material import MISSING, Groups
from diversity.curation.plan import Plan
from diversity.curation.state import KEPT, Int16

NONE = "(none)"
NOISE = "noise"


@dataclass(frozen=True)
class Change:
    """What one step did.

    Parameters
    ----------
    position : int
        Where it stands in the plan.
    n_before, n_dropped, n_added, n_after : int
        ``n_before - n_dropped + n_added == n_after``.
    notes : tuple of str
        What a reader must know about it.
    """

    position: int
    n_before: int
    n_dropped: int
    n_added: int
    n_after: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """One record that was dropped: by which step of the plan, and what stands for it (or None)."""

    row: int
    position: int
    instead: int | None


@dataclass(frozen=True)
class Loss:
    """What one group lost.

    Parameters
    ----------
    group : str
    n_before, n_after : int
    """

    group: str
    n_before: int
    n_after: int

    @property
    def share(self) -> float:
        """Share of the group that was dropped, in [0, 1]."""
        return 1 - self.n_after / self.n_before if self.n_before else 0.0


@dataclass(frozen=True, eq=False)
class Outcome:
    """A plan carried out.

    Parameters
    ----------
    plan : Plan
    rows : ndarray of shape (n_kept,), int64
        The records that are kept: in the order of choice if a step chose them one by one (any
        beginning of it is then a valid smaller choice), else in the dataset's order.
    ranked : bool
        Whether that is an order of choice.
    dropped_by : ndarray of shape (n_records,), int16
        Position in the plan of the step that dropped a record; -1 for one that is kept.
    instead : ndarray of shape (n_records,), int32
        The record that stands for a dropped duplicate; -1 for none.
    changes : tuple of Change
        What each step that was taken did, in order.
    fingerprint : str
        Names the records and what is kept of them; equal for equal rows in equal order.
    """

    plan: Plan
    rows: Int64
    ranked: bool
    dropped_by: Int16
    instead: Int32
    changes: tuple[Change, ...]
    fingerprint: str

    @property
    def n_records(self) -> int:
        """Records there were."""
        return len(self.dropped_by)

    def kept(self) -> Bool:
        """Say for every record whether it is kept."""
        return np.asarray(self.dropped_by == KEPT)

    def dropped(self) -> Iterator[Dropped]:
        """Go through the dropped records in the dataset's order, each with its one reason."""
        for row in np.flatnonzero(self.dropped_by != KEPT).tolist():
            stand_in = int(self.instead[row])
            yield Dropped(row, int(self.dropped_by[row]), stand_in if stand_in >= 0 else None)

    def losses(self, groups: Groups, missing: str = NONE) -> list[Loss]:
        """Say what each group lost, the greatest loss in records first.

        Parameters
        ----------
        groups : Groups
            From `Material.groups`.
        missing : str
            What to call the records without a value.
        """
        names = (*groups.names, missing)
        codes = np.where(groups.codes == MISSING, len(groups.names), groups.codes)
        before = np.bincount(codes, minlength=len(names))
        after = np.bincount(codes[self.rows], minlength=len(names))
        order = np.argsort(after - before, kind="stable").tolist()
        return [Loss(names[i], int(before[i]), int(after[i])) for i in order if before[i]]
