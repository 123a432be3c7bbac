"""What has the visitor written on the records? One tag a record, as a column like any other."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from diversity.arrays import Bool, frozen
from diversity.fingerprint import fingerprint

COLUMN = "tag"
LONGEST = 60


@dataclass(frozen=True, eq=False)
class Tags:
    """The tags of one dataset; tagging gives a new value, so that undoing is going back.

    Parameters
    ----------
    names : tuple of str
    codes : ndarray of shape (n_records,), int16
        Position in `names`, -1 for a record without a tag.
    records : str
        Fingerprint of the dataset they were written on.
    """

    names: tuple[str, ...]
    codes: np.ndarray[tuple[int], np.dtype[np.int16]]
    records: str = ""

    def __len__(self) -> int:
        return int((self.codes >= 0).sum())

    @cached_property
    def fingerprint(self) -> str:
        """Name of these tags by their content."""
        return fingerprint(self.names, self.codes, self.records)

    def tagged(self, rows: Bool, name: str) -> "Tags":
        """Write a tag on records, over the one they had."""
        name = name.strip()[:LONGEST]
        names = self.names if name in self.names else (*self.names, name)
        codes = np.where(rows, np.int16(names.index(name)), self.codes)
        return Tags(names, frozen(codes), self.records)

    def removed(self, rows: Bool) -> "Tags":
        """Take the tags off records."""
        return Tags(self.names, frozen(np.where(rows, np.int16(-1), self.codes)), self.records)

    def column(self) -> "pd.Series[Any]":
        """Return the tags as a filter and a table read them."""
        names = np.array([*self.names, None], object)
        return pd.Series(names[self.codes], dtype=pd.CategoricalDtype(list(self.names)))


def no_tags(n_records: int, records: str = "") -> Tags:
    """Return the tags of records that nobody has tagged yet; `records` is their fingerprint."""
    return Tags((), frozen(np.full(n_records, -1, np.int16)), records)
