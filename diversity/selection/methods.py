"""How many records shall be chosen, and by what? Frozen parameters, one class a selector."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """What all selectors share.

    Parameters
    ----------
    k : int or None
        Records to choose; where there are fewer, all of them. None, for the methods that have
        another end, chooses as many as that takes.

    Raises
    ------
    ValueError
        If a parameter lies outside its bounds; the message says which and how.
    """

    k: int | None

    def __post_init__(self) -> None:
        if self.k is None and self.has_own_end():
            return
        if self.k is None:
            raise ValueError(
                "k, the number of records to choose, is needed; only coverage with a "
                "min_similarity and threshold find it themselves"
            )
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < 0:
            raise ValueError(f"k must be a whole number from 0 on, not {self.k!r}")

    def has_own_end(self) -> bool:
        """Say whether k may be left out."""
        return False

    def n_wanted(self, n_there: int) -> int:
        """Return how many of the records there shall be chosen at most."""
        return n_there if self.k is None else min(self.k, n_there)


@dataclass(frozen=True)
class Weighted(Method):
    """What selectors share that have one parameter besides k: how much quality counts.

    Parameters
    ----------
    k : int or None
    quality_weight : float, default=0
        In [0, 1].
    """

    quality_weight: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        within(self, "quality_weight", 0, 1)


def within(method: Method, name: str, low: float, high: float = math.inf) -> None:
    """Raise ValueError unless a parameter of a method is a number in [low, high]."""
    value = getattr(method, name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        wanted = f"from {low:g} to {high:g}" if math.isfinite(high) else f"from {low:g} on"
        raise ValueError(f"{name} must be a number {wanted}, not {value!r}")
