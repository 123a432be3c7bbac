"""What would the published implementation say? The same numbers, mistakes included.

Each function repeats one reference to the last digit before that rounds, as fixed by the values
in `tests/conformance`. Use them to compare with published numbers and for nothing else: n-grams
run across records, the compression ratio counts a file header, the Vendi score depends on the
size of the sample. Where the reference raises, `UndefinedScoreError` is raised.
"""

import gzip
import lzma
import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from diversity.arrays import Float32, Float64, Int32, Int64
from diversity.errors import UndefinedScoreError
from diversity.scores import embedding, groups
from diversity.scores.values import Estimate

Vectors = npt.NDArray[np.float32] | npt.NDArray[np.float64]
HDD_DRAWS = 42
WHEN = 1_700_000_000


def ngram_diversity(texts: Sequence[str], order: int = 4) -> float:
    """Sum the distinct shares of the 1- to n-grams of all texts joined, split at single spaces.

    cshaib/diversity 0.3.1 `ngram_diversity_score`: n-grams cross the borders of records.
    """
    words = " ".join(texts).split(" ")
    if len(words) < order:
        raise UndefinedScoreError(f"fewer than {order} words in all")
    runs = (_runs(words, n) for n in range(1, order + 1))
    return sum(len(set(run)) / len(run) for run in runs)


def compression_ratio(texts: Sequence[str], compressor: Literal["gzip", "xz"] = "gzip") -> float:
    """Divide the bytes of the texts joined by their compressed bytes.

    cshaib/diversity 0.3.1 `compression_ratio`: with gzip the text is compressed twice, and the
    outer header carries a file name of 11 bytes. There the inner header also carries the time of
    day, which moves the last digits from second to second; here the time is always `WHEN`.
    0 without text.
    """
    content = " ".join(texts).encode("utf-8", "surrogatepass")
    if compressor == "xz":
        return len(content) / len(lzma.compress(content, preset=6))
    twice = gzip.compress(gzip.compress(content, 9, mtime=WHEN), 9, mtime=WHEN)
    return len(content) / (len(twice) + len(b"compressed\0"))


def self_repetition(texts: Sequence[str], order: int = 4, *, legacy: bool = False) -> float:
    """Average over texts the logarithm of how often their n-grams occur in other texts.

    cshaib/diversity 0.3.1 `self_repetition_score`; `legacy` is its form before March 2025, which
    adds 1 for each n-gram, finds n-grams as substrings of texts
    that are not the same, and is -inf with a text without n-grams.
    """
    if not texts:
        raise UndefinedScoreError("there are no texts")
    runs = [_runs(text.split(), order) for text in texts]
    if legacy:
        return float(
            np.mean(
                [
                    _legacy_repetition(text, run, texts)
                    for text, run in zip(texts, runs, strict=True)
                ]
            )
        )
    frequencies = Counter(run for own in runs for run in set(own))
    sums = (sum(frequencies[run] - 1 for run in set(own)) for own in runs)
    return float(np.mean([math.log(1 + total) for total in sums]))


def mattr(texts: Sequence[str], window: int = 50) -> float:
    """Average the type-token ratio of all windows of the texts joined, in lower case.

    lexical_diversity 0.1.1 `mattr`: a text up to the window's length is one window.
    """
    words = _lowered(texts)
    if not words:
        raise UndefinedScoreError("there are no words")
    if len(words) < window + 1:
        return len(set(words)) / len(words)
    return float(np.mean([len(set(run)) / window for run in _runs(words, window)]))


def hdd(texts: Sequence[str]) -> float:
    """Compute HD-D with 42 draws over the texts joined, in lower case.

    lexical_diversity 0.1.1 `hdd`: 0 below 42 words, which would be the least diverse of all.
    """
    counts = Counter(_lowered(texts))
    n_words = counts.total()
    if n_words < HDD_DRAWS:
        return 0.0
    return sum(1 - _absent(n_words, count) for count in counts.values()) / HDD_DRAWS


def vendi(vectors: Vectors, order: float = 1.0) -> float:
    """Compute the plug-in Vendi score of the rows, made unit length.

    vendi-score 0.0.3 `score_dual`, whose `score_X` ignores the order and whose ``np.inf`` is NaN
    (it wants ``"inf"``).
    """
    unit = _unit(vectors)
    shares = np.linalg.eigvalsh(unit.T @ unit / len(unit))
    kept: Float64 = shares[shares > embedding.SMALLEST_SHARE].astype(np.float64)
    return embedding.vendi(kept, order)


def dcscore(vectors: Vectors, temperature: float = 1.0, *, normalize: bool = True) -> float:
    """Sum the diagonal of the row-wise softmax of the similarities.

    DCScore at eab8bf4; its `by_texts` makes the rows unit length, its `by_embedding` does not.
    At temperature 1 with unit rows it cannot exceed e.
    """
    rows = _unit(vectors) if normalize else np.asarray(vectors, dtype=np.float64)
    logits = rows @ rows.T / temperature
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return float((np.diag(weights) / weights.sum(axis=1)).sum())


def mean_distance(vectors: Vectors) -> float:
    """Average the cosine distance of different rows (emb-diversity 0.1.0 `mean_pw_dist`)."""
    n = len(_at_least_two(vectors))
    total = _unit(vectors).sum(axis=0)
    return 1 - (float(total @ total) - n) / (n * (n - 1))


def remote_clique(vectors: Vectors) -> float:
    """Average the cosine distance of all pairs, each row with itself too (cshaib/diversity)."""
    n = len(vectors)
    return mean_distance(vectors) * (n - 1) / n


def chamfer(vectors: Vectors) -> float:
    """Average the cosine distance to the nearest other row (emb-diversity, cshaib/diversity)."""
    distances = _distances(_at_least_two(vectors))
    np.fill_diagonal(distances, np.inf)
    return float(distances.min(axis=1).mean())


def novelsum(
    vectors: Vectors,
    *,
    n_neighbors: int = 10,
    density_power: float = 0.5,
    distance_power: float = 1.0,
) -> float:
    """Compute NovelSum with the rows as their own reference.

    UmeanNever/NovelSum at b594962: the reference loses its duplicates, the first neighbor found
    there is dropped as if it were the row itself, densities use the rows as given, and each row's
    distance to itself has the greatest weight.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    distances = 1 - _unit(rows) @ _unit(rows).T
    reference = np.unique(rows.astype(np.float32), axis=0).astype(np.float64)
    squared = np.sort(((rows[:, None] - reference[None]) ** 2).sum(axis=-1), axis=1)
    if squared.shape[1] < 2:
        raise UndefinedScoreError("all vectors are the same")
    density = 1 / (squared[:, 1 : n_neighbors + 1].mean(axis=1) + 1e-9) ** density_power
    weights = 1 / np.arange(1, len(rows) + 1) ** distance_power
    terms = np.sort(distances * density[:, None], axis=1) @ weights
    return float(terms.mean() / weights.sum())


TEXT_REFERENCES: dict[str, Callable[[Sequence[str]], float]] = {
    "ngram_diversity": ngram_diversity,
    "compression_ratio": compression_ratio,
    "self_repetition": self_repetition,
    "mattr": mattr,
    "hdd": hdd,
}
VECTOR_REFERENCES: dict[str, Callable[[Vectors], float]] = {
    "vendi_1": lambda vectors: vendi(vectors, 1),
    "vendi_2": lambda vectors: vendi(vectors, 2),
    "vendi_inf": lambda vectors: vendi(vectors, math.inf),
    "mean_distance": mean_distance,
    "chamfer": chamfer,
    "dcscore": dcscore,
    "novelsum": novelsum,
}
LABEL_REFERENCES: dict[str, Callable[[Int64], float]] = {
    "hill_0": lambda counts: groups.hill(counts, 0),
    "hill_1": lambda counts: groups.hill(counts, 1),
    "hill_2": lambda counts: groups.hill(counts, 2),
    "coverage": groups.coverage,
}


def score_paper(
    name: str, texts: Sequence[str], vectors: Float32 | None, labels: Int32 | None
) -> Estimate:
    """Compute one score as its reference does, with the reference's own defaults."""
    n = len(texts)
    if n == 0:
        return Estimate(None, reason="no records")
    try:
        if name in TEXT_REFERENCES:
            return _finite(TEXT_REFERENCES[name](texts), n)
        if name in VECTOR_REFERENCES and vectors is not None:
            return _finite(VECTOR_REFERENCES[name](vectors), n)
        if name in LABEL_REFERENCES and labels is not None:
            return _label_reference(name, labels)
    except UndefinedScoreError as error:
        return Estimate(None, reason=str(error))
    if name in VECTOR_REFERENCES or name in LABEL_REFERENCES:
        missing = "embeddings" if name in VECTOR_REFERENCES else "groups"
        return Estimate(None, reason=f"no {missing} were given")
    return Estimate(None, reason="no reference implementation has this score")


def _label_reference(name: str, labels: Int32) -> Estimate:
    counts = groups.count_groups(labels[labels >= 0])
    if not len(counts):
        return Estimate(None, reason="no record is in a group")
    return _finite(LABEL_REFERENCES[name](counts), int(counts.sum()))


def _finite(value: float, n_records: int) -> Estimate:
    if not math.isfinite(value):
        return Estimate(None, n_records=n_records, reason=f"the reference returns {value}")
    return Estimate(value, n_records=n_records)


def _runs(words: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]


def _lowered(texts: Sequence[str]) -> list[str]:
    return " ".join(texts).lower().split()


def _legacy_repetition(own: str, runs: list[tuple[str, ...]], texts: Sequence[str]) -> float:
    others = [text for text in texts if text != own]
    hits = sum(1 + sum(" ".join(run) in other for other in others) for run in runs)
    return math.log(hits) if hits else -math.inf


def _absent(n_words: int, count: int) -> float:
    """Compute the chance that a word is not among 42 drawn without replacement."""
    if n_words - count < HDD_DRAWS:
        return 0.0
    return math.exp(_log_choose(n_words - count) - _log_choose(n_words))


def _log_choose(n: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(HDD_DRAWS + 1) - math.lgamma(n - HDD_DRAWS + 1)


def _unit(vectors: Vectors) -> Float64:
    rows = np.asarray(vectors, dtype=np.float64)
    unit: Float64 = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _distances(vectors: Vectors) -> Float64:
    unit = _unit(vectors)
    return np.maximum(1 - unit @ unit.T, 0)


def _at_least_two(vectors: Vectors) -> Vectors:
    if len(vectors) < 2:
        raise UndefinedScoreError("needs two records")
    return vectors
