import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversity.exemplars import atypical, central


def on_circle(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_the_middle_of_a_fan_is_central_and_its_edges_are_atypical():
    vectors = on_circle(0, 20, 30, 45, 180)
    labels = np.array([0, 0, 0, 0, 1], np.int32)
    assert central(vectors, labels, 0, 2).tolist() == [1, 2]
    assert atypical(vectors, labels, 0, 1).tolist() == [0]
    assert central(vectors, labels, 1, 5).tolist() == [4]


def test_a_repeated_record_is_shown_once_as_its_first_row():
    vectors = on_circle(10, 10, 10, 0, 20)
    labels = np.zeros(5, np.int32)
    assert central(vectors, labels, 0, 3).tolist() == [0, 3, 4]
    assert sorted(atypical(vectors, labels, 0, 9).tolist()) == [0, 3, 4]


def test_noise_has_exemplars_like_any_cluster_and_an_absent_cluster_has_none():
    vectors, labels = on_circle(0, 90), np.array([-1, 0], np.int32)
    assert central(vectors, labels, -1, 1).tolist() == [0]
    assert central(vectors, labels, 7, 1).tolist() == []
    assert central(vectors, labels, 0, 0).tolist() == []


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.integers(0, 5))
def test_exemplars_are_different_rows_of_their_cluster(labels, n):
    generator = np.random.default_rng(len(labels))
    vectors = generator.normal(size=(len(labels), 4)).astype(np.float32)
    inside = np.flatnonzero(np.array(labels) == 0)
    rows = central(vectors, np.array(labels, np.int32), 0, n)
    assert len(rows) == len(set(rows.tolist())) == min(n, len(inside))
    assert set(rows.tolist()) <= set(inside.tolist())


@pytest.mark.parametrize("n", [1, 4])
def test_the_most_atypical_are_the_least_central_backwards(n):
    vectors = on_circle(0, 7, 19, 33, 70)
    labels = np.zeros(5, np.int32)
    everyone = central(vectors, labels, 0, 5)
    assert atypical(vectors, labels, 0, n).tolist() == everyone[::-1][:n].tolist()
