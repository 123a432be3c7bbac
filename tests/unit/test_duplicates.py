import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.duplicates import Duplicates, find, normalised
from diversity.neighbors import nearest


def on_circle(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def found(texts, vectors, k=30, min_similarity=0.95):
    return find(texts, vectors, nearest(vectors, k), min_similarity)


def naive(texts, vectors, least):
    """Follow the definition row by row, with every similarity at hand."""
    keys = [normalised(text) for text in texts]
    table = vectors.astype(float) @ vectors.T.astype(float)
    exact = [keys.index(key) for key in keys]
    near = list(range(len(keys)))
    for row in range(len(keys)):
        kept = [other for other in range(row) if near[other] == other == exact[other]]
        close = [other for other in kept if table[row, other] >= least - 1e-6]
        if exact[row] != row:
            near[row] = near[exact[row]]
        elif close:
            near[row] = max(close, key=lambda other: (round(table[row, other], 6), -other))
    return exact, near


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hello  World", "hello world", True),
        ("ﬁne", "fine", True),
        ("STRASSE", "straße", True),
        ("tab\there\n", "tab here", True),
        ("Hello, world", "hello world", False),
        ("café", "cafe", False),
        ("", " \n", True),
    ],
)
def test_normalising_folds_form_case_and_space_only(one, other, same):
    assert (normalised(one) == normalised(other)) is same


def test_a_chain_does_not_collapse():
    """Each is 15 degrees from the next (0.966), 30 from the one after (0.866)."""
    duplicates = found(list("abcd"), on_circle(0, 15, 30, 45))
    assert duplicates.near.tolist() == [0, 0, 2, 2]
    assert duplicates.exact.tolist() == [0, 1, 2, 3]


def test_a_record_repeats_the_most_similar_kept_one_not_the_first():
    assert found(list("abc"), on_circle(0, 30, 17)).near.tolist() == [0, 1, 1]


def test_exact_copies_are_near_duplicates_whatever_their_vectors():
    duplicates = found(["Sun", "rain", " sun "], on_circle(0, 90, 180))
    assert duplicates.exact.tolist() == [0, 1, 0]
    assert duplicates.near.tolist() == [0, 1, 0]


def test_a_copy_of_a_near_duplicate_repeats_the_kept_record():
    assert found(["a", "b", "B"], on_circle(0, 5, 5)).near.tolist() == [0, 0, 0]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 90)), min_size=1, max_size=40),
    st.sampled_from([0.9, 0.97, 1.0]),
)
def test_duplicates_agree_with_the_definition(rows, least):
    texts = [f"{letter} {angle}" for letter, angle in rows]
    vectors = on_circle(*[angle for _, angle in rows])
    duplicates = found(texts, vectors, k=len(rows), min_similarity=least)
    exact, near = naive(texts, vectors, least)
    assert duplicates.exact.tolist() == exact
    assert duplicates.near.tolist() == near


@settings(max_examples=60)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=60), st.integers(1, 8))
def test_short_lists_of_neighbors_lose_no_near_duplicate(angles, k):
    texts = [f"text at {angle} of row {row % 3}" for row, angle in enumerate(angles)]
    vectors = on_circle(*angles)
    duplicates = found(texts, vectors, k)
    kept = np.unique(duplicates.near)
    between = vectors[kept] @ vectors[kept].T - 2 * np.eye(len(kept))
    assert between.max() < 0.95
    repeated = (vectors * vectors[duplicates.near]).sum(axis=1)
    assert (repeated >= 0.95 - 1e-5).all()


def test_a_crowd_of_near_duplicates_keeps_one():
    generator = np.random.default_rng(0)
    vectors = np.ones((500, 8)) + 0.01 * generator.normal(size=(500, 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    duplicates = found([f"row {row}" for row in range(500)], vectors, k=5)
    assert not duplicates.near.any()
    assert duplicates.near_share() == pytest.approx(499 / 500)


def test_shares_count_repeats_within_the_rows_asked_for():
    firsts = np.array([0, 0, 0, 3, 4], np.int32)
    duplicates = Duplicates(firsts, np.array([0, 0, 0, 0, 4], np.int32), 0.95)
    assert duplicates.exact_share() == pytest.approx(2 / 5)
    assert duplicates.near_share() == pytest.approx(3 / 5)
    assert duplicates.exact_share(np.array([1, 3])) == 0
    assert duplicates.near_share(np.array([1, 3])) == 0.5
    assert duplicates.near_share(np.array([], dtype=int)) == 0


def test_no_records_have_no_duplicates():
    assert found([], np.empty((0, 2), np.float32)).near_share() == 0


def test_texts_and_vectors_must_match():
    with pytest.raises(ValueError, match="one row a record"):
        found(["only one"], on_circle(0, 1))
