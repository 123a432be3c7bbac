import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from diversity.clustering import Clustering, Hdbscan, KMeans, cluster, cluster_steps
from diversity.neighbors import nearest
from diversity.progress import finish


def blobs(sizes, n_dimensions=16, spread=0.15, seed=0):
    generator = np.random.default_rng(seed)
    centers = generator.normal(size=(len(sizes), n_dimensions))
    blob = np.repeat(np.arange(len(sizes)), sizes)
    rows = centers[blob] + spread * generator.normal(size=(len(blob), n_dimensions))
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), blob


def clustered(vectors, method=None):
    return cluster(vectors, nearest(vectors, 30), method)


METHODS = [Hdbscan(min_cluster_size=10), KMeans(3)]


@pytest.mark.parametrize("method", METHODS, ids=["hdbscan", "kmeans"])
def test_separate_blobs_are_the_clusters_and_the_largest_is_0(method):
    vectors, blob = blobs([30, 60, 45])
    found = clustered(vectors, method)
    assert adjusted_rand_score(blob, found.labels) > 0.97
    assert [found.labels[0], found.labels[30], found.labels[90]] == [2, 0, 1]
    assert found.n_clusters == 3


@pytest.mark.parametrize("method", [Hdbscan(), *METHODS], ids=["default", "hdbscan", "kmeans"])
@pytest.mark.parametrize("n_records", [0, 1, 2, 3, 15, 16])
def test_few_records_are_clustered_without_complaint(method, n_records):
    found = clustered(blobs([n_records])[0], method)
    assert found.labels.shape == found.strengths.shape == (n_records,)
    assert 0 <= found.noise_share <= 1


def test_records_too_few_to_tell_apart_are_one_cluster():
    found = clustered(blobs([6, 6])[0])
    assert found.labels.tolist() == [0] * 12
    assert found.strengths.tolist() == [1] * 12


def test_records_that_are_all_equal_are_one_cluster():
    for method in METHODS:
        found = clustered(np.repeat(blobs([1])[0], 50, axis=0), method)
        assert found.labels.tolist() == [0] * 50


def test_copies_make_no_cluster_and_move_no_border():
    vectors, _ = blobs([40, 40, 40], spread=0.3)
    copied = np.concatenate([vectors, np.repeat(vectors[[0, 41, 99]], 30, axis=0)])
    alone, crowded = (clustered(rows, Hdbscan(min_cluster_size=12)) for rows in (vectors, copied))
    assert adjusted_rand_score(alone.labels, crowded.labels[:120]) == 1
    assert (crowded.labels[120:150] == crowded.labels[0]).all()


def test_copies_count_for_the_order_of_sizes():
    vectors, _ = blobs([30, 40])
    copied = np.concatenate([vectors, np.repeat(vectors[:1], 50, axis=0)])
    assert clustered(copied, Hdbscan(min_cluster_size=10)).labels[0] == 0


def test_records_between_the_clusters_are_noise_of_no_strength():
    vectors, blob = blobs([60] * 8, spread=1.3)
    found = clustered(vectors, Hdbscan(min_cluster_size=10))
    noise = found.labels == -1
    assert 0.05 < found.noise_share < 0.5
    assert found.noise_share == pytest.approx(noise.mean())
    assert (found.strengths[noise] == 0).all()
    assert adjusted_rand_score(blob[~noise], found.labels[~noise]) > 0.5


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
    st.sampled_from([Hdbscan(), Hdbscan(min_cluster_size=5, min_samples=1), KMeans(4)]),
)
def test_labels_are_numbered_by_size_without_gaps_and_strengths_are_shares(sizes, method):
    found = clustered(blobs(sizes)[0], method)
    counts = np.bincount(found.labels[found.labels >= 0], minlength=found.n_clusters)
    assert (np.diff(counts) <= 0).all()
    assert (counts > 0).all()
    assert ((found.strengths >= 0) & (found.strengths <= 1)).all()


def test_a_cluster_holds_at_least_the_size_asked_for():
    vectors, _ = blobs([12] * 10, spread=0.25)
    for least in (5, 20):
        found = clustered(vectors, Hdbscan(min_cluster_size=least))
        counts = np.bincount(found.labels[found.labels >= 0])
        assert (counts >= least).all()


def test_a_clustering_repeats_itself_for_a_random_state():
    vectors, _ = blobs([25] * 6, spread=0.5)
    for method in (Hdbscan(random_state=3), KMeans(5, random_state=3)):
        one, two = clustered(vectors, method), clustered(vectors, method)
        assert (one.labels == two.labels).all()
        assert (one.strengths == two.strengths).all()


def test_strength_falls_towards_the_border_between_two_means():
    angles = np.radians([0, 5, 40, 85, 90])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = clustered(vectors, KMeans(2))
    assert found.labels.tolist() == [0, 0, 0, 1, 1]
    assert found.strengths[2] == found.strengths.min()


def test_a_clustering_without_records_has_no_noise():
    empty = Clustering(np.empty(0, np.int32), np.empty(0, np.float32), Hdbscan())
    assert empty.n_clusters == 0
    assert empty.noise_share == 0


def test_results_are_read_only_and_work_is_reported():
    vectors, _ = blobs([20, 20])
    reports = []
    found = finish(cluster_steps(vectors, nearest(vectors)), reports.append)
    assert reports[-1].done == reports[-1].total
    with pytest.raises(ValueError, match="read-only"):
        found.labels[0] = 3
