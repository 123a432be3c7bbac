import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.neighbors import nearest, nearest_distinct, nearest_steps
from diversity.progress import finish
from diversity.search import look


def unit(rows):
    rows = np.asarray(rows, dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def random_unit(n_records, n_dimensions=8, seed=0):
    return unit(np.random.default_rng(seed).normal(size=(n_records, n_dimensions)))


def clumped(n_records, n_clumps=40, n_dimensions=16, seed=0):
    generator = np.random.default_rng(seed)
    centers = generator.normal(size=(n_clumps, n_dimensions))
    rows = centers[generator.integers(n_clumps, size=n_records)]
    return unit(rows + 0.4 * generator.normal(size=rows.shape))


def naive(vectors, k):
    """Sort every row in plain Python, rounding as the docstring says."""
    table = vectors.astype(float) @ vectors.T.astype(float)
    found = []
    for row, similarities in enumerate(table):
        others = [other for other in range(len(vectors)) if other != row]
        others.sort(key=lambda other: (-similarities[other], other))
        found.append(others[:k])
    return np.array(found)


def test_four_points_on_a_circle_find_their_neighbors_by_hand():
    angles = np.radians([0, 10, 30, 90])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    neighbors = nearest(vectors, k=2)
    assert neighbors.indices.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert neighbors.similarities[0] == pytest.approx(np.cos(np.radians([10, 30])), abs=1e-6)


def test_exact_search_agrees_with_sorting_every_row():
    vectors = random_unit(300)
    assert (nearest(vectors, k=7).indices == naive(vectors, 7)).all()


@given(st.integers(0, 6), st.integers(0, 8))
def test_k_is_lowered_where_there_are_too_few_records(n_records, k):
    neighbors = nearest(random_unit(n_records), k=k)
    assert neighbors.indices.shape == (n_records, max(0, min(k, n_records - 1)))
    assert neighbors.exact
    assert neighbors.recall == 1


@settings(max_examples=30)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=40), st.integers(1, 12))
def test_repeated_records_come_first_and_in_row_order(names, k):
    vectors = random_unit(4, seed=1)[names]
    neighbors = nearest(vectors, k=k)
    for row, found in enumerate(neighbors.indices.tolist()):
        copies = [other for other, name in enumerate(names) if name == names[row] and other != row]
        assert found[: len(copies)] == copies[: len(found)]


def test_records_that_are_all_equal_have_the_first_others_for_neighbors():
    neighbors = nearest(np.repeat(random_unit(1), 50, axis=0), k=3)
    assert neighbors.indices[0].tolist() == [1, 2, 3]
    assert neighbors.indices[49].tolist() == [0, 1, 2]


def test_approximate_search_finds_nearly_all_and_says_how_many():
    vectors = clumped(3000)
    rough = nearest(vectors, k=10, exact_below=0)
    true = nearest(vectors, k=10)
    found = np.mean(
        [len(set(a) & set(b)) / 10 for a, b in zip(rough.indices, true.indices, strict=True)]
    )
    assert not rough.exact
    assert 0.9 < rough.recall <= 1
    assert rough.recall == pytest.approx(found, abs=0.02)


def test_approximate_recall_is_measured_not_assumed():
    noise = random_unit(3000, n_dimensions=64)
    assert 0.3 < nearest(noise, k=10, exact_below=0).recall < 0.99


def test_approximate_search_repeats_itself_for_a_random_state():
    vectors = clumped(2000)
    one, two = (nearest(vectors, 5, random_state=3, exact_below=0) for _ in range(2))
    assert (one.indices == two.indices).all()


def test_approximate_rows_hold_k_different_others_most_similar_first():
    vectors = clumped(1500)[np.random.default_rng(0).integers(0, 200, 1500)]
    neighbors = nearest(vectors, k=20, exact_below=0)
    assert (neighbors.indices >= 0).all()
    assert all(len({row, *found}) == 21 for row, found in enumerate(neighbors.indices.tolist()))
    assert (np.diff(neighbors.similarities, axis=1) <= 1e-6).all()


def test_approximate_search_looks_everywhere_when_cells_hold_too_few():
    vectors = clumped(400, n_clumps=400)
    neighbors = nearest(vectors, k=399, exact_below=0)
    assert (np.sort(neighbors.indices[0]) == np.arange(1, 400)).all()


@pytest.mark.parametrize("exact_below", [0, 10_000])
def test_progress_rises_to_its_total(exact_below):
    reports = []
    finish(nearest_steps(clumped(1200), 5, exact_below=exact_below), reports.append)
    assert [r.done for r in reports] == sorted({r.done for r in reports})
    assert reports[-1].done == reports[-1].total


def test_results_are_read_only():
    neighbors = nearest(random_unit(5), k=2)
    with pytest.raises(ValueError, match="read-only"):
        neighbors.indices[0, 0] = 4


def test_a_row_of_numbers_is_not_a_table():
    with pytest.raises(ValueError, match="table of vectors"):
        nearest(np.zeros(3, np.float32))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 11), min_size=1, max_size=60), st.integers(1, 6), st.integers(1, 9))
def test_folding_repeats_equals_searching_the_distinct(names, k, width):
    vectors = random_unit(12, seed=2)[names]
    rows, inverse, folded = nearest_distinct(vectors, nearest(vectors, width), k)
    assert rows.tolist() == sorted({names.index(name) for name in names})
    assert (vectors[rows][inverse] == vectors).all()
    assert (folded.indices == nearest(vectors[rows], k).indices).all()


def test_lists_that_repeats_cut_short_are_filled_a_block_at_a_time(monkeypatch):
    vectors = random_unit(60)[np.r_[0:60, np.repeat(np.arange(9), 8)]]
    neighbors = nearest(vectors, 8)
    seen = []

    def watched(table, rows, k):
        seen.append(len(rows))
        return look(table, rows, k)

    monkeypatch.setattr("diversity.search._BLOCK_ENTRIES", 4 * 60)
    monkeypatch.setattr("diversity.neighbors.look", watched)
    rows, _, folded = nearest_distinct(vectors, neighbors, 1)
    assert sum(seen) >= 9
    assert max(seen) <= 4
    assert (folded.indices == nearest(vectors[rows], 1).indices).all()


def test_nothing_is_searched_again_where_nothing_repeats():
    vectors = random_unit(40)
    neighbors = nearest(vectors, 9)
    rows, inverse, folded = nearest_distinct(vectors, neighbors, 4)
    assert (rows == inverse).all()
    assert np.shares_memory(folded.indices, neighbors.indices)
