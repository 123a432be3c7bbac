"""Which groups of one dataset differ, in what, and how sure is that?"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diversity.comparison.comparing import compare, compare_steps
    from diversity.comparison.values import Comparison

__all__ = ["Comparison", "compare", "compare_steps"]

_HOMES = {"comparing": ("compare", "compare_steps"), "values": ("Comparison",)}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"diversity.comparison.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
