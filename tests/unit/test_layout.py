import numpy as np
import pytest

from diversity.layout import FuzzyGraph, fuzzy_graph, lay_out, principal_axes
from diversity.neighbors import Neighbors, nearest
from diversity.progress import finish


def random_unit(n_records, n_dimensions=8, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n_records, n_dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def dense(graph):
    table = np.zeros((graph.n_records, graph.n_records))
    table[graph.heads, graph.tails] = graph.weights
    return table


def place(graph, start, **changes):
    choices = {"min_dist": 0.1, "n_epochs": 100, "random_state": 0, "stage": "map"} | changes
    return finish(lay_out(graph, start, **choices))


def test_strengths_of_a_row_sum_to_the_log_of_its_neighborhood():
    """Two neighbors: the nearer has strength 1, the farther log2(3) - 1."""
    similarities = np.array([[0.9, 0.5], [0.9, 0.4], [0.5, 0.4]], np.float32)
    indices = np.array([[1, 2], [0, 2], [0, 1]], np.int32)
    graph = dense(fuzzy_graph(Neighbors(indices, similarities, exact=True, recall=1.0), 3))
    weak = np.log2(3) - 1
    assert graph[0, 1] == pytest.approx(1)
    assert graph[0, 2] == pytest.approx(1)
    assert graph[1, 2] == pytest.approx(2 * weak - weak**2, abs=1e-4)


@pytest.mark.slow
def test_the_graph_is_that_of_umap_learn():
    umap_ = pytest.importorskip("umap.umap_")
    vectors = random_unit(200)
    neighbors = nearest(vectors, 14)
    itself = np.arange(200)[:, None]
    chord = np.sqrt(np.maximum(0, 2 - 2 * neighbors.similarities))
    theirs, _, _ = umap_.fuzzy_simplicial_set(
        vectors,
        15,
        np.random.RandomState(0),
        "euclidean",
        knn_indices=np.hstack([itself, neighbors.indices]),
        knn_dists=np.hstack([np.zeros((200, 1), np.float32), chord]),
    )
    assert dense(fuzzy_graph(neighbors, 15)) == pytest.approx(theirs.toarray(), abs=1e-4)


def test_the_graph_is_symmetric_and_within_bounds():
    graph = fuzzy_graph(nearest(random_unit(100), 14), 15)
    table = dense(graph)
    assert table == pytest.approx(table.T)
    assert graph.weights.min() > 0
    assert graph.weights.max() <= 1
    assert not table.diagonal().any()


def test_coinciding_neighbors_are_joined_at_full_strength():
    vectors = np.repeat(random_unit(5), 4, axis=0)
    graph = dense(fuzzy_graph(nearest(vectors, 6), 7))
    assert graph[0, 1:4] == pytest.approx([1, 1, 1])


def test_linked_records_end_nearer_than_strangers():
    pairs = np.arange(40).reshape(-1, 2)
    heads = np.concatenate([pairs[:, 0], pairs[:, 1]]).astype(np.int32)
    tails = np.concatenate([pairs[:, 1], pairs[:, 0]]).astype(np.int32)
    graph = FuzzyGraph(heads, tails, np.ones(40, np.float32), 40)
    places = place(graph, np.random.default_rng(0).random((40, 2)).astype(np.float32))
    distances = np.linalg.norm(places[:, None] - places, axis=2)
    linked = distances[pairs[:, 0], pairs[:, 1]]
    np.fill_diagonal(distances, np.inf)
    assert (linked == distances.min(axis=1)[pairs[:, 0]]).mean() > 0.9


def test_a_layout_repeats_itself_for_a_random_state_and_differs_for_another():
    vectors = random_unit(60)
    graph, start = fuzzy_graph(nearest(vectors, 9), 10), principal_axes(vectors, 2)
    assert (place(graph, start) == place(graph, start)).all()
    assert (place(graph, start) != place(graph, start, random_state=1)).any()


def test_a_layout_leaves_its_start_alone_and_reports_every_ten_epochs():
    vectors = random_unit(30)
    start = principal_axes(vectors, 3)
    before = start.copy()
    steps = lay_out(
        fuzzy_graph(nearest(vectors, 5), 6),
        start,
        min_dist=0.0,
        n_epochs=25,
        random_state=0,
        stage="clusters",
    )
    assert [progress.done for progress in steps] == [10, 20, 25]
    assert (start == before).all()


def test_a_smaller_min_dist_draws_neighbors_closer():
    vectors = random_unit(300)
    neighbors = nearest(vectors, 14)
    graph, start = fuzzy_graph(neighbors, 15), principal_axes(vectors, 2)

    def typical_gap(min_dist):
        places = place(graph, start, min_dist=min_dist)
        return np.median(np.linalg.norm(places - places[neighbors.indices[:, 0]], axis=1))

    assert typical_gap(0.0) < typical_gap(0.8)


def test_principal_axes_are_those_of_a_singular_value_decomposition():
    rows = random_unit(50)
    centered = rows - rows.mean(axis=0)
    left, size, _ = np.linalg.svd(centered, full_matrices=False)
    assert np.abs(principal_axes(rows, 3)) == pytest.approx(
        np.abs(left[:, :3] * size[:3]), abs=1e-4
    )


def test_principal_axes_are_padded_with_zeros():
    assert principal_axes(random_unit(5, n_dimensions=1), 2)[:, 1].tolist() == [0] * 5
    assert principal_axes(np.empty((0, 4), np.float32), 2).shape == (0, 2)
