"""What does each selector optimise, when is it the right one, and what can be set?"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from diversity.arrays import Int64
from diversity.progress import Steps
from diversity.selection import k_center, random, stratified
from diversity.selection.inputs import Inputs
from diversity.selection.methods import Method


@dataclass(frozen=True)
class Option:
    """One parameter of a selector, besides k.

    Parameters
    ----------
    name : str
        Field of the method's class; its default stands there.
    label : str
        What to call it on a page.
    meaning : str
        One plain sentence: what it does, and what a larger value does.
    low, high : float
        Bounds that a page offers.
    whole : bool, default=False
        Whether only whole numbers make sense.
    """

    name: str
    label: str
    meaning: str
    low: float
    high: float
    whole: bool = False


@dataclass(frozen=True)
class Selector:
    """What a reader needs to know to choose a selector.

    Parameters
    ----------
    name : str
        Key in the registry, in plans and on the command line.
    label : str
        What to call it on a page.
    meaning : str
        What it optimises, in one plain sentence.
    when : str
        What it is good for.
    caveat : str
        Where it misleads.
    cost : str
        Time in n records, k chosen, d dimensions.
    source : str
        The paper, with the equation or algorithm.
    needs : tuple of str
        Fields of `Inputs` without which it cannot choose.
    method : type of Method
        Its parameters.
    choose : callable
        ``choose(method, inputs)`` does the work in steps.
    options : tuple of Option
    """

    name: str
    label: str
    meaning: str
    when: str
    caveat: str
    cost: str
    source: str
    needs: tuple[str, ...]
    method: type[Method]
    choose: Callable[[Any, Inputs], Steps[Int64]]
    options: tuple[Option, ...]

    def default(self, option: str) -> Any:  # noqa: ANN401  (a number, or None)
        """Return what an option is where it is not given."""
        return {field.name: field.default for field in dataclasses.fields(self.method)}[option]


SEED = Option("random_state", "Seed", "Another number, another lot.", 0, 2**31 - 1, whole=True)


def _quality(meaning: str) -> Option:
    return Option("quality_weight", "Weight of quality", meaning, 0, 1)


_SELECTORS = (
    Selector(
        "random", "Random",
        "Draws lots: every record has the same chance.",
        "The baseline. A selector is worth its cost only where it beats this one at the same size.",
        "Keeps the dataset's redundancy as it is.",
        "O(n log n)", "",
        (), random.Random, random.choose,
        (_quality("0 is chance alone, 1 takes the best by quality."), SEED),
    ),
    Selector(
        "stratified", "Stratified",
        "Shares the places out over groups (clusters, or the values of a column), by lot within "
        "each.",
        "Balancing clusters, prompts or labels, or keeping their shares exact. Fast, easy to "
        "explain.",
        "Is only as good as the groups, and blind to redundancy within them.",
        "O(n log n)",
        "Neyman 1934, On the Two Different Aspects of the Representative Method; places by the "
        "method of Webster and Sainte-Laguë",
        ("labels",), stratified.Stratified, stratified.choose,
        (
            Option(
                "exponent", "Balanced to proportional",
                "0 gives every group the same number, 1 its share of the dataset.", 0, 1,
            ),
            _quality("0 draws lots within a group, 1 takes its best."),
            SEED,
        ),
    ),
    Selector(
        "k_center", "k-center",
        "Takes the record farthest from all chosen ones, so that none is left far from them.",
        "The widest spread: few near-duplicates, rare kinds included.",
        "Loves oddities, and thins out what is common: records are then covered worse on average "
        "than by chance. The guard keeps the loneliest records back.",
        "O(n k d)",
        "Gonzalez 1985, Clustering to Minimize the Maximum Intercluster Distance; Sener and "
        "Savarese 2018, Active Learning for CNNs: A Core-Set Approach, algorithm 1",
        ("vectors",), k_center.KCenter, k_center.choose,
        (
            Option(
                "outlier_guard", "Outlier guard",
                "The share of records, those in the emptiest regions, that is chosen last.", 0, 0.5,
            ),
            _quality("At 1 the distance counts in proportion to the standing by quality."),
        ),
    ),
)  # fmt: skip

REGISTRY = MappingProxyType({selector.name: selector for selector in _SELECTORS})
NAMES = tuple(REGISTRY)
SELECTOR_OF = MappingProxyType({selector.method: selector for selector in _SELECTORS})


def make(name: str, k: int, **options: object) -> Method:
    """Build the parameters of a selector from plain words, as in a plan or on a command line.

    Parameters
    ----------
    name : str
        Key in the registry.
    k : int
        Records to choose.
    **options
        Those of the selector; what is left out has its default.

    Raises
    ------
    ValueError
        If there is no such selector or option, or a value is out of bounds.

    Examples
    --------
    >>> make("k_center", 500, outlier_guard=0.1)
    KCenter(k=500, outlier_guard=0.1, quality_weight=0.0)
    """
    if name not in REGISTRY:
        raise ValueError(f"there is no selector {name!r}; there are {', '.join(NAMES)}")
    known = [option.name for option in REGISTRY[name].options]
    if unknown := sorted(set(options) - set(known)):
        raise ValueError(f"{name} has no option {unknown[0]!r}; it has {', '.join(known)}")
    return REGISTRY[name].method(k, **options)


def name_of(method: Method) -> str:
    """Return the registry's name of a method's selector."""
    return SELECTOR_OF[type(method)].name
