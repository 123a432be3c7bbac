"""What can be done to a set of records? One frozen value per kind of step.

A step says what to do and knows nothing of the records; `curation.apply` does it. Whatever a user
can mistype raises `PlanError` when the step is made.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from diversity.curation.checks import check_keep, count, number, one_of, pairs_of, text
from diversity.curation.rows import as_rows
from diversity.errors import FilterError, PlanError
from diversity.filters import Filter

Option: TypeAlias = str | int | float | bool | None
BY = ("near", "exact", "lexical")
USUAL = {"near": 0.95, "exact": 1.0, "lexical": 0.7}
KEEP = ("first", "longest", "central", "random")
OTHERS = ("keep", "drop")


@dataclass(frozen=True)
class DropDuplicates:
    """Of records that repeat one another, keep one.

    Parameters
    ----------
    by : {"near", "exact", "lexical"}, default="near"
        By meaning (cosine similarity of the vectors), to the letter (apart from case and white
        space), or by wording (share of short runs of words in common).
    threshold : float, default=0.95 for ``near``, 0.7 for ``lexical``
        Similarity from which two records repeat one another, in (0, 1]; always 1 for ``exact``.
    keep : str, default="first"
        Which one stays: ``first``, ``longest``, ``central`` or ``best:COLUMN``.
    """

    by: str = "near"
    threshold: float = None  # type: ignore[assignment]  # stands for the usual one, never stays
    keep: str = "first"

    def __post_init__(self) -> None:
        one_of("by", self.by, BY)
        asked = USUAL[self.by] if self.threshold is None or self.by == "exact" else self.threshold
        object.__setattr__(self, "threshold", number("threshold", asked))
        if not 0 < self.threshold <= 1:
            raise PlanError(f"A threshold lies above 0 and up to 1, not at {self.threshold:g}.")
        check_keep(self.keep, KEEP[:3])


@dataclass(frozen=True)
class Keep:
    """Keep the records that pass a filter.

    Parameters
    ----------
    where : str
        See docs/filters.md; held in its canonical form.
    """

    where: str

    def __post_init__(self) -> None:
        try:
            object.__setattr__(
                self, "where", str(Filter.parse(text("where", self.where, empty=True)))
            )
        except FilterError as error:
            raise PlanError(error.message, error.hint) from error


@dataclass(frozen=True)
class Cap:
    """Keep at most n records of each value of a column; records without a value all stay.

    Parameters
    ----------
    column : str
        A column of the dataset, ``cluster`` (noise has no value), ``template`` (the four words in
        a row that most other records share, see `diversity.duplicates.templates`), or ``tag``.
    n : int
    keep : str, default="first"
        Which ones stay: ``first``, ``longest``, ``central``, ``random`` or ``best:COLUMN``.
    """

    column: str
    n: int
    keep: str = "first"

    def __post_init__(self) -> None:
        text("column", self.column)
        count("n", self.n)
        check_keep(self.keep, KEEP)


@dataclass(frozen=True)
class Quota:
    """Keep at most so many records of each named value.

    Parameters
    ----------
    column : str
    targets : mapping of str to int
        How many of each value; held as sorted pairs.
    others : {"keep", "drop"}, default="keep"
        What becomes of records with another value, or none.
    keep : str, default="first"
        As for `Cap`.
    """

    column: str
    targets: tuple[tuple[str, int], ...]
    others: str = "keep"
    keep: str = "first"

    def __post_init__(self) -> None:
        text("column", self.column)
        pairs = pairs_of("targets", self.targets)
        for value, n in pairs:
            count(f"the target of {value!r}", n)
        if not pairs:
            raise PlanError("A quota needs a target for at least one value.")
        object.__setattr__(self, "targets", pairs)
        one_of("others", self.others, OTHERS)
        check_keep(self.keep, KEEP)


@dataclass(frozen=True)
class Balance:
    """Keep as many records as can be had with each value of a column in its share.

    Parameters
    ----------
    column : str
    shares : mapping of str to float, default={}
        Weight of each value, held as sorted pairs; values not named are dropped. Without any, all
        values get the same.
    keep : str, default="first"
        As for `Cap`.
    """

    column: str
    shares: tuple[tuple[str, float], ...] = ()
    keep: str = "first"

    def __post_init__(self) -> None:
        text("column", self.column)
        pairs = tuple((v, number(f"share of {v!r}", n)) for v, n in pairs_of("shares", self.shares))
        if any(not 0 < weight < math.inf for _, weight in pairs):
            raise PlanError("A share is a number above 0.", "Leave out the values to be dropped.")
        object.__setattr__(self, "shares", pairs)
        check_keep(self.keep, KEEP)


@dataclass(frozen=True)
class Top:
    """Keep the k records with the largest values of a column, in that order.

    Parameters
    ----------
    column : str
        A column of numbers, or ``length``; records without a value come last.
    k : int
    ascending : bool, default=False
        Take the smallest instead.
    """

    column: str
    k: int
    ascending: bool = False

    def __post_init__(self) -> None:
        text("column", self.column)
        count("k", self.k)
        if not isinstance(self.ascending, bool):
            raise PlanError(f"ascending is true or false, not {self.ascending!r}.")


@dataclass(frozen=True)
class Select:
    """Choose k records by a method of `diversity.selection`, in order of choice.

    Parameters
    ----------
    method : str
        A name in `diversity.selection.REGISTRY`.
    k : int or None
        Records wanted; None where the method finds the number itself.
    options : mapping of str to str, int, float, bool or None, default={}
        Further parameters of the method; held as sorted pairs.
    by : str, default="cluster"
        Column whose groups the method looks at, if it does.
    quality : str, default=""
        Column of numbers that the choice weighs or follows; none by default.
    """

    method: str
    k: int | None = None
    options: tuple[tuple[str, Option], ...] = ()
    by: str = "cluster"
    quality: str = ""

    def __post_init__(self) -> None:
        text("method", self.method)
        if self.k is not None:
            count("k", self.k)
        pairs = pairs_of("options", self.options)
        for name, value in pairs:
            if not isinstance(value, str | int | float | bool | None):
                raise PlanError(f"The option {name!r} is no plain value.")
        object.__setattr__(self, "options", pairs)
        text("by", self.by)
        text("quality", self.quality, empty=True)


@dataclass(frozen=True)
class Add:
    """Take records back in, chosen by hand.

    Parameters
    ----------
    rows : tuple of int, or str
        Row numbers from 0, or their text such as ``"0 to 9, 12"``; held sorted, each once.
    """

    rows: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", as_rows(self.rows))


@dataclass(frozen=True)
class Remove:
    """Leave records out, chosen by hand.

    Parameters
    ----------
    rows : tuple of int, or str
        As for `Add`.
    """

    rows: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", as_rows(self.rows))


Step: TypeAlias = DropDuplicates | Keep | Cap | Quota | Balance | Top | Select | Add | Remove
KINDS: Mapping[str, type[Step]] = {
    "drop_duplicates": DropDuplicates,
    "keep": Keep,
    "cap": Cap,
    "quota": Quota,
    "balance": Balance,
    "top": Top,
    "select": Select,
    "add": Add,
    "remove": Remove,
}
KIND_OF = {kind: name for name, kind in KINDS.items()}
