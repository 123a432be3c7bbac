"""What does a facet show, and what can be chosen in it? Plain values, from Python to the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True)
class FacetValue:
    """One value of a column.

    Parameters
    ----------
    value : str, int, float, bool or None
        What a `FacetChange` reports; None for records without a value.
    label : str
        How it is called on the page. Any text is safe.
    total, inside : int
        How many records have it: in the dataset, and under the filter.
    chosen, excluded : bool, default=False
        Whether records with it are asked for, or left out.
    color : str, optional
        Its colour on the map. None: the theme's primary colour.
    """

    value: Value
    label: str
    total: int
    inside: int
    chosen: bool = False
    color: str | None = None
    excluded: bool = False


@dataclass(frozen=True)
class FacetBin:
    """Records from `low` up to, but without, `high`: how many in all, how many inside."""

    low: float
    high: float
    total: int
    inside: int


@dataclass(frozen=True)
class Facet:
    """One column, as the side bar shows it.

    Parameters
    ----------
    column : str
        Names the column in a `FacetChange`. Each column has at most one facet.
    title : str
        The heading. Any text is safe.
    kind : {"values", "histogram"}
    values : sequence of FacetValue
        At most about 200, the chosen ones among them, in the order to show them. Take an order
        that no filter changes: by total, or by size for whole numbers. Seven are shown before
        the reader asks for more.
    bins : sequence of FacetBin
        Next to each other and in order; about 20 to 30 fit the side bar. For dates, the bounds
        are seconds since 1970 in UTC.
    range : (float, float), optional
        What is chosen in the histogram.
    unit : str, optional
        Follows each bound, as in "12 tokens".
    is_date : bool, default=False
    note : str, optional
        A quiet line below, for what the facet does not show: "120 rarer values are not listed".
    """

    column: str
    title: str
    kind: Literal["values", "histogram"] = "values"
    values: Sequence[FacetValue] = ()
    bins: Sequence[FacetBin] = ()
    range: tuple[float, float] | None = None
    unit: str = ""
    is_date: bool = False
    note: str = ""


@dataclass(frozen=True)
class FacetChange:
    """All that is now chosen in one column; nothing when the reader has cleared it.

    Parameters
    ----------
    column : str
    values : tuple
        Records with any of these are asked for; in the order of the facet.
    excluded : tuple
        Records with any of these are left out; in the order of the facet.
    range : (float, float), optional
        Records from the first bound up to, but without, the second.
    """

    column: str
    values: tuple[Value, ...] = ()
    excluded: tuple[Value, ...] = ()
    range: tuple[float, float] | None = None

    @property
    def cleared(self) -> bool:
        """Whether the column no longer takes part in the filter."""
        return not (self.values or self.excluded or self.range)
