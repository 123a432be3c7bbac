"""How diverse are these records? One number a question, each with its interval and its budget."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diversity.scores.live import prepare, prepare_steps, warm
    from diversity.scores.modes import score, score_groups
    from diversity.scores.null import Null
    from diversity.scores.panel import Panel
    from diversity.scores.registry import NAMES, REGISTRY, Meaning
    from diversity.scores.values import DEFAULT_BUDGET, Budget, Mode, Score

__all__ = [
    "DEFAULT_BUDGET",
    "NAMES",
    "REGISTRY",
    "Budget",
    "Meaning",
    "Mode",
    "Null",
    "Panel",
    "Score",
    "prepare",
    "prepare_steps",
    "score",
    "score_groups",
    "warm",
]

_HOMES = {
    "live": ("prepare", "prepare_steps", "warm"),
    "modes": ("score", "score_groups"),
    "null": ("Null",),
    "panel": ("Panel",),
    "registry": ("NAMES", "REGISTRY", "Meaning"),
    "values": ("DEFAULT_BUDGET", "Budget", "Mode", "Score"),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"diversity.scores.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
