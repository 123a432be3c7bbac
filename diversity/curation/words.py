"""How is a step said in a sentence?"""

from functools import singledispatch

from diversity.curation.checks import BEST
from diversity.curation.steps import (
    Add,
    Balance,
    Cap,
    DropDuplicates,
    Keep,
    Quota,
    Remove,
    Select,
    Step,
    Top,
)

LISTED = 4
PREFERRED = {
    "first": "the first",
    "longest": "the longest",
    "central": "the most central",
    "random": "random ones",
}


@singledispatch
def describe(step: Step) -> str:
    """Say what a step does.

    Examples
    --------
    >>> describe(DropDuplicates(threshold=0.9, keep="longest"))
    'Drop near-duplicates (similarity 0.9 or more), keep the longest'
    >>> describe(Cap("cluster", 50))
    'At most 50 of each cluster, the first'
    """
    raise TypeError(f"there is no step {type(step).__name__}")


@describe.register
def _(step: DropDuplicates) -> str:
    if step.by == "exact":
        return f"Drop exact duplicates, keep {_preferred(step.keep)}"
    kind = "near-duplicates" if step.by == "near" else "near-duplicates in wording"
    return f"Drop {kind} (similarity {step.threshold:g} or more), keep {_preferred(step.keep)}"


@describe.register
def _(step: Keep) -> str:
    return f"Keep where {step.where}" if step.where else "Keep everything"


@describe.register
def _(step: Cap) -> str:
    return f"At most {step.n:,} of each {step.column}, {_preferred(step.keep)}"


@describe.register
def _(step: Quota) -> str:
    wanted = _listed([f"{n:,} of {value}" for value, n in step.targets])
    rest = "" if step.others == "keep" else ", no others"
    return f"Of {step.column} at most {wanted}{rest}, {_preferred(step.keep)}"


@describe.register
def _(step: Balance) -> str:
    if not step.shares:
        return f"As many of each {step.column}, {_preferred(step.keep)}"
    total = sum(share for _, share in step.shares)
    shares = _listed([f"{share / total:.0%} {value}" for value, share in step.shares])
    return f"Balance {step.column}: {shares}, {_preferred(step.keep)}"


@describe.register
def _(step: Top) -> str:
    return f"The {step.k:,} with the {'smallest' if step.ascending else 'largest'} {step.column}"


@describe.register
def _(step: Select) -> str:
    number = f"{step.k:,} " if step.k is not None else ""
    options = "".join(f", {name} {value}" for name, value in step.options)
    groups = f", {step.by} by {step.by}" if step.method == "stratified" else ""
    quality = f", quality from {step.quality}" if step.quality else ""
    return f"Choose {number}by {step.method.replace('_', ' ')}{options}{groups}{quality}"


@describe.register
def _(step: Add) -> str:
    return f"Keep {len(step.rows):,} by hand"


@describe.register
def _(step: Remove) -> str:
    return f"Drop {len(step.rows):,} by hand"


def _preferred(keep: str) -> str:
    if keep.startswith(BEST):
        return f"the best by {keep.removeprefix(BEST)}"
    return PREFERRED[keep]


def _listed(parts: list[str]) -> str:
    more = f" and {len(parts) - LISTED} more" if len(parts) > LISTED else ""
    return ", ".join(parts[:LISTED]) + more
