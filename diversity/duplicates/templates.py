"""Which records were filled into the same template? Those that share a widespread run of words.

A text written from a template keeps the words around its slots. So the template of a record is that
run of four words in it which most records have, where at least `LEAST` have it; numbers, which fill
slots, are passed over. This is the token form of the templates of Shaib et al. 2024,
"Detection and Measurement of Syntactic Templates in Generated Text", with one template a record.

It sees runs and no meaning: an idiom ("at the end of") is a template as well, the more so in long
texts, and a text whose slots leave no four words in a row has none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diversity.arrays import Int32, Int64, frozen
from diversity.progress import Steps, finish
from diversity.scores.tokens import Tokens, number_tokens, tokenize

WORDS = 4
LEAST = 3
NONE = -1
_NUMBER = re.compile(r"\b\d+(?:[.,:/-]\d+)*\b")


@dataclass(frozen=True, eq=False)
class Templates:
    """The template of each record.

    Parameters
    ----------
    labels : ndarray of shape (n_records,), int32
        Position in `names`, the most widespread first; -1 for a record without one.
    names : tuple of str
        The four words, folded.
    """

    labels: Int32
    names: tuple[str, ...]


def templates(texts: Sequence[str]) -> Templates:
    """Find the templates of texts and wait for them; see `templates_steps`.

    Examples
    --------
    >>> found = templates([f"Write a poem about {x}." for x in ("cats", "rain", "the sea")])
    >>> found.names, found.labels.tolist()
    (('write a poem about',), [0, 0, 0])
    """
    return finish(templates_steps(texts))


def templates_steps(texts: Sequence[str]) -> Steps[Templates]:
    """Find for each text its most widespread run of four words.

    Parameters
    ----------
    texts : sequence of str

    Notes
    -----
    Ties go to the run that stands first in the record. O(T) in the words T.
    """
    tokens = yield from number_tokens([_without_numbers(text) for text in texts])
    starts = _starts(tokens)
    records = np.repeat(np.arange(len(texts)), np.maximum(tokens.lengths - WORDS + 1, 0))
    runs = _numbered(tokens.ids, starts)
    spread = _n_records_with(runs, records)
    best = _most_widespread(spread[runs], records, len(texts))
    return _named(texts, tokens, starts, runs, spread, best)


def _without_numbers(text: str) -> str:
    return _NUMBER.sub(" ", text)


def _starts(tokens: Tokens) -> Int64:
    """List where runs begin that do not leave their record."""
    places = np.arange(len(tokens.ids))
    ends = np.repeat(tokens.offsets[1:], tokens.lengths)
    return places[places + WORDS <= ends]


def _numbered(ids: Int32, starts: Int64) -> Int64:
    """Give equal runs equal numbers: two words, then a word more at a time."""
    runs = ids[starts].astype(np.int64)
    n_words = int(ids.max(initial=0)) + 1
    for place in range(1, WORDS):
        runs = pd.factorize(runs * n_words + ids[starts + place])[0]
    return runs


def _n_records_with(runs: Int64, records: Int64) -> Int64:
    """Count the records that have each run, however often."""
    n_records = int(records.max(initial=0)) + 1
    once = pd.unique(runs * n_records + records) // n_records
    return np.bincount(once, minlength=int(runs.max(initial=-1)) + 1)


def _most_widespread(spread: Int64, records: Int64, n_records: int) -> Int64:
    """Find for each record the place of its first most widespread run; -1 where there is none."""
    best = np.full(n_records, NONE)
    if not len(spread):
        return best
    firsts = np.flatnonzero(np.diff(records, prepend=-1))
    most = np.maximum.reduceat(spread, firsts)
    reached = np.repeat(most, np.diff(np.append(firsts, len(spread))))
    hits = np.flatnonzero((spread == reached) & (spread >= LEAST))
    of = records[hits]
    is_first = np.diff(of, prepend=-1) != 0
    best[of[is_first]] = hits[is_first]
    return best


def _named(
    texts: Sequence[str], tokens: Tokens, starts: Int64, runs: Int64, spread: Int64, best: Int64
) -> Templates:
    """Name the runs that are some record's template, the most widespread first."""
    has = np.flatnonzero(best != NONE)
    found, first, labels = np.unique(runs[best[has]], return_index=True, return_inverse=True)
    order = np.lexsort((first, -spread[found]))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    codes = np.full(len(texts), NONE, np.int32)
    codes[has] = rank[labels]
    names = []
    for row in has[first[order]].tolist():
        place = int(starts[best[row]] - tokens.offsets[row])
        names.append(" ".join(tokenize(_without_numbers(texts[row]))[place : place + WORDS]))
    return Templates(frozen(codes), tuple(names))
