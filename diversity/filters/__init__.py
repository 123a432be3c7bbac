"""Which records are meant? Filters that are values, read from and printed as one readable line."""

from .context import Context
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
    "Contains",
    "Context",
    "Filter",
    "In",
    "Inside",
    "IsNull",
    "Like",
    "Matches",
    "Near",
    "Not",
    "Predicate",
    "Range",
    "Rows",
    "describe",
]
