"""Which texts does a round show? Round r of a group is the same however many rounds follow.

A round is a simple random draw without replacement from all rows of its group, independent of
every other round: each row has the same chance, and the spread between rounds is the sampling
error of their mean. Groups of one size draw the same positions in the same round, so that groups
written to one list of subjects are compared on the same subjects.
"""

from hashlib import blake2b

import numpy as np

from diversity.arrays import Int64, frozen


def draw(rows: Int64, size: int, number: int, *, random_state: int = 0, stream: str = "") -> Int64:
    """Draw the rows of one round.

    Parameters
    ----------
    rows : ndarray of shape (n_rows,)
        Rows of the group, ascending.
    size : int
        Rows to show, at most n_rows.
    number : int
        Number of the round, from 0.
    random_state : int, default=0
    stream : str, default=""
        Tells draws for different purposes apart.

    Returns
    -------
    ndarray of shape (size,)
        Different rows, in random order. Read-only.

    Notes
    -----
    The first `size` steps of a Fisher-Yates shuffle on a hash of the arguments: it needs no state,
    does not hang on a library's version, and costs O(size) whatever n_rows is.

    Examples
    --------
    >>> draw(np.arange(1000), 4, number=7).tolist()
    [650, 795, 742, 407]
    """
    if not 0 < size <= len(rows):
        raise ValueError(f"cannot draw {size} of {len(rows)} rows")
    moved: dict[int, int] = {}
    drawn = np.empty(size, np.int64)
    for place in range(size):
        other = place + _number(random_state, stream, number, place) % (len(rows) - place)
        drawn[place] = moved.get(other, other)
        moved[other] = moved.get(place, place)
    return frozen(rows[drawn])


def _number(random_state: int, stream: str, number: int, place: int) -> int:
    name = f"{random_state}/{stream}/{number}/{place}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big")
