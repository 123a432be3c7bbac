"""Every score of the panel again, from its definition, record by record and pair by pair."""

import math
from collections import Counter

import numpy as np
import zstandard

from diversity.scores.tokens import tokenize


def slow_scores(texts, vectors, labels, order, budget):
    """Score the records in `order` up to the budget; None where there is nothing to score."""
    few = order[: budget.n_records]
    return (
        slow_words(texts, order, budget.n_tokens)
        | (slow_vectors(vectors[few]) if len(few) > 1 else {})
        | slow_groups([labels[row] for row in few if labels[row] >= 0])
    )


def slow_words(texts, order, n_tokens):
    records, contents = [], []
    for row in order:
        if n_tokens > 0 and (words := tokenize(texts[row])):
            records.append(words[:n_tokens])
            contents.append(texts[row] + "\n")
            n_tokens -= len(words)
    grams = {
        n: [[tuple(r[i : i + n]) for i in range(len(r) - n + 1)] for r in records]
        for n in range(1, 5)
    }
    share = {n: _share(runs) for n, runs in grams.items()}
    held = Counter(gram for run in grams[4] for gram in set(run))
    words = [word for record in records for word in record]
    content = "".join(contents).encode()
    packed = zstandard.ZstdCompressor(3).compress(content)
    windows = [len(set(words[i : i + 50])) / 50 for i in range(len(words) - 49)]
    return {f"distinct_{n}": share[n] for n in grams} | {
        "ngram_diversity": None if None in share.values() else sum(share.values()),
        "compression_ratio": len(content) / len(packed) if content else None,
        "self_repetition": _mean(
            [math.log1p(sum(held[gram] - 1 for gram in set(run))) for run in grams[4]]
        ) if held else None,
        "repeated_4gram_share": _mean([count > 1 for count in held.values()]),
        "mattr": _mean(windows),
        "hdd": _hdd(words),
    }  # fmt: skip


def slow_vectors(vectors):
    """Naive float64 formulas over all pairs of a small sample."""
    x = vectors.astype(np.float64)
    n = len(x)
    k = x @ x.T
    shares = np.linalg.eigvalsh(k / n)
    shares = shares[shares > 1e-14] / shares[shares > 1e-14].sum()
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    terms = []
    for i in range(n):
        near = sorted(max(0.0, 1 - k[i, j]) for j in range(n))
        spread = max(0.05, 2 * float(np.mean(near[1:11])))
        weights = [1 / r for r in range(1, n + 1)]
        total = sum(w * d for w, d in zip(weights, near, strict=True))
        terms.append(total / sum(weights) / math.sqrt(spread))
    crowd = np.exp((k - 1) / 0.1)
    return {
        "vendi_1": math.exp(-sum(s * math.log(s) for s in shares)),
        "vendi_2": min(1 / np.mean([k[p] ** 2 for p in pairs]), x.shape[1]),
        "vendi_inf": 1 / max(shares),
        "mean_distance": 1 - np.mean([k[p] for p in pairs]),
        "chamfer": np.mean([min(1 - k[i, j] for j in range(n) if j != i) for i in range(n)]),
        "dcscore": np.mean([crowd[i, i] / crowd[i].sum() for i in range(n)]),
        "novelsum": np.mean(terms),
    }


def slow_groups(labels):
    n, counts = len(labels), Counter(labels).values()
    if not n:
        return dict.fromkeys(("hill_0", "hill_1", "hill_2", "coverage"))
    same = sum(count * (count - 1) for count in counts)
    return {
        "hill_0": len(counts),
        "hill_1": math.exp(-sum(count / n * math.log(count / n) for count in counts)),
        "hill_2": n * (n - 1) / same if same else None,
        "coverage": 1 - sum(count == 1 for count in counts) / n,
    }


def _share(runs):
    every = [gram for run in runs for gram in run]
    return len(set(every)) / len(every) if every else None


def _hdd(words):
    if len(words) < 42:
        return None
    left = [len(words) - count for count in Counter(words).values()]
    return sum(1 - math.comb(rest, 42) / math.comb(len(words), 42) for rest in left) / 42


def _mean(numbers):
    return float(np.mean(numbers)) if numbers else None
