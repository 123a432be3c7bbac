"""What does each score mean, which way does it point, and when should it not be trusted?

`diversity.scores.document` writes the page `docs/scores.md` from it.
"""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Direction = Literal["higher", "lower"]
Family = Literal["text", "embedding", "groups"]


@dataclass(frozen=True)
class Meaning:
    """What a reader needs to know to read one score.

    Parameters
    ----------
    name : str
        Key in the panel.
    label : str
        What to call it on a page.
    meaning : str
        One plain sentence.
    direction : {"higher", "lower"}
        Which values are more diverse.
    bounds : (float, float)
        Least and greatest possible value; inf where there is none.
    cost : str
        Time in n records, t tokens, d dimensions, m = 1,000.
    source : str
        The paper.
    family : {"text", "embedding", "groups"}
        What it looks at: the wording, the vectors, or a column of labels.
    caveat : str, default=""
        Where it misleads; says so if a copy of a record can raise the diversity it shows.
    """

    name: str
    label: str
    meaning: str
    direction: Direction
    bounds: tuple[float, float]
    cost: str
    source: str
    family: Family
    caveat: str = ""


LI = "Li et al. 2016, A Diversity-Promoting Objective Function"
SHAIB = "Shaib et al. 2024, Standardizing the Measurement of Text Diversity"
VENDI = "Friedman and Dieng 2023, The Vendi Score"
COUSINS = "Pasarkar and Dieng 2024, Cousins of the Vendi Score"
HILL = "Hill 1973, Diversity and evenness"
SIZE = "Falls as more text is taken; compare at one budget only."
PAIRS = "Changes with the number of records; compare at one budget only."


def _distinct(order: int, thing: str, caveat: str) -> Meaning:
    return Meaning(
        f"distinct_{order}", f"Distinct-{order}",
        f"The share of {thing} that are different from each other.",
        "higher", (0, 1), "O(t)", LI, "text", caveat,
    )  # fmt: skip


_MEANINGS = (
    _distinct(1, "words", SIZE),
    _distinct(2, "word pairs", SIZE),
    _distinct(3, "3-word runs", SIZE),
    _distinct(4, "4-word runs", SIZE),
    Meaning(
        "ngram_diversity", "N-gram diversity",
        "The four distinct shares added up: how little the wording repeats itself.",
        "higher", (0, 4), "O(t)",
        "Padmakumar and He 2023, Does Writing with Language Models Reduce Content Diversity?",
        "text", SIZE,
    ),
    Meaning(
        "compression_ratio", "Compression ratio",
        "How many times smaller the text becomes when repetition is squeezed out.",
        "lower", (0, math.inf), "O(bytes)", SHAIB, "text",
        "Depends on the script and on the order of records, which is fixed; rises slowly with "
        "size. Sees repetition within the sample only: read it beside the duplicate rate. A copy "
        "can lower it by a rounding of the compressor.",
    ),
    Meaning(
        "self_repetition", "Self-repetition",
        "How often the 4-word runs of a record come back in other records (mean logarithm).",
        "lower", (0, math.inf), "O(t)",
        "Salkar et al. 2022, Self-Repetition in Abstractive Neural Summarizers", "text",
        "Grows with the number and the length of records. A copy of a record that shares little "
        "can lower the mean when others share much.",
    ),
    Meaning(
        "repeated_4gram_share", "Repeated 4-grams",
        "The share of different 4-word runs that appear in two records or more.",
        "lower", (0, 1), "O(t)", f"{SHAIB} (variant)", "text",
        "Grows with size; compare at one budget only.",
    ),
    Meaning(
        "mattr", "MATTR",
        "How many of any 50 words in a row are different.",
        "higher", (1 / 50, 1), "O(t)", "Covington and McFall 2010, Cutting the Gordian Knot",
        "text",
        "Sees repetition within 50 words only, so a copy elsewhere does not lower it, and a copy "
        "of a wordy record can raise it. Short records are read one after the other.",
    ),
    Meaning(
        "hdd", "HD-D",
        "How many of 42 words drawn at random would be different.",
        "higher", (1 / 42, 1), "O(t)", "McCarthy and Jarvis 2007, vocd", "text",
        "About words, not records: a copy of a record with rare words can raise it.",
    ),
    Meaning(
        "vendi_1", "Vendi 1",
        "How many different directions of meaning the records spread over, rare ones included.",
        "higher", (1, math.inf), "O(n d min(n, d))", VENDI, "embedding",
        "At most the number of dimensions, and grows with size until then. A copy of a rare record "
        "can raise it: it evens out the directions.",
    ),
    Meaning(
        "vendi_2", "Vendi 2",
        "How many different themes there are, counting mainly the common ones; does not depend on "
        "size.",
        "higher", (1, math.inf), "O(n d min(n, d))", f"{COUSINS}, without the bias from size",
        "embedding",
        "At most the number of dimensions; needs some 50 records. A copy of a rare record can "
        "raise it.",
    ),
    Meaning(
        "vendi_inf", "Vendi ∞",
        "One divided by the share of the strongest theme: 4 means that it holds a quarter.",
        "higher", (1, math.inf), "O(n d min(n, d))", COUSINS, "embedding",
        "Blind to everything but the strongest theme, so a copy of any other record raises it.",
    ),
    Meaning(
        "mean_distance", "Mean distance",
        "How far apart two records are on average (cosine distance).",
        "higher", (0, 2), "O(n d)",
        "Cox et al. 2021, Directed Diversity (remote-clique)", "embedding",
        "Moves little, and a few far-off records move it most: a copy of one raises it.",
    ),
    Meaning(
        "chamfer", "Nearest distance",
        "How far each record is from the one most like it, on average.",
        "higher", (0, 2), "O(m² d)",
        "Cox et al. 2021, Directed Diversity (chamfer distance)",
        "embedding", PAIRS,
    ),
    Meaning(
        "dcscore", "DCScore",
        "The share of records that can be told apart from all others.",
        "higher", (0, 1), "O(m² d)",
        "Zhu et al. 2025, Measuring Diversity in Synthetic Datasets, divided by m",
        "embedding",
        PAIRS + " A copy of a record on its own can raise it where most others are crowded.",
    ),
    Meaning(
        "novelsum", "NovelSum",
        "How much each record adds to its neighbors, where records in sparse regions count more.",
        "higher", (0, math.inf), "O(m² (d + log m))",
        "Yang et al. 2025, Measuring Data Diversity for Instruction Tuning",
        "embedding",
        PAIRS + " A copy of a lonely record can raise it.",
    ),
    Meaning(
        "hill_0", "Hill 0",
        "How many different groups occur in the sample.",
        "higher", (0, math.inf), "O(n)", HILL, "groups", PAIRS + " Noise is left out.",
    ),
    Meaning(
        "hill_1", "Hill 1",
        "How many groups of equal size would be as varied as these.",
        "higher", (1, math.inf), "O(n)", HILL, "groups",
        "Noise is left out. A copy of a record from a rare group raises it: groups become more "
        "even.",
    ),
    Meaning(
        "hill_2", "Hill 2",
        "How many equal groups would make two records share one as often; does not depend on size.",
        "higher", (1, math.inf), "O(n)", "Simpson 1949, Measurement of diversity", "groups",
        "Can exceed Hill 0, the number of groups seen: it estimates the groups of all records like "
        "these from pairs of different records, and overshoots where few records are spread evenly "
        "over the groups on purpose. Noise is left out. A copy of a record from a rare group can "
        "raise it.",
    ),
    Meaning(
        "coverage", "Coverage",
        "How likely one more record like these falls into a group already seen: a low value means "
        "that many groups are still unseen, so there is more variety than the sample shows.",
        "lower", (0, 1), "O(n)", "Good 1953, The population frequencies of species",
        "groups",
        "A gauge of how complete the sample is (Good-Turing), rather than of how diverse; less is "
        "more diverse, since a record in a group of its own lowers it and a copy raises it. Noise "
        "is left out.",
    ),
)  # fmt: skip

REGISTRY = MappingProxyType({meaning.name: meaning for meaning in _MEANINGS})
NAMES = tuple(REGISTRY)
