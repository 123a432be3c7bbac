"""What are the words of a text, in any script?

One tokenizer serves every score but the paper mode: Unicode form NFKC, case folded, a word is a
run of letters, digits and combining marks; a Chinese or Japanese character is a word of its own,
since those scripts do not put spaces between words. Punctuation and emoji are not words.
"""

import re
import time
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count

import numpy as np

from diversity.arrays import Int32, Int64, frozen
from diversity.progress import Progress, Steps

CHARACTERS = (
    r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
REPORT_EVERY = 20_000


@dataclass(frozen=True)
class Tokens:
    """The words of a dataset as numbers.

    Parameters
    ----------
    ids : ndarray of shape (n_tokens,), int32
        Words of all records, one after the other; equal words have equal numbers.
    offsets : ndarray of shape (n_records + 1,), int64
        Record `i` owns ``ids[offsets[i]:offsets[i + 1]]``.
    """

    ids: Int32
    offsets: Int64

    @cached_property
    def lengths(self) -> Int32:
        """Tokens of each record."""
        return frozen(np.diff(self.offsets).astype(np.int32))


def tokenize(text: str) -> list[str]:
    """Split one text into words.

    Examples
    --------
    >>> tokenize("Don't STOP, naïve Café!")
    ['don', 't', 'stop', 'naïve', 'café']
    >>> tokenize("短い文 ok 🎉")
    ['短', 'い', '文', 'ok']
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _word_pattern().findall(text.casefold())


def word_ends(text: str) -> list[int]:
    """Find where each word of a text ends, so that it can be cut after one of them.

    Examples
    --------
    >>> word_ends("tea, or milk?")
    [3, 7, 12]
    """
    return [found.end() for found in _word_pattern().finditer(text)]


def number_tokens(texts: Sequence[str]) -> Steps[Tokens]:
    """Turn the words of all texts into numbers, reporting progress; linear in the characters."""
    started = time.perf_counter()
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    ids, offsets = array("i"), array("q", [0])
    for done, text in enumerate(texts, start=1):
        ids.extend(map(numbers.__getitem__, tokenize(text)))
        offsets.append(len(ids))
        if done % REPORT_EVERY == 0:
            elapsed_s = time.perf_counter() - started
            yield Progress("counting words", done, len(texts), elapsed_s)
    return Tokens(frozen(np.array(ids, dtype=np.int32)), frozen(np.array(offsets, dtype=np.int64)))


@cache
def _word_pattern() -> re.Pattern[str]:
    """Match letters, digits and the marks that combine with them, which Python's words lack."""
    marks = "".join(
        chr(point) for point in range(0x10000) if unicodedata.category(chr(point)) in ("Mn", "Mc")
    )
    return re.compile(f"[{CHARACTERS}]|(?:[^\\W_{CHARACTERS}]|[{marks}])+")
