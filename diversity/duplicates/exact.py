"""Which texts are the same, to the letter as the eye sees it?"""

import unicodedata
from collections.abc import Sequence

import numpy as np

from diversity.arrays import Int32


def normalised(text: str) -> str:
    r"""Fold what the eye takes for the same: Unicode forms (NFKC), case, runs of white space.

    Examples
    --------
    >>> normalised("  Ｆull\n width ") == normalised("full WIDTH")
    True
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def first_with_same(texts: Sequence[str]) -> Int32:
    """Find, for each text, the row of the first with the same normalised text."""
    first: dict[str, int] = {}
    rows = [first.setdefault(key, row) for row, key in enumerate(map(normalised, texts))]
    return np.array(rows, dtype=np.int32)
