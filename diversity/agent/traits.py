"""How alike are two texts in wording and in style? Small numbers that need no model."""

import math
import re
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Float64
from diversity.keywords import STOP_WORDS

STYLE = ("sentence length", "you", "I and we", "quotation marks", "word length")
MOST_CHARACTERS = 4_000
STEM = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"[.!?。！？…]+(?:[\"”’')\]]*)(?=\s|$)|\n+")
_QUOTE = re.compile(r"[\"“”«»„]")
_YOU = frozenset({"you", "your", "yours", "yourself", "you're"})
_I = frozenset({"i", "my", "me", "we", "our", "us", "i'm"})


@dataclass(frozen=True, eq=False)
class Traits:
    """What the embedding judge sees of a text beside its vector.

    Parameters
    ----------
    stems : frozenset of str
        First five letters of its words, stop words aside.
    style : ndarray of shape (5,)
        Log words a sentence, share of words *you*, share of words *I* and *we*, quotation marks a
        word, letters a word: see `STYLE`.
    """

    stems: frozenset[str]
    style: Float64


def traits(text: str) -> Traits:
    """Take the traits of a text; the first 4,000 characters are read."""
    head = text[:MOST_CHARACTERS]
    words = [word.lower().replace("’", "'") for word in _WORD.findall(head)]
    n = max(1, len(words))
    n_sentences = max(1, len(_SENTENCE_END.findall(head)))
    style = (
        math.log(max(1.0, n / n_sentences)),
        sum(word in _YOU for word in words) / n,
        sum(word in _I for word in words) / n,
        len(_QUOTE.findall(head)) / n,
        sum(map(len, words)) / n,
    )
    told = (word[:STEM] for word in words if len(word) > 2 and word not in STOP_WORDS)
    return Traits(frozenset(told), np.array(style))


def shared_words(one: Traits, other: Traits) -> float:
    """Compute the cosine of two sets of stems, in [0, 1]."""
    if not one.stems or not other.stems:
        return 0.0
    return len(one.stems & other.stems) / math.sqrt(len(one.stems) * len(other.stems))
