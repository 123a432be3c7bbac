"""What does each selector optimise, when is it the right one, and what can be set?

``python -m diversity.selection.registry`` prints the page `docs/selection.md`.
"""

import dataclasses
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from diversity.arrays import Int64
from diversity.progress import Steps
from diversity.selection import (
    compression,
    coverage,
    facility_location,
    herding,
    k_center,
    random,
    stratified,
    threshold,
)
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


GAIN = "At 1 what a record adds counts in proportion to its standing by quality."
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
    Selector(
        "facility_location", "Facility location",
        "Takes the record that most raises how like its nearest chosen one every record is.",
        "The most representative subset: common kinds get several records, each at their middle; "
        "near-duplicates and oddities few.",
        "Follows the dataset's emphasis: what is rare may be left out.",
        "O(n d log k) beside the graph of neighbors",
        "Mirzasoleiman et al. 2013, Distributed Submodular Maximization (exemplar clustering); "
        "lazy steps as in Minoux 1978; sparse as in Lindgren et al. 2016, Leveraging Sparsity for "
        "Efficient Submodular Data Summarization",
        ("vectors",), facility_location.FacilityLocation, facility_location.choose,
        (_quality(GAIN),),
    ),
    Selector(
        "coverage", "Adaptive coverage",
        "Takes the record that represents most records nobody represents yet; how like it they "
        "must be is set so that the choice represents the wanted share of the dataset.",
        "A subset that explains itself: each chosen record represents so many others. Good where "
        "a few kinds were generated far too often.",
        "With k alone the similarity depends on k: a smaller choice is not a prefix of a larger "
        "one. The rest of the dataset, mostly oddities, is not represented.",
        "O(n d log k) a similarity tried, 11 of them, beside the graph of neighbors",
        "Tavakkol et al. 2026, Less is More: Adaptive Coverage for Synthetic Training Data",
        ("vectors",), coverage.Coverage, coverage.choose,
        (
            Option(
                "share", "Share represented",
                "The share of the dataset that the choice shall represent.", 0.05, 1,
            ),
            Option(
                "min_similarity", "Fixed similarity",
                "From this similarity on one record represents another; found by itself if left "
                "out.", 0, 1,
            ),
            _quality(GAIN),
        ),
    ),
    Selector(
        "compression", "Compression",
        "Takes the record that adds most to the compressed size of the choice, for its length.",
        "Little repeated wording; needs no embeddings.",
        "Sees wording, not meaning, and loves what does not compress: random characters, other "
        "languages, code.",
        "about n + 30 k compressions of a text",
        "Yin et al. 2024, Entropy Law: The Story Behind Data Compression and LLM Performance "
        "(ZIP), with no candidate lost, no row twice, the exact number, and length accounted for",
        ("texts",), compression.Compression, compression.choose,
        (_quality(GAIN),),
    ),
    Selector(
        "threshold", "Best first, unlike",
        "Goes down the records from the best and takes those unlike every one taken before.",
        "Quality first, without near-duplicates. Needs a column of quality; without one it goes "
        "in row order.",
        "Says nothing about what is left out: the best may all lie in one region.",
        "O(m k d), m records looked at",
        "Liu et al. 2024, What Makes Good Data for Alignment? (DEITA), algorithm 1",
        ("vectors",), threshold.Threshold, threshold.choose,
        (
            Option(
                "max_similarity", "Largest similarity",
                "No two chosen records are more similar, as far as there are enough.", 0, 1,
            ),
        ),
    ),
    Selector(
        "herding", "Herding",
        "Takes the record that brings the mean of the choice nearest to the mean of the dataset, "
        "or of a reference.",
        "A small stand-in for the whole, or a subset that resembles real data.",
        "Representative, not diverse; matches the mean and nothing else.",
        "O(n k d), over a byte a number",
        "Welling 2009, Herding Dynamical Weights to Learn, equations 2 and 3",
        ("vectors",), herding.Herding, herding.choose,
        (
            _quality("Standing by quality, times this, is added to what a record does for the "
                     "mean."),
        ),
    ),
)  # fmt: skip

REGISTRY = MappingProxyType({selector.name: selector for selector in _SELECTORS})
NAMES = tuple(REGISTRY)
SELECTOR_OF = MappingProxyType({selector.method: selector for selector in _SELECTORS})


def make(name: str, k: int | None, **options: object) -> Method:
    """Build the parameters of a selector from plain words, as in a plan or on a command line.

    Parameters
    ----------
    name : str
        Key in the registry.
    k : int or None
        Records to choose; None only for methods that have another end.
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


INTRODUCTION = """# Choosing a subset

<!-- Generated by `python -m diversity.selection.registry`; edit the registry, not this page. -->

A selector chooses k records. It gives them in order of choice, each once and exactly as many as
asked for (all, where there are fewer), so that the first of them are a valid smaller subset. The
same records give the same choice; ties go to the earlier row.

```console
$ diversity select stories.jsonl --k 500 --method k_center --out subset.jsonl --rank
$ diversity select stories.jsonl --k 500 --method stratified --by prompt --out even.jsonl
$ diversity select stories.jsonl --k 500 --method threshold --quality grade --out best.jsonl
$ diversity select stories.jsonl --method coverage --set min_similarity=0.8 --out few.jsonl
```

Without `--k`, `threshold` ends where nothing is left that is unlike the choice, and `coverage`, at
a `min_similarity`, where the share is represented.

**Compare with chance.** Every selector wins the score that it optimises: k-center has the largest
nearest distance, herding the mean most like the whole. Nothing is gained until a score that it
does not optimise is better than that of a random subset of the same size; the page *Curate* and
`diversity curate --report` show both.

**Quality.** All selectors take a column of quality. Only its order counts: a record stands at the
share of records that are no better, from 0 to 1. With `quality_weight` w a record's gain is
multiplied by 1 - w + w · standing. Records without a quality count as the worst, and their number
is told.

**Copies** of a text weigh together and take one place in facility location, coverage and
compression; k-center and threshold see that they are no distance apart. In random, stratified and
herding they count one by one: drop duplicates first.

In the costs, n is the number of records to choose from, k of those chosen, d of dimensions.
`benchmarks/selection.py` measures them."""


def as_markdown() -> str:
    """Write the registry as a page of documentation."""
    return "\n\n".join([INTRODUCTION, *map(_entry, _SELECTORS)]) + "\n"


def _entry(selector: Selector) -> str:
    lines = [
        f"## `{selector.name}`: {selector.label}",
        "",
        selector.meaning,
        "",
        f"* Good for: {selector.when}",
        f"* Beware: {selector.caveat}",
        f"* Cost: {selector.cost}. Needs: {', '.join(selector.needs) or 'nothing'}.",
    ]
    lines += [f"* Source: {selector.source}."] if selector.source else []
    return "\n".join([*lines, *(_option(selector, option) for option in selector.options)])


def _option(selector: Selector, option: Option) -> str:
    default = selector.default(option.name)
    value = "found by itself" if default is None else f"{default:g} by default"
    return f"* `{option.name}` ({value}): {option.meaning}"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
