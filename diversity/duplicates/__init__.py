"""Which records repeat another one: to the letter, in meaning, or in wording?

`find` gives the answer at one threshold, as every analysis holds it. `semantic_pairs` and
`lexical_pairs` find all `Pairs` down to a floor, in steps; then ``pairs.stand_ins(threshold,
ordered)`` says within milliseconds which record stands for each, and ``pairs.preference`` which
of several that repeat one another shall stay: the first, the longest, the most central or the
best. `first_with_same` finds the copies to the letter that all of these start from.
"""

from diversity.duplicates.exact import first_with_same, normalised
from diversity.duplicates.lexical import lexical_pairs
from diversity.duplicates.near import semantic_pairs
from diversity.duplicates.pairs import Pairs
from diversity.duplicates.semantic import Duplicates, find

__all__ = [
    "Duplicates",
    "Pairs",
    "find",
    "first_with_same",
    "lexical_pairs",
    "normalised",
    "semantic_pairs",
]
