"""What is a score made of? A number, how sure it is, and what it was taken over."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Mode = Literal["matched", "exact", "paper"]
Parameter = str | int | float | bool
Scale = Literal["linear", "log", "logit"]


@dataclass(frozen=True)
class Budget:
    """How much of a set is looked at, so that sets of different size can be compared.

    Parameters
    ----------
    n_records : int
        Records that embedding scores and group scores may take.
    n_tokens : int
        Tokens that text scores may take.
    """

    n_records: int
    n_tokens: int

    def rounded(self) -> "Budget":
        """Round both parts down to a grid of four steps an octave, at most 16 % lower.

        Budgets of many filters then meet in a few, and so do the nulls drawn at them. The default
        budget lies on the grid.

        Examples
        --------
        >>> Budget(3_900, 150_000).rounded()
        Budget(n_records=3363, n_tokens=141421)
        """
        return Budget(
            _rounded(self.n_records, DEFAULT_BUDGET.n_records),
            _rounded(self.n_tokens, DEFAULT_BUDGET.n_tokens),
        )


def smaller_budgets(largest: int, fewest: int, anchor: int) -> Iterator[int]:
    """Walk down the grid of `Budget.rounded` from one amount to another.

    Examples
    --------
    >>> list(smaller_budgets(4_000, 1_900, 4_000))
    [4000, 3363, 2828, 2378, 2000]
    """
    while (largest := _rounded(largest, anchor)) >= max(1, fewest):
        yield largest
        largest -= 1


def _rounded(amount: int, anchor: int) -> int:
    """Find the greatest ``anchor * 2 ** (i / 4)``, cut to a whole number, up to an amount."""
    if amount <= 0:
        return amount
    step = math.floor(4 * math.log2(amount / anchor)) + 1
    return next(
        found for i in range(3) if (found := math.floor(anchor * 2 ** ((step - i) / 4))) <= amount
    )


DEFAULT_BUDGET = Budget(n_records=4_000, n_tokens=200_000)


@dataclass(frozen=True)
class Score:
    """A number about a set of records.

    Parameters
    ----------
    name : str
        Its key in `diversity.scores.registry.REGISTRY`, which says what it means.
    value : float or None
        Always finite; None where it is undefined, and then `reason` says why.
    interval : (float, float) or None
        95 % interval for the expected value of the score at this budget, over sets drawn like
        this one; None where it cannot be had, and then `reason` says why.
    n_records : int
        Records the number was computed from.
    budget : Budget or None
        None where all records were taken.
    mode : {"matched", "exact", "paper"}
        At a fixed budget, over all records, or as the reference implementation does it.
    parameters : mapping
        What else the number depends on.
    reason : str, default=""
        Why `value` or `interval` is None.
    """

    name: str
    value: float | None
    interval: tuple[float, float] | None
    n_records: int
    budget: Budget | None
    mode: Mode
    parameters: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))
    reason: str = ""


@dataclass(frozen=True)
class Estimate:
    """What a kernel hands back: a value and its sampling variance on a convenient scale.

    Parameters
    ----------
    value : float or None
        None where the score is undefined.
    variance : float or None
        Sampling variance of the value itself (delta method carries it to `scale`).
    n_records : int
        Records used.
    scale : {"linear", "log", "logit"}, default="linear"
        Scale on which the sampling distribution is nearly normal.
    degrees : float, default=inf
        Degrees of freedom of `variance`.
    parameters : mapping
        What the number depends on.
    reason : str, default=""
        Why the value is None.
    """

    value: float | None
    variance: float | None = None
    n_records: int = 0
    scale: Scale = "linear"
    degrees: float = math.inf
    parameters: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))
    reason: str = ""
