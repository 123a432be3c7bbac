"""Every greedy selector against its definition, written the slow way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.neighbors import nearest
from diversity.selection import Inputs, KCenter, select


def on_circle(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def clumps(n, n_dimensions=8, seed=0):
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(max(1, n // 12), n_dimensions))
    rows = centres[generator.integers(len(centres), size=n)]
    rows = rows + 0.5 * generator.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def inputs_of(vectors, **fields):
    return Inputs(len(vectors), vectors=vectors, neighbors=nearest(vectors, 10), **fields)


def most(values, allowed):
    """The first of the largest, those closer than 1e-6 being equal."""
    return max(allowed, key=lambda place: (round(float(values[place]), 6), -place))


def naive_k_center(vectors, k, last=(), factor=None):
    table = vectors.astype(float) @ vectors.T.astype(float)
    factor = np.ones(len(table)) if factor is None else factor
    early = [row for row in range(len(table)) if row not in last]
    centre = vectors[early].astype(float).mean(axis=0)
    chosen = [most(factor * (1 + vectors @ centre), early)]
    while len(chosen) < k:
        allowed = [row for row in early if row not in chosen] or [
            row for row in last if row not in chosen
        ]
        chosen.append(most(factor * (1 - table[:, chosen].max(axis=1)), allowed))
    return chosen[:k]


def test_k_center_worked_by_hand():
    """The mean points to 59 degrees, so 60 comes first, then 150 (90 away), then 0 (60)."""
    vectors = on_circle(0, 50, 60, 150)
    rows = select(KCenter(k=4, outlier_guard=0), inputs_of(vectors))
    assert rows.tolist() == [2, 3, 0, 1]


@pytest.mark.parametrize("n", [1, 2, 40, 150])
def test_k_center_is_farthest_first(n):
    vectors = clumps(n)
    rows = select(KCenter(k=n, outlier_guard=0), inputs_of(vectors))
    assert rows.tolist() == naive_k_center(vectors, n)


def test_k_center_takes_what_it_holds_back_last():
    vectors = clumps(100)
    density = nearest(vectors, 10).similarities.mean(axis=1)
    oddest = sorted(np.argsort(density)[:10].tolist())
    rows = select(KCenter(k=100, outlier_guard=0.1), inputs_of(vectors)).tolist()
    assert rows == naive_k_center(vectors, 100, last=oddest)
    assert sorted(rows[90:]) == oddest


def test_k_center_weighs_distance_by_standing():
    vectors = clumps(60)
    quality = np.arange(60.0)[::-1] % 7
    inputs = inputs_of(vectors, quality=quality)
    rows = select(KCenter(k=30, outlier_guard=0, quality_weight=0.5), inputs)
    standing = np.array([(quality <= value).mean() for value in quality])
    assert rows.tolist() == naive_k_center(vectors, 30, factor=0.5 + 0.5 * standing)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 40))
def test_k_center_covers_at_most_twice_as_far_as_the_best_choice(seed, n):
    """Gonzalez' bound, in angles: k + 1 records at least r apart need a radius of r / 2."""
    vectors = clumps(n, seed=seed)
    angles = np.arccos(np.clip(vectors.astype(float) @ vectors.T, -1, 1))
    rows = select(KCenter(k=n // 2, outlier_guard=0), inputs_of(vectors))
    radius = angles[:, rows].min(axis=1).max()
    apart = angles[np.ix_(rows, rows)] + 9 * np.eye(len(rows))
    assert apart.min() >= radius - 1e-3
