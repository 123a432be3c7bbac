import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.comparison.deals import deal_steps, sides_of
from diversity.comparison.shuffled_labels import LabelPool
from diversity.comparison.shuffled_vectors import (
    PAIRED,
    SPECTRAL,
    VectorPool,
    ordered_neighbors,
    pair_pools,
)
from diversity.comparison.shuffled_words import word_pool
from diversity.progress import finish
from diversity.scores import Budget, prepare
from diversity.scores.embedding import EmbeddingSample, score_embedding
from diversity.scores.pairwise import score_pairs
from diversity.scores.text import NAMES, TextSample, score_text


def texts_of(n, seed, longest=40):
    random = np.random.default_rng(seed)
    lengths = random.integers(1, longest, n)
    return [" ".join(f"w{i % 60}" for i in random.zipf(1.3, length)) for length in lengths]


def unit_vectors(n, d, seed):
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    vectors[:, 0] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module", params=[16, 90])
def panel(request):
    """A dataset with more records a side than dimensions, and one with fewer."""
    labels = np.random.default_rng(1).integers(-1, 12, 120).astype(np.int32)
    return prepare(texts_of(120, 0), unit_vectors(120, request.param, 2), labels)


def text_side(panel, places, n_tokens):
    """Lay out a side by hand, word by word."""
    tokens, starts, content = [], [0], b""
    for place in places:
        first, last = panel.tokens.offsets[place : place + 2]
        taken = panel.tokens.ids[first:last][: n_tokens - len(tokens)]
        if not len(taken):
            break
        tokens += taken.tolist()
        starts.append(len(tokens))
        content += bytes(panel.content[slice(*panel.content_offsets[place : place + 2])])
    return TextSample(np.array(tokens, np.int32), np.array(starts), content)


def values(estimates):
    return [np.nan if one.value is None else one.value for one in estimates.values()]


def test_what_was_observed_is_what_the_panel_says(panel):
    a, b = np.arange(40), np.arange(50, 120)
    budget = panel.budget(a, b)
    dealt = finish(deal_steps(panel, a, b, budget, np.arange(120, dtype=np.int32), 3, 0))
    for side, rows in enumerate((a, b)):
        for name, score in panel.scores(rows, budget=budget).items():
            assert dealt[name][0, side] == pytest.approx(score.value, rel=1e-5), name


@given(seed=st.integers(0, 10**6), n_tokens=st.integers(4, 400))
@settings(max_examples=40, deadline=None)
def test_a_deal_scores_words_as_a_count_by_hand_does(seed, n_tokens):
    panel = prepare(texts_of(60, seed % 7))
    a, b = np.arange(30), np.arange(30, 60)
    sides = sides_of(panel, a, b, Budget(60, n_tokens))
    pool = word_pool(panel, *sides.for_words, n_tokens, sides.spare)
    places = np.concatenate([*sides.for_words, sides.spare])
    order = np.random.default_rng(seed).permutation(pool.n_records)
    first = text_side(panel, places[order], n_tokens)
    second = text_side(panel, places[order][first.n_records :], n_tokens)
    for found, side in zip(pool.deal(order), (first, second), strict=True):
        if side.n_records:
            expected = values(score_text(side, NAMES, interval=False))
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("words", ["tea", "tea and milk", "!"])
def test_texts_too_short_for_an_n_gram_leave_its_scores_undefined(words):
    panel = prepare([words] * 40)
    a, b = np.arange(20), np.arange(20, 40)
    dealt = finish(deal_steps(panel, a, b, panel.budget(a, b), np.arange(40, dtype=np.int32), 3, 0))
    for name, score in panel.scores(a).items():
        if name in dealt:
            expected = np.nan if score.value is None else score.value
            assert dealt[name][0, 0] == pytest.approx(expected, nan_ok=True), name


@pytest.mark.parametrize("d", [12, 90])
def test_a_deal_scores_vectors_as_the_panel_would(d):
    vectors = unit_vectors(80, d, 3)
    order = np.random.default_rng(4).permutation(80)
    pairs, novelty = pair_pools(vectors)
    dealt = [pool.deal(order) for pool in (VectorPool(vectors), pairs, novelty)]
    for side, rows in enumerate((order[:40], order[40:])):
        exact = vectors[rows].astype(np.float64)
        expected = values(score_embedding(EmbeddingSample(exact), SPECTRAL, interval=False))
        paired = score_pairs(exact, PAIRED, interval=False)
        expected += [paired[name].value for name in PAIRED]
        assert np.concatenate([part[side] for part in dealt]) == pytest.approx(expected, rel=1e-4)


def test_neighbors_that_are_all_on_the_other_side_are_passed_over(monkeypatch):
    vectors = unit_vectors(60, 8, 5)
    order = np.random.default_rng(6).permutation(60)
    expected = pair_pools(vectors)[0].deal(order)
    monkeypatch.setattr("diversity.comparison.shuffled_vectors.MOST_NEAREST", 2)
    assert pair_pools(vectors)[0].deal(order) == pytest.approx(expected, rel=1e-6)


def test_neighbors_come_in_order_of_similarity():
    similarities = np.array([[1, 0.2, 0.9], [0.2, 1, 0.3], [0.9, 0.3, 1]], np.float32)
    assert ordered_neighbors(similarities, 2).tolist() == [[0, 2], [1, 2], [2, 0]]


def test_repeats_are_counted_on_each_side():
    pool = LabelPool(np.array([0, 0, 1, -1], np.int32), np.array([0, 0, 1, 2]))
    together, apart = pool.deal(np.arange(4))[:, -1], pool.deal(np.array([0, 2, 1, 3]))[:, -1]
    assert together.tolist() == [0.5, 0]
    assert apart.tolist() == [0, 0]


def test_the_same_seed_gives_the_same_deals(panel):
    a, b = np.arange(30), np.arange(60, 90)
    budget, repeats = panel.budget(a, b), np.arange(120, dtype=np.int32)
    one, again, other = (
        finish(deal_steps(panel, a, b, budget, repeats, 45, seed)) for seed in (0, 0, 1)
    )
    assert all(np.array_equal(one[name], again[name], equal_nan=True) for name in one)
    assert not np.array_equal(one["distinct_1"], other["distinct_1"])


def test_a_listener_who_leaves_stops_the_deals(panel):
    a, b = np.arange(30), np.arange(60, 90)
    steps = deal_steps(panel, a, b, panel.budget(a, b), np.arange(120, dtype=np.int32), 10**6, 0)
    next(steps)
    steps.close()
    with pytest.raises(StopIteration):
        next(steps)
