import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.comparison.deals import deal_steps, sides_of
from diversity.comparison.pool import dealt
from diversity.comparison.shuffled_labels import LabelPool
from diversity.comparison.shuffled_spectra import SpectrumPool, nearer
from diversity.comparison.shuffled_vectors import ordered_neighbors, pair_pools
from diversity.comparison.shuffled_words import word_pools
from diversity.comparison.words import words_of
from diversity.progress import finish
from diversity.scores import Budget, groups, prepare
from diversity.scores.embedding import EmbeddingSample, score_embedding
from diversity.scores.pairwise import score_pairs
from diversity.scores.text import NAMES, score_text
from diversity.scores.text_sample import TextSample

SCALES = {"vendi_1": np.log, "vendi_2": lambda v: -1 / v, "vendi_inf": np.log}


def texts_of(n, seed, longest=40):
    random = np.random.default_rng(seed)
    lengths = random.integers(1, longest, n)
    return [" ".join(f"w{i % 60}" for i in random.zipf(1.3, length)) for length in lengths]


def unit_vectors(n, d, seed):
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    vectors[:, 0] += 3
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


def as_tested(name, value):
    """Put a score on the scale on which its differences are dealt."""
    return np.nan if value is None else SCALES.get(name, float)(value)


def test_what_was_observed_is_what_the_panel_says(panel):
    a, b = np.arange(40), np.arange(50, 120)
    budget = panel.budget(a, b)
    found = finish(deal_steps(panel, a, b, budget, np.arange(120, dtype=np.int32), 3, 0))
    one, other = (panel.scores(rows, budget=budget) for rows in (a, b))
    for name in one:
        expected = as_tested(name, one[name].value) - as_tested(name, other[name].value)
        loose = name in ("vendi_1", "vendi_inf")
        assert found[name][0] == pytest.approx(expected, rel=0.1 if loose else 1e-3, abs=1e-6)


@given(seed=st.integers(0, 10**6), n_tokens=st.integers(4, 400), n_deals=st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_deals_score_words_as_a_count_by_hand_does(seed, n_tokens, n_deals):
    panel = prepare(texts_of(60, seed % 7))
    a, b = np.arange(30), np.arange(30, 60)
    sides = sides_of(panel, a, b, Budget(60, n_tokens))
    pools = word_pools(words_of(panel, *sides.for_words, n_tokens, sides.spare))
    places = np.concatenate([*sides.for_words, sides.spare])
    orders = dealt(len(places), n_deals, (seed,))
    found = np.concatenate([pool.deals(orders) for pool in pools], axis=1)
    names = [name for pool in pools for name in pool.names]
    for order, steps in zip(orders, found, strict=True):
        first = text_side(panel, places[order], n_tokens)
        second = text_side(panel, places[order][first.n_records :], n_tokens)
        if first.n_records and second.n_records:
            one, other = (score_text(side, NAMES, interval=False) for side in (first, second))
            expected = [as_tested(n, one[n].value) - as_tested(n, other[n].value) for n in names]
            np.testing.assert_allclose(steps, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("words", ["tea", "tea and milk", "!"])
def test_texts_too_short_for_an_n_gram_leave_its_scores_undefined(words):
    panel = prepare([words] * 40)
    a, b = np.arange(20), np.arange(20, 40)
    found = finish(deal_steps(panel, a, b, panel.budget(a, b), np.arange(40, dtype=np.int32), 3, 0))
    for name, score in panel.scores(a).items():
        if name in found:
            expected = np.nan if score.value is None else 0.0
            assert found[name][0] == pytest.approx(expected, nan_ok=True), name


@pytest.mark.parametrize("d", [12, 90])
def test_a_deal_scores_vectors_as_the_panel_would(d):
    vectors = unit_vectors(80, d, 3)
    orders = dealt(80, 3, (4,))
    for pool in (SpectrumPool(vectors), *pair_pools(vectors)):
        for order, steps in zip(orders, pool.deals(orders), strict=True):
            sides = [vectors[rows].astype(np.float64) for rows in (order[:40], order[40:])]
            for name, step in zip(pool.names, steps, strict=True):
                one, other = (scored(name, side) for side in sides)
                close = 0.02 if name in ("vendi_1", "vendi_inf") and d == 90 else 1e-4
                assert step == pytest.approx(one - other, rel=1e-3, abs=close), name


def scored(name, vectors):
    if name in SpectrumPool.names:
        found = score_embedding(EmbeddingSample(vectors), [name], interval=False)
    else:
        found = score_pairs(vectors, [name], interval=False)
    return as_tested(name, found[name].value)


def test_entropy_beyond_the_strongest_directions_follows_the_exact_one():
    random = np.random.default_rng(0)
    vectors = random.standard_normal((400, 120)) / np.arange(1, 121) ** 0.4
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    orders = dealt(400, 60, (1,))
    exact = [
        scored("vendi_1", vectors[order[:200]].astype(float))
        - scored("vendi_1", vectors[order[200:]].astype(float))
        for order in orders
    ]
    assert np.corrcoef(SpectrumPool(vectors).deals(orders)[:, 0], exact)[0, 1] > 0.995


def test_what_was_observed_of_entropy_is_never_further_than_the_exact_difference():
    random = np.random.default_rng(1)
    for trial in range(10):
        vectors = unit_vectors(60, 100, trial)
        vectors[:30, trial:] *= 0.2
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        observed = SpectrumPool(vectors).observed()[0]
        one, other = (scored("vendi_1", part.astype(float)) for part in np.split(vectors, 2))
        assert abs(observed) <= abs(one - other) + 1e-6
        assert observed * (one - other) >= 0
    assert nearer(random.random(), -random.random()) == 0


def test_neighbors_that_are_all_on_the_other_side_are_passed_over(monkeypatch):
    vectors = unit_vectors(60, 8, 5)
    orders = dealt(60, 2, (6,))
    expected = pair_pools(vectors)[0].deals(orders)
    monkeypatch.setattr("diversity.comparison.shuffled_vectors.MOST_NEAREST", 2)
    np.testing.assert_allclose(pair_pools(vectors)[0].deals(orders), expected, rtol=1e-6)


def test_neighbors_come_in_order_of_similarity():
    similarities = np.array([[1, 0.2, 0.9], [0.2, 1, 0.3], [0.9, 0.3, 1]], np.float32)
    assert ordered_neighbors(similarities, 2).tolist() == [[0, 2], [1, 2], [2, 0]]


def test_repeats_are_counted_on_each_side():
    pool = LabelPool(np.array([0, 0, 1, -1], np.int32), np.array([0, 0, 1, 2]))
    found = pool.deals(np.array([[0, 1, 2, 3], [0, 2, 1, 3]], np.int32))[:, -1]
    assert found.tolist() == [0.5, 0]


@given(
    st.lists(st.integers(-1, 5), min_size=2, max_size=40).filter(lambda held: len(held) % 2 == 0)
)
def test_clusters_are_scored_on_each_side_as_the_panel_does(held):
    labels = np.array(held, np.int32)
    pool = LabelPool(labels, np.arange(len(labels)))
    orders = dealt(len(labels), 3, (len(held),))
    for order, steps in zip(orders, pool.deals(orders), strict=True):
        sides = [
            groups.score_groups_of(labels[side], groups.NAMES, interval=False)
            for side in np.split(order, 2)
        ]
        for name, step in zip(groups.NAMES, steps, strict=False):
            one, other = (as_tested(name, side[name].value) for side in sides)
            assert step == pytest.approx(one - other, nan_ok=True), name


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
