"""Pairs found once, thresholds and preferences moved afterwards."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diversity.duplicates import find, first_with_same, lexical_pairs, near, semantic_pairs
from diversity.duplicates.lexical import CHARACTER_RUN, SHORT_WORDS, WORD_RUN
from diversity.duplicates.pairs import made
from diversity.neighbors import nearest
from diversity.progress import finish
from diversity.scores.tokens import tokenize


def on_circle(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def semantic(vectors, texts=None, k=30, floor=0.8):
    texts = texts or [f"text {row}" for row in range(len(vectors))]
    return finish(semantic_pairs(first_with_same(texts), vectors, nearest(vectors, k), floor))


def lexical(*texts, floor=0.6):
    return finish(lexical_pairs(first_with_same(texts), texts, floor))


def similarity(pairs, one, other):
    """What the pairs say about two records; 0 where they are no pair."""
    inside = slice(pairs.starts[one], pairs.starts[one + 1])
    return dict(zip(pairs.others[inside], pairs.similarities[inside], strict=True)).get(other, 0)


@st.composite
def weighted_pairs(draw):
    n = draw(st.integers(1, 14))
    row = st.integers(0, n - 1)
    level = st.sampled_from([0.8, 0.85, 0.9, 0.95, 1.0])
    found = draw(st.lists(st.tuples(row, row, level), max_size=40))
    exact = first_with_same(draw(st.lists(st.sampled_from("abcdefgh"), min_size=n, max_size=n)))
    ordered = draw(st.permutations(range(n)))[: draw(st.integers(0, n))]
    return exact, found, np.array(ordered, np.int64)


def laid_out(exact, found):
    columns = np.array(found, float).reshape(-1, 3)
    one, other = columns[:, :2].astype(np.int32).T
    return made(exact, one, other, columns[:, 2].astype(np.float32), 0.8, "semantic")


@settings(max_examples=150, deadline=None)
@given(weighted_pairs(), st.sampled_from([0.8, 0.9, 0.93, 1.0]))
def test_stand_ins_follow_the_definition(drawn, least):
    exact, found, ordered = drawn
    alike = {}
    for one, other, value in found:
        key = frozenset((int(exact[one]), int(exact[other])))
        alike[key] = max(alike.get(key, 0), value)
    instead, kept = {}, []
    for row in ordered.tolist():
        copies = [other for other in instead if exact[other] == exact[row]]
        near_ones = [
            (alike.get(frozenset((int(exact[row]), int(exact[other]))), 0), -turn, other)
            for turn, other in enumerate(kept)
        ]
        near_ones = [entry for entry in near_ones if entry[0] >= least]
        if copies:
            instead[row] = instead[copies[0]]
        elif near_ones:
            instead[row] = max(near_ones)[2]
        else:
            instead[row] = row
            kept.append(row)
    expected = [instead.get(row, row) for row in range(len(exact))]
    assert laid_out(exact, found).stand_ins(least, ordered).tolist() == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=50), st.integers(1, 6))
def test_pairs_give_what_find_gives_at_every_threshold(angles, k):
    """However short the lists of neighbors are: crowds are compared without them."""
    vectors = on_circle(*angles)
    texts = [f"{angle} of kind {row % 2}" for row, angle in enumerate(angles)]
    pairs = semantic(vectors, texts, k)
    for least in (0.8, 0.95, 0.999):
        found = find(texts, vectors, nearest(vectors, k), least)
        if pairs.floor <= least:
            assert (pairs.stand_ins(least) != np.arange(len(angles))).sum() == (
                found.near != np.arange(len(angles))
            ).sum()


def test_a_chain_does_not_collapse_and_the_order_decides_who_stays():
    """Each is 15 degrees from the next (0.966), 30 from the one after (0.866)."""
    pairs = semantic(on_circle(0, 15, 30, 45))
    assert pairs.stand_ins(0.95).tolist() == [0, 0, 2, 2]
    assert pairs.stand_ins(0.95, np.array([1, 0, 2, 3])).tolist() == [1, 1, 1, 3]
    assert pairs.stand_ins(0.95, np.array([3, 0])).tolist() == [0, 1, 2, 3]
    assert pairs.stand_ins(0.85).tolist() == [0, 0, 0, 3]


def test_the_best_copy_of_a_text_stands_for_all_its_copies():
    pairs = semantic(on_circle(0, 90, 0, 0), ["sun", "rain", "Sun", "SUN "])
    quality = np.array([1.0, 0, 5, np.nan])
    ordered = pairs.preference("best", 0.95, quality=quality)
    assert ordered.tolist() == [2, 0, 1, 3]
    assert pairs.stand_ins(0.95, ordered).tolist() == [2, 1, 2, 2]


def test_preferences_order_all_records():
    pairs = semantic(on_circle(0, 8, 16, 90))
    assert pairs.preference("first", 0.9).tolist() == [0, 1, 2, 3]
    assert pairs.preference("central", 0.9).tolist() == [1, 0, 2, 3]
    texts = ["a", "bbb", "cc", "ddd"]
    assert pairs.preference("longest", 0.9, texts=texts).tolist() == [1, 3, 2, 0]


def test_copies_make_a_record_central():
    pairs = semantic(on_circle(0, 10, 10, 20), ["a", "b", "b", "c"])
    assert pairs.preference("central", 0.9).tolist()[:2] == [1, 2]


@pytest.mark.parametrize("keep", ["longest", "best", "nicest"])
def test_a_preference_without_what_it_goes_by_is_refused(keep):
    with pytest.raises(ValueError, match=f"cannot keep '{keep}'"):
        semantic(on_circle(0, 1)).preference(keep, 0.9)


def test_thresholds_below_the_floor_are_refused():
    with pytest.raises(ValueError, match=r"less than 0\.8 alike"):
        semantic(on_circle(0, 1)).stand_ins(0.7)


def crowd(n):
    """Records around one direction, 0.7 to 0.95 alike."""
    rows = np.ones((n, 32)) + 0.4 * np.random.default_rng(0).normal(size=(n, 32))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("limit", "value"), [("MAX_CROWDED", 60), ("MAX_PAIRS", 3_000)])
def test_the_floor_rises_where_crowds_or_pairs_are_too_many(monkeypatch, limit, value):
    monkeypatch.setattr(near, limit, value)
    pairs = semantic(crowd(300), k=10)
    table = np.triu(crowd(300) @ crowd(300).T, 1)
    assert 0.8 < pairs.floor < 1
    assert len(pairs) == (table >= pairs.floor - 1e-6).sum() > 0


def test_no_pair_above_the_floor_is_missed_where_lists_are_short():
    table = np.triu(crowd(300) @ crowd(300).T, 1)
    assert len(semantic(crowd(300), k=3)) == (table >= 0.8 - 1e-6).sum()


def runs(text, width, symbols):
    units = symbols(text)
    size = min(width, len(units))
    return {tuple(units[at : at + size]) for at in range(len(units) - size + 1)} if units else set()


def naive_jaccard(one, other):
    """Words' runs, and characters' runs where both texts are short: the larger counts."""
    values = [share(runs(one, WORD_RUN, tokenize), runs(other, WORD_RUN, tokenize))]
    if max(len(tokenize(one)), len(tokenize(other))) <= SHORT_WORDS:
        joined = [
            runs(text, CHARACTER_RUN, lambda t: " ".join(tokenize(t))) for text in (one, other)
        ]
        values.append(share(*joined))
    return max(values)


def share(one, other):
    return len(one & other) / len(one | other) if one | other else 0


@settings(max_examples=60, deadline=None)
@example([["sun"], ["sea"], ["sand", "sun"]])
@given(st.lists(st.lists(st.sampled_from(["sun", "sea", "sand", "茶"]), max_size=30), max_size=8))
def test_lexical_similarities_are_exact_and_no_close_pair_is_missed(lines):
    texts = [" ".join(words) for words in lines]
    exact, pairs = first_with_same(texts), lexical(*texts)
    for one in range(len(texts)):
        for other in range(one):
            if exact[one] == one and exact[other] == other:
                expected = naive_jaccard(texts[one], texts[other])
                found = similarity(pairs, one, other)
                assert found == pytest.approx(expected, abs=1e-6) or (not found and expected < 0.9)


def test_one_word_in_twenty_changed_is_found():
    generator = np.random.default_rng(0)
    words = np.array(["".join(generator.choice(list("abcdefgh"), 6)) for _ in range(3000)])
    originals = [generator.choice(words, 60) for _ in range(500)]
    changed = [line.copy() for line in originals]
    for line in changed:
        line[generator.permutation(60)[:3]] = generator.choice(words, 3)
    pairs = lexical(*map(" ".join, originals), *map(" ".join, changed))
    stand_ins = pairs.stand_ins(0.7)
    assert np.mean(stand_ins[500:] == np.arange(500)) >= 0.98
    assert (stand_ins[:500] == np.arange(500)).all()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Book a flight to Paris", "book a flight to paris!", True),
        ("Please book a flight to Paris", "Please book a flights to Paris", True),
        ("Please book a flight to Paris", "Please book a hotel in Rome", False),
        ("tea", "tee", False),
        ("tea", "Tea?", True),
        ("去北京的机票多少钱", "去北京的机票要多少钱", False),
        ("!!!", "???", False),
    ],
)
def test_short_texts_repeat_one_another_if_a_slip_of_the_pen_parts_them(one, other, alike):
    assert (lexical(one, other).stand_ins(0.7).tolist() == [0, 0]) is alike


def test_a_crowd_that_says_nearly_the_same_costs_no_more_pairs_than_it_must():
    base = "the committee met on monday to talk about the budget for the new library and its roof "
    texts = [base * 2 + f"item {number}" for number in range(1500)]
    pairs = lexical(*texts)
    assert len(pairs) < 1500 * 512
    assert (pairs.stand_ins(0.7) == 0).all()


@pytest.mark.parametrize("texts", [[], [""], ["", "  "], ["only one"], ["", "a", ""]])
def test_few_or_empty_texts_have_no_pairs(texts):
    pairs = lexical(*texts)
    assert len(pairs) == 0
    assert pairs.stand_ins(0.6).tolist() == first_with_same(texts).tolist()


def test_no_vectors_have_no_pairs():
    assert len(semantic(np.empty((0, 2), np.float32))) == 0
