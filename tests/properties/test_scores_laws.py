"""Laws of every score, over small random corpora."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diversity.scores import NAMES, REGISTRY, prepare, score

COPIES_NEVER_RAISE = (
    "distinct_1", "distinct_2", "distinct_3", "distinct_4", "ngram_diversity",
    "repeated_4gram_share", "chamfer", "hill_0", "coverage",
)  # fmt: skip
LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.sampled_from(["the", "cat", "sat", "on", "a", "mat", "Über", "短い", "🎉", ""])


@st.composite
def corpora(draw, least=0):
    n = draw(st.integers(least, 40))
    seed = draw(st.integers(0, 2**32 - 1))
    texts = [" ".join(draw(st.lists(WORDS, max_size=9))) for _ in range(n)]
    generator = np.random.default_rng(seed)
    sources = generator.standard_normal((draw(st.integers(1, 12)), draw(st.integers(1, 9))))
    vectors = sources[generator.integers(0, len(sources), n)]
    vectors = vectors + draw(st.sampled_from([0.0, 0.3])) * generator.standard_normal(vectors.shape)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)
    return texts, vectors.astype(np.float32), generator.integers(-1, 5, n).astype(np.int32)


@LAWS
@given(corpora(), st.sampled_from(["matched", "exact", "paper"]))
def test_a_value_is_finite_and_within_bounds_or_has_a_reason(corpus, mode):
    for name, found in score(*corpus, mode=mode).items():
        if found.value is None:
            assert found.reason
            continue
        low, high = REGISTRY[name].bounds
        assert math.isfinite(found.value)
        if mode != "paper":
            assert low - 1e-6 <= found.value <= high + 1e-6, name
        if found.interval:
            assert found.interval[0] <= found.value + 1e-6
            assert found.value - 1e-6 <= found.interval[1]


@LAWS
@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_records_is_irrelevant_to_all_but_the_sequential_scores(corpus, random):
    texts, vectors, labels = corpus
    order = list(range(len(texts)))
    random.shuffle(order)
    before = score(*corpus)
    after = score([texts[i] for i in order], vectors[order], labels[order])
    for name in set(NAMES) - {"compression_ratio", "mattr"}:
        if before[name].value is not None:
            assert after[name].value == pytest.approx(before[name].value, rel=1e-6, abs=1e-6), name


@LAWS
@given(corpora(least=1), st.integers(0, 39))
def test_a_copy_never_raises_a_score_that_promises_it(corpus, which):
    texts, vectors, labels = corpus
    i = which % len(texts)
    before = score(*corpus, names=COPIES_NEVER_RAISE)
    rows = [*range(len(texts)), i]
    after = score([texts[j] for j in rows], vectors[rows], labels[rows], names=COPIES_NEVER_RAISE)
    for name in COPIES_NEVER_RAISE:
        old, new = before[name].value, after[name].value
        if old is not None and new is not None:
            gain = (new - old) * (1 if REGISTRY[name].direction == "higher" else -1)
            assert gain <= 1e-6, name


def test_a_score_that_a_copy_can_raise_says_so():
    for name in set(NAMES) - set(COPIES_NEVER_RAISE):
        assert "copy" in REGISTRY[name].caveat, name


@LAWS
@given(corpora(least=1))
def test_copying_every_record_lowers_what_sees_copies(corpus):
    texts, vectors, labels = corpus
    once, twice = score(*corpus), score(texts * 2, np.tile(vectors, (2, 1)), np.tile(labels, 2))
    if once["distinct_4"].value is not None:
        assert twice["distinct_4"].value == pytest.approx(once["distinct_4"].value / 2)
        assert twice["repeated_4gram_share"].value == 1
    assert twice["chamfer"].value == pytest.approx(0, abs=1e-6)
    assert twice["dcscore"].value <= 0.5 + 1e-6
    assert twice["vendi_1"].value == pytest.approx(once["vendi_1"].value, rel=1e-5)


@LAWS
@given(corpora(least=2))
def test_effective_numbers_fall_with_their_order(corpus):
    found = score(*corpus)
    assert found["vendi_1"].value >= found["vendi_inf"].value - 1e-6
    if found["hill_0"].value is not None:
        assert found["hill_0"].value >= found["hill_1"].value - 1e-9


@LAWS
@given(corpora(least=5), st.randoms(use_true_random=False))
def test_the_names_of_groups_do_not_matter(corpus, random):
    texts, vectors, labels = corpus
    names = list(range(100, 105))
    random.shuffle(names)
    renamed = np.where(labels < 0, -1, np.array(names)[labels]).astype(np.int32)
    wanted = ["hill_0", "hill_1", "hill_2", "coverage"]
    before = prepare(texts, vectors, labels).scores(np.arange(len(texts)), names=wanted)
    after = prepare(texts, vectors, renamed).scores(np.arange(len(texts)), names=wanted)
    for name in wanted:
        assert before[name].value == after[name].value or (
            after[name].value == pytest.approx(before[name].value, rel=1e-12)
        )
