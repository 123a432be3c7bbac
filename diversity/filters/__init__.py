"""Which records are meant? Filters that are values, read from and printed as one readable line."""

from .about_columns import Contains, In, IsNull, Matches, Range
from .about_records import Inside, Like, Near, Rows
from .context import Context
from .facets import Bin, Facet, Others, Spread, facets, spread
from .filter import NOTHING, Filter, describe
from .predicate import AllOf, AnyOf, Not, Predicate

__all__ = [
    "NOTHING",
    "AllOf",
    "AnyOf",
    "Bin",
    "Contains",
    "Context",
    "Facet",
    "Filter",
    "In",
    "Inside",
    "IsNull",
    "Like",
    "Matches",
    "Near",
    "Not",
    "Others",
    "Predicate",
    "Range",
    "Rows",
    "Spread",
    "describe",
    "facets",
    "spread",
]
