"""How near does a set come to a reference, and how much of the reference does it reach?

Every measure takes two sets of vectors, `reference` and `sample`, at one size: all of them change
with size. Distances are Euclidean.
"""

from dataclasses import dataclass

import numpy as np

from diversity.arrays import Bool, Float32, Float64, Int32, Int64
from diversity.errors import TooFewRecordsError

K = 5
SCALING = 5.0
N_MIXTURES = 25
BIN_RECORDS = 20
N_FOLDS = 5
TIE = 1e-9
N_DEALS = 200


@dataclass(frozen=True)
class Reach:
    """What k-nearest-neighbor balls say about a sample and a reference.

    Parameters
    ----------
    precision : float
        Share of the sample that lies in a ball around a reference record, in [0, 1]: how
        believable the sample is.
    recall : float
        Share of the reference that lies in a ball around a sample record, in [0, 1].
    density : float
        In how many reference balls a sample record lies, over k; about 1 where both are one
        distribution.
    coverage : float
        Share of reference records whose ball holds a sample record, in [0, 1]: how much of the
        reference is reached.
    covered : ndarray of shape (n_reference,), bool
        Which reference records are reached.
    """

    precision: float
    recall: float
    density: float
    coverage: float
    covered: Bool


def reach(reference: Float32, sample: Float32, k: int = K) -> Reach:
    """Compute precision, recall, density and coverage.

    Kynkäänniemi et al. 2019 (precision and recall) and Naeem et al. 2020, "Reliable fidelity and
    diversity metrics", equations 5 and 6. A ball reaches to the k-th nearest *other* record of
    its own set, its edge included: where all records coincide everything is reached.

    Parameters
    ----------
    reference, sample : ndarray of shape (n, d)
    k : int, default=5

    Raises
    ------
    TooFewRecordsError
        If one of the sets has no more than k records.

    Notes
    -----
    O(n² d) time and O(n²) memory.
    """
    for name, vectors in (("reference", reference), ("sample", sample)):
        if len(vectors) <= k:
            raise TooFewRecordsError(
                f"The {name} has {len(vectors)} records, too few for the {k} nearest neighbors "
                "that precision, recall, density and coverage look at.",
                f"Take one with at least {k + 1} records.",
            )
    around_reference = _radii(reference, k)
    around_sample = _radii(sample, k)
    apart = _distances(reference, sample)
    inside = apart <= around_reference[:, None] + TIE
    covered = np.asarray(inside.any(axis=1))
    return Reach(
        precision=float(inside.any(axis=0).mean()),
        recall=float((apart <= around_sample[None, :] + TIE).any(axis=1).mean()),
        density=float(inside.sum() / (k * len(sample))),
        coverage=float(covered.mean()),
        covered=covered,
    )


def mauve(reference: Float32, sample: Float32, random_state: int = 0) -> float:
    """Compare two sets through one set of bins, in (0, 1]; 1 where the bins are filled alike.

    Pillutla et al. 2021, "MAUVE", with k-means bins of about 20 records of each set and
    Krichevsky-Trofimov smoothing (Pillutla et al. 2023). Half a count in every bin keeps a bin
    that one set misses by chance from counting as a difference in kind.
    """
    from sklearn.cluster import KMeans

    both = np.concatenate([reference, sample])
    n_bins = max(2, min(500, len(both) // (2 * BIN_RECORDS)))
    bins = KMeans(n_bins, n_init=1, random_state=random_state).fit(both).labels_
    counts = [np.bincount(part, minlength=n_bins) for part in np.split(bins, [len(reference)])]
    return mauve_of_shares(*((held + 0.5) / (held.sum() + n_bins / 2) for held in counts))


def mauve_of_shares(p: Float64, q: Float64) -> float:
    r"""Compute the area under the divergence curve of two distributions over bins, in (0, 1].

    The curve holds :math:`(e^{-5 KL(q \| r)}, e^{-5 KL(p \| r)})` for the mixtures
    :math:`r = w p + (1 - w) q` at 25 weights; the mean of the areas under it seen from both axes.

    Examples
    --------
    >>> mauve_of_shares(np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    1.0
    """
    if np.array_equal(p, q):
        return 1.0
    weights = np.linspace(1e-6, 1 - 1e-6, N_MIXTURES)
    mixtures = weights[:, None] * p + (1 - weights)[:, None] * q
    x, y = (np.exp(-SCALING * _divergence(part, mixtures)) for part in (q, p))
    x, y = np.concatenate([[0.0, 1.0], x]), np.concatenate([[1.0, 0.0], y])
    return float((_area(x, y) + _area(y, x)) / 2)


def mmd(
    reference: Float32, sample: Float32, n_deals: int = N_DEALS, random_state: int = 0
) -> tuple[float, float]:
    """Compute the squared maximum mean discrepancy without bias, and its permutation p-value.

    Gretton et al. 2012, "A kernel two-sample test", equation 3; Gaussian kernel as wide as the
    median distance. About 0 (also below) where both are one distribution, at most 2.

    Returns
    -------
    (float, float)
        The discrepancy, and how often a random deal of the records gives one as large.
    """
    both = np.concatenate([reference, sample]).astype(np.float32)
    squared = _distances(both, both).astype(np.float32) ** 2
    width = float(np.median(squared[np.triu_indices(len(both), 1)])) or 1.0
    kernel = np.exp(-squared / width)
    np.fill_diagonal(kernel, 0)
    sides = np.zeros((len(both), n_deals + 1), np.float32)
    sides[: len(reference), 0] = 1
    random = np.random.default_rng(random_state)
    for deal in range(1, n_deals + 1):
        sides[random.permutation(len(both))[: len(reference)], deal] = 1
    found = _discrepancies(kernel, sides, len(reference), len(sample))
    return float(found[0]), float((found >= found[0] - TIE).sum() / (n_deals + 1))


def separability(
    reference: Float32, sample: Float32, units: Int64 | Int32 | None = None, random_state: int = 0
) -> tuple[float, tuple[float, float]]:
    """Compute how well a linear classifier tells two sets apart: area under the ROC curve.

    0.5 where it cannot, 1 where it always can. Logistic regression, five folds, mean of the
    areas of the held-out folds (Lopez-Paz and Oquab 2017, "Revisiting classifier two-sample
    tests").

    Parameters
    ----------
    reference, sample : ndarray of shape (n, d)
    units : ndarray of shape (n_reference + n_sample,), optional
        Records of one unit, such as copies of each other, stay in one fold.
    random_state : int, default=0

    Returns
    -------
    float
    (float, float)
        95 % interval (Hanley and McNeil 1982).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    vectors = np.concatenate([reference, sample])
    is_sample = np.arange(len(vectors)) >= len(reference)
    units = np.arange(len(vectors)) if units is None else units
    numbers = np.unique(units, return_inverse=True)[1]
    shuffled = np.random.default_rng(random_state).permutation(numbers.max() + 1)
    folds = shuffled[numbers] % N_FOLDS
    areas = []
    for fold in range(N_FOLDS):
        held = folds == fold
        if len(set(is_sample[held])) < 2 or len(set(is_sample[~held])) < 2:
            continue
        model = LogisticRegression(max_iter=300).fit(vectors[~held], is_sample[~held])
        areas.append(roc_auc_score(is_sample[held], model.decision_function(vectors[held])))
    if not areas:
        raise TooFewRecordsError(
            "There are too few different records to train and test a classifier on.",
            "Take sets with more different records.",
        )
    area = float(np.mean(areas))
    half = 1.96 * _hanley_error(area, len(reference), len(sample))
    return area, (max(0.0, area - half), min(1.0, area + half))


def _radii(vectors: Float32, k: int) -> Float64:
    """Find the distance of each record to the k-th nearest other one."""
    apart = _distances(vectors, vectors)
    np.fill_diagonal(apart, np.inf)
    radii: Float64 = np.partition(apart, k - 1, axis=1)[:, k - 1]
    return radii


def _distances(one: Float32, other: Float32) -> Float64:
    a, b = one.astype(np.float64), other.astype(np.float64)
    squared = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :] - 2 * a @ b.T
    apart: Float64 = np.sqrt(np.maximum(squared, 0))
    return apart


def _divergence(p: Float64, mixtures: Float64) -> Float64:
    held = p > 0
    terms = p[held] * np.log(p[held] / mixtures[:, held])
    divergence: Float64 = terms.sum(axis=1)
    return divergence


def _area(x: Float64, y: Float64) -> float:
    order = np.lexsort((-y, x))
    return float(np.trapezoid(y[order], x[order]))


def _discrepancies(kernel: Float32, sides: Float32, n: int, m: int) -> Float64:
    """Compute the discrepancy of every deal; a side is a column of ones and zeros."""
    rows = kernel.sum(axis=1, dtype=np.float64)
    met = (kernel @ sides).astype(np.float64)
    inside = np.einsum("ij,ij->j", met, sides, dtype=np.float64)
    crossing = rows @ sides.astype(np.float64) - inside
    outside = rows.sum() - inside - 2 * crossing
    found: Float64 = inside / (n * (n - 1)) + outside / (m * (m - 1)) - 2 * crossing / (n * m)
    return found


def _hanley_error(area: float, n: int, m: int) -> float:
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (m - 1) * (q1 - area**2) + (n - 1) * (q2 - area**2)
    return float(np.sqrt(max(0.0, variance) / (n * m)))
