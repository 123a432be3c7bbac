"""A rough look must find what a close look at everything finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.selection.rough import Rough


def unit(n, n_dimensions, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n, n_dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def largest(vectors, direction, bonus):
    values = vectors.astype(np.float64) @ direction + bonus
    return int(np.round(values / 1e-6).argmax())


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 300), st.integers(1, 40), st.integers(0, 99), st.sampled_from([0.01, 1.0, 300.0])
)
def test_the_answer_is_that_of_the_full_numbers(n, n_dimensions, seed, length):
    vectors = unit(n, n_dimensions, seed)
    generator = np.random.default_rng(seed + 1)
    direction = length * generator.normal(size=n_dimensions)
    bonus = np.where(generator.random(n) < 0.2, -np.inf, generator.random(n))
    bonus[0] = 0
    assert Rough(vectors).first_largest(direction, bonus) == largest(vectors, direction, bonus)


def test_a_single_large_number_in_a_row_does_not_hide_the_others():
    vectors = unit(2000, 64)
    vectors[:, 0] = 30
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    direction = np.append(0, np.random.default_rng(1).normal(size=63))
    rough = Rough(vectors)
    for taken in range(20):
        bonus = np.where(np.arange(2000) < taken * 100, -np.inf, 0.0)
        assert rough.first_largest(direction, bonus) == largest(vectors, direction, bonus)


@pytest.mark.parametrize("n_copies", [3, 100])
def test_of_equal_rows_the_first_that_is_not_taken_is_found(n_copies):
    vectors = np.concatenate([-unit(100, 16), np.repeat(unit(1, 16, seed=9), n_copies, axis=0)])
    direction, bonus = vectors[-1].astype(np.float64), np.zeros(len(vectors))
    rough = Rough(vectors)
    for place in range(100, 100 + n_copies):
        assert rough.first_largest(direction, bonus) == place
        bonus[place] = -np.inf


@pytest.mark.parametrize("n_dimensions", [516, 517, 4096])
def test_sums_over_many_dimensions_do_not_overflow(n_dimensions):
    row = np.full(n_dimensions, n_dimensions**-0.5, np.float32)
    vectors = np.concatenate([unit(50, n_dimensions), -row[None], row[None]])
    assert Rough(vectors).first_largest(row.astype(np.float64), np.zeros(52)) == 51


def test_edges_have_an_answer():
    zeros = np.zeros((3, 4), np.float32)
    assert Rough(zeros).first_largest(np.ones(4), np.array([0.0, 1, 1])) == 1
    assert Rough(unit(3, 4)).first_largest(np.zeros(4), np.array([0.0, 2, 1])) == 1
    assert Rough(unit(3, 4)).first_largest(np.ones(4), np.full(3, -np.inf)) == 0


@pytest.mark.parametrize("n_kinds", [1, 3, 40])
def test_among_many_copies_the_answer_is_still_that_of_the_full_numbers(n_kinds):
    vectors = np.repeat(unit(n_kinds, 24), 200, axis=0)
    generator = np.random.default_rng(5)
    rough = Rough(vectors)
    for _ in range(20):
        direction = 3 * generator.normal(size=24)
        bonus = np.where(generator.random(len(vectors)) < 0.5, -np.inf, 0.0)
        assert rough.first_largest(direction, bonus) == largest(vectors, direction, bonus)
