import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversity.comparison.anchors import Anchor, anchors, shuffled_words
from diversity.comparison.curves import (
    accumulation,
    expected_clusters,
    new_ahead,
    score_against_length,
    score_against_size,
)
from diversity.scores import REGISTRY, Budget, prepare


@pytest.fixture(scope="module")
def panel():
    random = np.random.default_rng(0)
    texts = [" ".join(f"w{i}" for i in random.integers(0, 400, 4 + row % 30)) for row in range(600)]
    vectors = random.standard_normal((600, 20)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return prepare(texts, vectors, random.integers(-1, 40, 600).astype(np.int32))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_rarefaction_is_the_mean_over_every_subset(counts, data):
    labels = np.repeat(np.arange(len(counts)), counts)
    n = data.draw(st.integers(1, len(labels)))
    subsets = [len(set(some)) for some in combinations(labels.tolist(), n)] if n else [0]
    expected = sum(subsets) / len(subsets)
    assert expected_clusters(np.array(counts), n) == pytest.approx(expected)


def test_the_curve_ends_at_the_clusters_that_were_seen():
    labels = np.array([0, 0, 1, 2, 2, 2, -1, 7], np.int32)
    curve = accumulation(labels)
    assert curve.n_records[-1] == 7
    assert curve.n_clusters[-1] == pytest.approx(4)
    assert (np.diff(curve.n_clusters) > 0).all()
    assert curve.coverage == pytest.approx(1 - 2 / 7)


def test_nothing_but_noise_has_no_curve():
    assert accumulation(np.full(5, -1, np.int32)) is None


def test_a_saturated_set_expects_nothing_new_and_an_open_one_does():
    assert new_ahead(np.array([50, 60, 70]), 100) == 0
    assert new_ahead(np.ones(30, np.int64), 100) > 20


def test_new_clusters_are_foretold_about_right():
    random = np.random.default_rng(1)
    weights = 1 / np.arange(1, 301)
    found = []
    for _ in range(40):
        drawn = random.choice(300, 500, p=weights / weights.sum())
        first, rest = np.bincount(drawn[:400], minlength=300), np.unique(drawn[400:])
        found.append((new_ahead(first[first > 0], 100), (first[rest] == 0).sum()))
    foretold, seen = np.mean(found, axis=0)
    assert foretold == pytest.approx(seen, rel=0.15)


def test_a_curve_of_scores_ends_at_the_score_of_the_comparison(panel):
    groups, budget = {"a": np.arange(250), "b": np.arange(250, 600)}, Budget(200, 2_000)
    curves = score_against_size(panel, groups, ["vendi_2", "distinct_2"], budget)
    for name, by_group in curves.items():
        for group, points in by_group.items():
            assert [n for n, _ in points] == [20, 40, 80, 160, 200]
            last = panel.scores(groups[group], budget=budget)[name]
            assert points[-1][1] == pytest.approx(last.value)


def test_fifths_of_length_rise_in_length(panel):
    found = score_against_length(panel, {"a": np.arange(600), "few": np.arange(20)}, ["vendi_2"])
    assert list(found["vendi_2"]) == ["a"]
    lengths = [length for length, _ in found["vendi_2"]["a"]]
    assert len(lengths) == 5
    assert lengths == sorted(lengths)


def test_copies_lie_below_a_mixture_in_every_score_that_sees_them(panel):
    groups = {"a": np.arange(300), "b": np.arange(300, 600)}
    budget = panel.budget(*groups.values())
    found = anchors(panel, groups, budget)
    for name in ("distinct_2", "chamfer", "vendi_1", "dcscore", "hill_1"):
        assert found[name].duplicated < found[name].mixed, name
    assert found["chamfer"].duplicated == pytest.approx(0, abs=0.35)
    assert found["compression_ratio"].duplicated > found["compression_ratio"].mixed


def test_a_place_between_anchors_is_0_for_copies_and_1_for_the_mixture_or_the_reference():
    anchor = Anchor(duplicated=2.0, mixed=4.0)
    assert [anchor.place(value) for value in (2.0, 3.0, 4.0)] == [0, 0.5, 1]
    assert anchor.place(3.0, top=3.0) == 1
    assert anchor.place(None) is None
    assert Anchor(2.0, 2.0).place(2.0) is None


def test_shuffled_words_keep_lengths_and_frequencies_and_lose_phrases():
    random = np.random.default_rng(3)
    phrases = [f"the cat number {i} sat on mat {i} again" for i in range(60)]
    texts = [" ".join(random.choice(phrases, 2)) for _ in range(200)]
    panel = prepare(texts, None, None)
    groups = {"a": np.arange(100), "b": np.arange(100, 200)}
    found = anchors(panel, groups, panel.budget(*groups.values()))
    for name in ("distinct_1", "hdd"):
        assert found[name].shuffled == pytest.approx(found[name].mixed, rel=0.05), name
    for name in ("distinct_2", "distinct_3", "distinct_4"):
        assert found[name].shuffled > 1.5 * found[name].mixed, name
    for name in ("self_repetition", "repeated_4gram_share", "compression_ratio"):
        assert found[name].shuffled < found[name].mixed / 1.5, name


def test_scores_of_vectors_and_clusters_have_no_shuffled_anchor(panel):
    groups = {"a": np.arange(300), "b": np.arange(300, 600)}
    found = anchors(panel, groups, Budget(100, 1_000))
    assert {name for name, anchor in found.items() if anchor.shuffled is None} == {
        name for name, meaning in REGISTRY.items() if meaning.family != "text"
    }


@given(st.text("ab \n\t", max_size=30), st.integers(0, 9))
def test_shuffling_words_keeps_every_word_and_all_white_space(content, seed):
    before = content.encode()
    after = shuffled_words(before, np.random.default_rng(seed))
    assert sorted(after.split()) == sorted(before.split())
    spaces = [re.sub(rb"[ab]+", b"x", text) for text in (before, after)]
    assert spaces[0] == spaces[1]
