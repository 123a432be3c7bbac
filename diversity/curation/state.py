"""How do the records stand between two steps? Which are left, and what took the rest."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from diversity.arrays import Bool, Int32, Int64, frozen

KEPT = -1
NOBODY = -1
Int16 = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class State:
    """The records between two steps.

    Parameters
    ----------
    rows : ndarray of shape (n_kept,), int64
        What is left, in order.
    ranked : bool
        Whether the order is one of choice, and not the dataset's own.
    dropped_by : ndarray of shape (n_records,), int16
        Number of the step, among those taken, that dropped a record; -1 for one that is left.
    instead : ndarray of shape (n_records,), int32
        The record that stands for a dropped one; -1 for none.
    notes : tuple of str
        What a reader must know about the last step.
    """

    rows: Int64
    ranked: bool
    dropped_by: Int16
    instead: Int32
    notes: tuple[str, ...] = ()

    def kept(self) -> Bool:
        """Say for every record whether it is left."""
        return np.asarray(self.dropped_by == KEPT)

    def drop(
        self, gone: Bool, step: int, instead: Int32 | None = None, notes: tuple[str, ...] = ()
    ) -> "State":
        """Let some of `rows` go; `gone` and `instead` run along `rows`."""
        lost = self.rows[gone]
        dropped_by, stand_in = self.dropped_by.copy(), self.instead.copy()
        dropped_by[lost] = step
        if instead is not None:
            stand_in[lost] = instead[gone]
        return State(
            frozen(self.rows[~gone]), self.ranked, frozen(dropped_by), frozen(stand_in), notes
        )

    def chosen(self, rows: Int64, step: int, notes: tuple[str, ...] = ()) -> "State":
        """Keep these of `rows` only, in this order."""
        gone = np.ones(len(self.dropped_by), bool)
        gone[rows] = False
        left = self.drop(gone[self.rows], step, notes=notes)
        return replace(left, rows=frozen(rows.astype(np.int64)), ranked=True)

    def add(self, rows: Int64) -> "State":
        """Take records back in: in the dataset's order, or behind the chosen ones."""
        fresh = rows[self.dropped_by[rows] != KEPT]
        dropped_by, stand_in = self.dropped_by.copy(), self.instead.copy()
        dropped_by[fresh], stand_in[fresh] = KEPT, NOBODY
        together = np.concatenate([self.rows, fresh])
        ordered = together if self.ranked else np.sort(together)
        return State(frozen(ordered), self.ranked, frozen(dropped_by), frozen(stand_in))


def everything(n_records: int) -> State:
    """Begin with all records, in the dataset's order."""
    return State(
        rows=frozen(np.arange(n_records, dtype=np.int64)),
        ranked=False,
        dropped_by=frozen(np.full(n_records, KEPT, np.int16)),
        instead=frozen(np.full(n_records, NOBODY, np.int32)),
    )
