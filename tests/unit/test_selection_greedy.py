"""Every greedy selector against its definition, written the slow way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.neighbors import nearest
from diversity.selection import (
    Compression,
    Coverage,
    FacilityLocation,
    Herding,
    Inputs,
    KCenter,
    Threshold,
    represented,
    select,
)
from diversity.selection.compression import added


def on_circle(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def clumps(n, n_dimensions=8, seed=0):
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(max(1, n // 12), n_dimensions))
    rows = centres[generator.integers(len(centres), size=n)]
    rows = rows + 0.5 * generator.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def inputs_of(vectors, k=10, **fields):
    return Inputs(len(vectors), vectors=vectors, neighbors=nearest(vectors, k), **fields)


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


def naive_cover(given, k):
    """Greedily maximise what all hold, `given[i, j]` being what j gives i."""
    held, chosen = np.zeros(len(given)), []
    while len(chosen) < k:
        gains = np.maximum(given - held[:, None], 0).sum(axis=0)
        chosen.append(most(gains, [j for j in range(len(given)) if j not in chosen]))
        held = np.maximum(held, given[:, chosen[-1]])
    return chosen


def table_of(vectors):
    table = np.maximum(vectors.astype(float) @ vectors.T.astype(float), 0)
    np.fill_diagonal(table, 1)
    return table


def test_facility_location_worked_by_hand():
    """At 0, 20, 40 and 180 degrees the middle of the three gives most, then the lonely one."""
    rows = select(FacilityLocation(k=2), inputs_of(on_circle(0, 20, 40, 180)))
    assert rows.tolist() == [1, 3]


@pytest.mark.parametrize("n", [1, 2, 30, 120])
def test_facility_location_on_all_pairs_is_the_greedy_algorithm(n):
    vectors = clumps(n)
    rows = select(FacilityLocation(k=n // 2 + 1), inputs_of(vectors, k=n))
    assert rows.tolist() == naive_cover(table_of(vectors), n // 2 + 1)


@pytest.mark.parametrize("k", [5, 20, 80])
def test_facility_location_on_short_lists_reaches_nearly_as_much(k):
    vectors, table = clumps(800), table_of(clumps(800))
    found = select(FacilityLocation(k=k), inputs_of(vectors, k=15))
    best = naive_cover(table, k)
    assert table[:, found].max(axis=1).sum() > 0.98 * table[:, best].max(axis=1).sum()


@pytest.mark.parametrize("method", [FacilityLocation(k=6), Coverage(k=6, min_similarity=0.95)])
def test_a_crowd_of_near_duplicates_gets_one_place(method):
    """Two hundred records within 8 degrees, far more than their lists hold, and five others."""
    vectors = on_circle(*np.linspace(0, 8, 200), 60, 110, 160, 210, 260)
    rows = select(method, inputs_of(vectors, k=10)).tolist()
    assert sum(row < 200 for row in rows) == 1


@pytest.mark.parametrize("method", [FacilityLocation, Coverage])
def test_copies_weigh_together_and_come_last(method):
    vectors = on_circle(0, 90, 90, 90, 90, 180)
    rows = select(method(k=6), inputs_of(vectors, k=2)).tolist()
    assert rows[0] == 1
    assert sorted(rows[:3]) == [0, 1, 5]
    assert rows[3:] == [2, 3, 4]


def test_facility_location_takes_the_best_copy():
    quality = np.array([1.0, 2, 9, 3])
    inputs = inputs_of(on_circle(0, 90, 90, 90), quality=quality)
    assert select(FacilityLocation(k=1, quality_weight=1), inputs).tolist() == [2]


def test_neighbors_are_sought_again_where_few_candidates_are_left():
    vectors = clumps(400)
    few = np.arange(0, 400, 8)
    alone = select(FacilityLocation(k=10), inputs_of(vectors[few], k=50))
    among = select(FacilityLocation(k=10), inputs_of(vectors, k=50, candidates=few))
    assert among.tolist() == few[alone].tolist()


@pytest.mark.parametrize("n", [1, 2, 30, 120])
@pytest.mark.parametrize("least", [0.2, 0.7, 1.0])
def test_coverage_at_a_similarity_is_greedy_maximum_coverage(n, least):
    vectors = clumps(n)
    rows = select(Coverage(k=n // 2 + 1, min_similarity=least), inputs_of(vectors, k=n))
    near = (table_of(vectors) >= least - 1e-6).astype(float)
    assert rows.tolist() == naive_cover(near, n // 2 + 1)


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_coverage_finds_the_similarity_that_the_share_allows(share):
    vectors = clumps(150)
    low, high = 0.0, 1.0
    for _ in range(10):
        near = (table_of(vectors) >= (low + high) / 2 - 1e-6).astype(float)
        enough = near[:, naive_cover(near, 15)].max(axis=1).mean() >= share - 1e-9
        low, high = ((low + high) / 2, high) if enough else (low, (low + high) / 2)
    rows = select(Coverage(k=15, share=share), inputs_of(vectors, k=150))
    fixed = select(Coverage(k=15, min_similarity=low), inputs_of(vectors, k=150))
    assert low > 0.3
    assert rows.tolist() == fixed.tolist()
    assert np.mean(table_of(vectors)[:, rows].max(axis=1) >= low - 1e-6) >= share


def test_coverage_without_k_ends_when_the_share_is_represented():
    vectors = on_circle(0, 5, 10, 90, 95, 180, 270)
    inputs = inputs_of(vectors)
    assert select(Coverage(None, 0.7, 0.95), inputs).tolist() == [0, 3]
    assert select(Coverage(None, 1.0, 0.95), inputs).tolist() == [0, 3, 5, 6]
    with pytest.raises(ValueError, match="k, the number of records to choose, is needed"):
        Coverage(None, 0.7)


def test_each_record_is_represented_by_the_chosen_one_most_like_it():
    vectors = on_circle(0, 10, 50, 90)
    by, similarities = represented(vectors, np.array([3, 0]), np.arange(4))
    assert by.tolist() == [1, 1, 0, 0]
    assert similarities == pytest.approx(np.cos(np.radians([0, 10, 40, 0])))


@pytest.mark.parametrize("reference", [False, True])
def test_herding_is_the_published_walk(reference):
    vectors = clumps(90)
    other = clumps(40, seed=1) if reference else None
    rows = select(Herding(k=90), inputs_of(vectors, reference=other))
    target = (other if reference else vectors).astype(float).mean(axis=0)
    w, expected = target.copy(), []
    while len(expected) < 90:
        free = [row for row in range(90) if row not in expected]
        expected.append(most(vectors.astype(float) @ w, free))
        w += target - vectors[expected[-1]]
    assert rows.tolist() == expected


def test_herding_keeps_the_mean_better_than_chance():
    vectors = clumps(500)
    rows = select(Herding(k=30), inputs_of(vectors))
    off = [
        np.linalg.norm(vectors[r].mean(axis=0) - vectors.mean(axis=0)) for r in (rows, range(30))
    ]
    assert off[0] < 0.3 * off[1]


def test_herding_refuses_a_reference_of_another_kind():
    for reference in (np.ones((3, 5), np.float32), np.ones((0, 2), np.float32)):
        with pytest.raises(ValueError, match="reference"):
            select(Herding(k=1), inputs_of(on_circle(0, 1), reference=reference))


def naive_threshold(vectors, order, most_similar):
    kept = []
    for row in order:
        if all(
            vectors[row].astype(float) @ vectors[other] <= most_similar + 1e-6 for other in kept
        ):
            kept.append(row)
    return kept


@pytest.mark.parametrize("most_similar", [0.0, 0.6, 0.9])
def test_threshold_keeps_what_is_unlike_every_better_one_kept(most_similar):
    vectors = clumps(1300)
    quality = np.arange(1300) * 7919 % 1300 % 40.0
    method = Threshold(None, most_similar)
    rows = select(method, inputs_of(vectors, quality=quality))
    order = sorted(range(1300), key=lambda row: (-quality[row], row))
    assert rows.tolist() == naive_threshold(vectors, order, most_similar)


def test_threshold_goes_on_with_those_least_like_the_chosen():
    vectors = on_circle(0, 4, 90, 10, 170)
    rows = select(Threshold(k=5, max_similarity=0.9), inputs_of(vectors))
    assert rows.tolist() == [0, 2, 4, 3, 1]


def texts_of(*texts, **fields):
    return Inputs(len(texts), texts=texts, **fields)


def test_compression_prefers_what_it_has_not_read():
    said = "the tide came in slowly over the wide grey sand"
    rows = select(Compression(k=4), texts_of(said, said + " again", said, "mud, zinc & quartz!"))
    assert rows[-1] == 2
    assert 3 in rows[:2]


def test_compression_counts_what_a_text_adds():
    """Deflate alone adds the same: the difference of two sizes, blocks ended in between."""
    text = b"a lamp, a lamp, a lamp and a chair"
    alone, again = added(b"", [text])[0], added(text, [text])[0]
    assert again < 12 < alone <= len(text)


@pytest.mark.parametrize("far", [False, True])
def test_compression_remembers_what_it_chose_long_ago(far):
    """Near-copies of texts that have left the window of 32 KB are still known for what they are."""
    generator = np.random.default_rng(0)
    words = ["".join(generator.choice(list("abcdefghij"), 7)) for _ in range(4000)]
    fresh = [" ".join(generator.choice(words, 60)) for _ in range(300 if far else 30)]
    echoes = [text + " indeed" for text in fresh]
    rows = select(Compression(k=len(fresh)), texts_of(*fresh, *echoes))
    assert len({row % len(fresh) for row in rows.tolist()}) > 0.95 * len(fresh)


def test_compression_does_not_favour_short_texts():
    generator = np.random.default_rng(0)
    words = ["".join(generator.choice(list("abcdefghijklm"), 6)) for _ in range(5000)]
    lengths = generator.integers(3, 80, 400)
    texts = [" ".join(generator.choice(words, length)) for length in lengths]
    chosen = lengths[select(Compression(k=100), texts_of(*texts))]
    assert 0.75 * lengths.mean() < chosen.mean() < 1.25 * lengths.mean()


def test_many_repeats_in_the_lists_need_no_new_search(monkeypatch):
    """A list that holds two copies is one short, and that is no reason to look at all pairs."""
    from diversity.selection import graph

    vectors = clumps(300)
    repeated = np.concatenate([vectors, vectors[:150]])
    inputs = inputs_of(repeated, k=20)
    monkeypatch.setattr(graph, "nearest_steps", None)
    rows = select(FacilityLocation(k=40), inputs)
    assert len({row % 300 for row in rows.tolist()}) == 40
