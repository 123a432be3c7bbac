"""Which records are meant? Filters that are values, read from and printed as one readable line."""

from .context import Context
from .facets import Bin, Facet, Others, Spread, facets, spread
from .filter import NOTHING, Filter, describe
from .predicates import (
    AllOf,
    AnyOf,
    Contains,
    In,
    Inside,
    IsNull,
    Like,
    Matches,
    Near,
    Not,
    Predicate,
    Range,
    Rows,
)

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
