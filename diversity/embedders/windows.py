"""Which texts does a model read only the beginning of?"""

from collections.abc import Callable, Sequence

import numpy as np

from diversity.arrays import Bool

AT_ONCE = 10_000


def longer_than(
    window_tokens: int,
    texts: Sequence[str],
    tokenize: Callable[[list[str]], Sequence[Sequence[int]]],
) -> Bool:
    """Tell which texts have more tokens than a window holds.

    A token is at least one character, so a text with fewer characters than the window has tokens
    fits; only the others are tokenized.

    Examples
    --------
    >>> longer_than(3, ["a b", "a b c d"], lambda long: [text.split() for text in long]).tolist()
    [False, True]
    """
    longer = np.zeros(len(texts), bool)
    doubtful = [row for row, text in enumerate(texts) if len(text) + 2 > window_tokens]
    for start in range(0, len(doubtful), AT_ONCE):
        rows = doubtful[start : start + AT_ONCE]
        lengths = [len(tokens) for tokens in tokenize([texts[row] for row in rows])]
        longer[rows] = np.array(lengths) > window_tokens
    return longer
