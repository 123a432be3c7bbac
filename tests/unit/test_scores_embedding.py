import math

import numpy as np
import pytest

from diversity.scores import Budget, prepare, score
from diversity.scores.embedding import EmbeddingSample, score_embedding, vendi
from diversity.scores.intervals import interval_of
from diversity.scores.pairwise import chamfer
from tests.slow_scores import slow_vectors


def unit(n, d, seed=0):
    rows = np.random.default_rng(seed).standard_normal((n, d))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def values(vectors, **arguments):
    scores = score([""] * len(vectors), vectors, **arguments)
    return {name: s.value for name, s in scores.items()}


@pytest.mark.parametrize(("n", "d"), [(30, 6), (12, 40), (120, 16)])
def test_scores_equal_the_naive_formulas_on_the_sampled_rows(n, d):
    vectors = unit(2 * n, d)
    panel = prepare([""] * 2 * n, vectors)
    rows = np.arange(0, 2 * n, 2)
    scores = panel.scores(rows, budget=Budget(n // 2, 0))
    drawn = [row for row in panel.permutation if row % 2 == 0][: n // 2]
    for name, expected in slow_vectors(vectors[drawn]).items():
        assert scores[name].value == pytest.approx(expected, rel=1e-9), name


def test_scores_equal_the_naive_formulas_at_the_full_budget():
    vectors = unit(4_200, 48)
    panel = prepare([""] * 4_200, vectors)
    x = vectors[panel.permutation[:4_000]].astype(np.float64)
    k = x @ x.T
    shares = np.linalg.eigvalsh(x.T @ x / 4_000)
    off = k[~np.eye(4_000, dtype=bool)]
    scores = panel.scores(np.ones(4_200, bool), interval=False)
    assert scores["vendi_1"].value == pytest.approx(vendi(shares / shares.sum(), 1), rel=1e-9)
    assert scores["vendi_2"].value == pytest.approx(min(48, 1 / np.mean(off**2)), rel=1e-9)
    assert scores["mean_distance"].value == pytest.approx(1 - off.mean(), rel=1e-9)


@pytest.mark.parametrize("power", [0.0, 0.4, 0.8, 1.5])
@pytest.mark.parametrize(("n", "d"), [(1_000, 96), (90, 120)])
def test_intervals_of_vendi_follow_the_directions_of_the_sample(n, d, power):
    rows = unit(n, d).astype(float) * np.arange(1, d + 1) ** -power
    sample = EmbeddingSample(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    shares, directions = np.linalg.eigh(sample.vectors.T @ sample.vectors / n)
    kept = shares > 1e-12
    along = (sample.vectors[:500] @ directions[:, kept]) ** 2
    surprise = along @ np.log(shares[kept])
    slow = {
        "vendi_1": math.exp(-shares[kept] @ np.log(shares[kept])) * surprise.std(),
        "vendi_2": 2 / (shares @ shares) ** 2 * (along @ shares[kept]).std(),
        "vendi_inf": along[:, -1].std() / shares[-1] ** 2,
    }
    found = score_embedding(sample, slow, interval=True)
    leverage = math.sqrt(n / max(1, n - found["vendi_1"].value))
    fast = {name: math.sqrt(found[name].variance * n) for name in slow}
    assert fast["vendi_1"] / leverage == pytest.approx(slow["vendi_1"], rel=0.1)
    assert fast["vendi_2"] == pytest.approx(slow["vendi_2"] * _unbiased(sample, shares), rel=1e-3)
    assert fast["vendi_inf"] == pytest.approx(slow["vendi_inf"], rel=1e-3)


def _unbiased(sample, shares):
    """Ratio of the unbiased order-2 score to the plug-in one, to the power it has in the error."""
    return ((shares @ shares) / sample.purity) ** 2


@pytest.mark.parametrize("copies", [30, 500])
def test_the_interval_of_chamfer_holds_the_mean_among_copies(copies):
    generator = np.random.default_rng(1)
    apart = unit(20_000 // copies, 32).astype(float)
    whole = np.repeat(apart, copies, axis=0)
    found = []
    for _ in range(60):
        rows = whole[generator.choice(len(whole), 300, replace=False)]
        found.append(chamfer(rows @ rows.T, interval=True))
    truth = np.mean([estimate.value for estimate in found])
    ends = [interval_of(estimate, (0, 2))[0] for estimate in found]
    assert np.mean([low <= truth <= high for low, high in ends]) >= 0.9


def test_the_published_example_of_vendi_is_met():
    kernel = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert vendi(np.linalg.eigvalsh(kernel / 3), 1) == pytest.approx(2.1573, abs=5e-5)


def test_equal_records_are_one_and_orthogonal_records_are_many():
    same = values(np.tile(unit(1, 8), (40, 1)))
    assert same["vendi_1"] == pytest.approx(1, abs=1e-6)
    assert same["vendi_2"] == pytest.approx(1, abs=1e-6)
    assert same["chamfer"] == pytest.approx(0, abs=1e-6)
    assert same["dcscore"] == pytest.approx(1 / 40, rel=1e-5)
    apart = values(np.eye(8, dtype=np.float32))
    assert apart["vendi_1"] == pytest.approx(8)
    assert apart["vendi_inf"] == pytest.approx(8)
    assert apart["vendi_2"] is None


def test_vendi_2_expects_the_same_of_few_records_as_of_many():
    vectors = unit(4_000, 12) * np.linspace(3, 1, 12, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    few = [
        1 / values(vectors[i : i + 50], names=["vendi_2"])["vendi_2"] for i in range(0, 4000, 50)
    ]
    many = 1 / values(vectors, names=["vendi_2"])["vendi_2"]
    assert np.mean(few) == pytest.approx(many, rel=0.03)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_records_have_a_finite_value_or_a_reason(n):
    for s in score(
        [""] * n, unit(n, 4), names=["vendi_1", "vendi_2", "chamfer", "novelsum"]
    ).values():
        assert (s.value is None and s.reason) or math.isfinite(s.value)
        assert s.interval is None
        assert s.reason


def test_without_vectors_the_reason_says_so():
    scores = score(["a text"] * 30)
    assert scores["vendi_2"].value is None
    assert scores["vendi_2"].reason == "no embeddings were given"


def test_vectors_that_are_not_finite_are_refused():
    vectors = unit(3, 4)
    vectors[1, 1] = np.nan
    with pytest.raises(ValueError, match="finite"):
        prepare(["a"] * 3, vectors)


def test_exact_and_matched_agree_where_the_budget_holds_everything():
    vectors = unit(300, 16)
    exact, matched = values(vectors, mode="exact"), values(vectors)
    for name in slow_vectors(vectors[:4]):
        assert exact[name] == pytest.approx(matched[name], rel=1e-5), name


def test_exact_looks_at_every_record():
    vectors = np.vstack([unit(4_500, 8), np.tile(unit(1, 8, seed=1), (1_500, 1))])
    scores = score([""] * 6_000, vectors, mode="exact", names=["vendi_2", "chamfer"])
    assert scores["chamfer"].n_records == 6_000
    assert scores["chamfer"].interval is None
    assert "no sampling error" in scores["chamfer"].reason
    k = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    np.fill_diagonal(k, -np.inf)
    nearest = np.maximum(1 - k.max(axis=1), 0).mean()
    assert scores["chamfer"].value == pytest.approx(nearest, rel=1e-4)
