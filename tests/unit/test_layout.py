import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from diversity.layout import fuzzy_graph, lay_out, principal_axes
from diversity.neighbors import Neighbors, nearest
from diversity.progress import finish


def random_unit(n_records, n_dimensions=8, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n_records, n_dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def place(neighbors, start, **changes):
    choices = {"n_neighbors": 15, "min_dist": 0.1, "random_state": 0, "stage": "map"} | changes
    return finish(lay_out(neighbors, start, **choices))


def test_strengths_of_a_row_sum_to_the_log_of_its_neighborhood():
    """Two neighbors: the nearer has strength 1, the farther log2(3) - 1."""
    similarities = np.array([[0.9, 0.5], [0.9, 0.4], [0.5, 0.4]], np.float32)
    indices = np.array([[1, 2], [0, 2], [0, 1]], np.int32)
    known = Neighbors(indices, similarities, exact=True, recall=1.0)
    graph = fuzzy_graph(known, 3).toarray()
    weak = np.log2(3) - 1
    assert graph[0, 1] == pytest.approx(1)
    assert graph[0, 2] == pytest.approx(1)
    assert graph[1, 2] == pytest.approx(2 * weak - weak**2, abs=1e-4)


def test_the_graph_is_symmetric_and_within_bounds():
    graph = fuzzy_graph(nearest(random_unit(100), 14), 15)
    assert graph.toarray() == pytest.approx(graph.toarray().T)
    assert graph.data.min() > 0
    assert graph.data.max() <= 1
    assert not graph.diagonal().any()


def test_coinciding_neighbors_are_joined_at_full_strength():
    vectors = np.repeat(random_unit(5), 4, axis=0)
    graph = fuzzy_graph(nearest(vectors, 6), 7).toarray()
    assert graph[0, 1:4] == pytest.approx([1, 1, 1])


def test_the_layout_keeps_neighborhoods_as_well_as_umap_learn_alone():
    umap = pytest.importorskip("umap")

    vectors = random_unit(300, n_dimensions=4)
    ours = place(nearest(vectors, 14), principal_axes(vectors, 2))
    theirs = umap.UMAP(n_neighbors=15, random_state=0, n_jobs=1).fit_transform(vectors)
    assert trustworthiness(vectors, ours) > trustworthiness(vectors, theirs) - 0.02


def test_a_layout_repeats_itself_for_a_random_state_and_differs_for_another():
    vectors = random_unit(60)
    known, start = nearest(vectors, 9), principal_axes(vectors, 2)
    assert (place(known, start) == place(known, start)).all()
    assert (place(known, start) != place(known, start, random_state=1)).any()


def test_a_layout_leaves_its_start_alone_and_reports_its_end():
    vectors = random_unit(30)
    start = principal_axes(vectors, 3)
    before = start.copy()
    steps = lay_out(
        nearest(vectors, 5),
        start,
        n_neighbors=6,
        min_dist=0.0,
        n_epochs=25,
        random_state=0,
        stage="clusters",
    )
    assert [progress.share for progress in steps] == [0, 1]
    assert (start == before).all()


def test_a_smaller_min_dist_draws_neighbors_closer():
    vectors = random_unit(300)
    neighbors = nearest(vectors, 14)
    start = principal_axes(vectors, 2)

    def typical_gap(min_dist):
        places = place(neighbors, start, min_dist=min_dist)
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
