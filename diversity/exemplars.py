"""Which records show best what a cluster is, and where it frays?"""

import numpy as np

from diversity.arrays import Float32, Int32, Int64


def central(vectors: Float32, labels: Int32, cluster: int, n: int) -> Int64:
    """Find the records most like their cluster's mean.

    Parameters
    ----------
    vectors : ndarray of shape (n_records, n_dimensions)
        Unit rows.
    labels : ndarray of shape (n_records,)
        Cluster of each record.
    cluster : int
        The cluster; -1 takes the noise as one.
    n : int
        Records wanted; fewer where the cluster has fewer different ones.

    Returns
    -------
    ndarray of shape (at most n,)
        Row numbers, the most central first, ties by row number; repeats are shown once.

    Examples
    --------
    >>> vectors = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    >>> central(vectors, np.zeros(3, dtype=np.int32), 0, 1).tolist()
    [1]
    """
    return _ranked(vectors, labels, cluster, n, sign=-1)


def atypical(vectors: Float32, labels: Int32, cluster: int, n: int) -> Int64:
    """Find the records least like their cluster's mean: the same as `central`, from the far end.

    Returns
    -------
    ndarray of shape (at most n,)
        Row numbers, the most atypical first.
    """
    return _ranked(vectors, labels, cluster, n, sign=1)


def _ranked(vectors: Float32, labels: Int32, cluster: int, n: int, sign: int) -> Int64:
    rows = np.flatnonzero(labels == cluster)
    if not len(rows):
        return rows
    inside = vectors[rows]
    similarities = np.round(inside @ inside.mean(axis=0), 6)
    order = np.lexsort((rows, sign * similarities))
    chosen: list[int] = []
    for position in order:
        if len(chosen) == n:
            break
        if not (inside[chosen] == inside[position]).all(axis=1).any():
            chosen.append(int(position))
    return rows[chosen]
