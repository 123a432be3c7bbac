"""Which records repeat another one: to the letter, in meaning, or in wording?

`find` gives the answer at one threshold, as every analysis holds it. `semantic_pairs` and
`lexical_pairs` find all `Pairs` down to a floor, in steps; then ``pairs.stand_ins(threshold,
ordered)`` says within milliseconds which record stands for each, and ``pairs.preference`` which
of several that repeat one another shall stay: the first, the longest, the most central or the
best. `first_with_same` finds the copies to the letter that all of these start from, `templates`
the records that were filled into one template.
"""

from diversity.duplicates.exact import first_with_same, normalised
from diversity.duplicates.lexical import lexical_pairs
from diversity.duplicates.near import semantic_pairs
from diversity.duplicates.pairs import Pairs
from diversity.duplicates.semantic import Duplicates, find
from diversity.duplicates.templates import Templates, templates, templates_steps

__all__ = [
    "Duplicates",
    "Pairs",
    "Templates",
    "find",
    "first_with_same",
    "lexical_pairs",
    "normalised",
    "semantic_pairs",
    "templates",
    "templates_steps",
]
