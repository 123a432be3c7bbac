import numpy as np
import pytest

from diversity.neighbors import nearest
from diversity.progress import finish
from diversity.projection import Umap, project, project_steps, warm_up


def blobs(n_records, n_blobs=4, n_dimensions=16, seed=0):
    generator = np.random.default_rng(seed)
    centers = generator.normal(size=(n_blobs, n_dimensions))
    blob = np.arange(n_records) % n_blobs
    rows = centers[blob] + 0.15 * generator.normal(size=(n_records, n_dimensions))
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), blob


def mapped(vectors, method=None):
    return project(vectors, nearest(vectors, 30), method).coordinates


def test_records_of_a_blob_have_each_other_for_neighbors_on_the_map():
    vectors, blob = blobs(200)
    places = mapped(vectors)
    distances = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (blob[distances.argmin(axis=1)] == blob).mean() > 0.98


@pytest.mark.slow
def test_the_map_is_as_trustworthy_as_that_of_umap_learn():
    umap = pytest.importorskip("umap")
    from sklearn.manifold import trustworthiness

    vectors, _ = blobs(400, n_blobs=20)
    theirs = umap.UMAP(metric="cosine", random_state=0, n_jobs=1).fit_transform(vectors)
    ours = trustworthiness(vectors, mapped(vectors), metric="cosine")
    assert ours > trustworthiness(vectors, theirs, metric="cosine") - 0.01


@pytest.mark.parametrize("n_records", [0, 1, 2, 3, 15, 16, 17])
def test_few_records_have_a_place_too(n_records):
    places = mapped(blobs(n_records)[0])
    assert places.shape == (n_records, 2)
    assert np.isfinite(places).all()
    assert len(np.unique(places, axis=0)) == n_records


def test_copies_fan_out_around_the_first_and_stay_together():
    vectors, _ = blobs(100)
    copied = np.concatenate([vectors, np.repeat(vectors[:1], 30, axis=0)])
    places = mapped(copied)
    pile = np.linalg.norm(places[100:] - places[0], axis=1)
    assert len(np.unique(places[100:], axis=0)) == 30
    assert pile.max() < 0.12


def test_copies_do_not_move_the_rest_of_the_map():
    vectors, _ = blobs(100)
    copied = np.concatenate([vectors, np.repeat(vectors[:5], 20, axis=0)])
    assert mapped(copied)[:100] == pytest.approx(mapped(vectors), abs=1e-3)


def test_records_that_are_all_equal_make_one_pile():
    places = mapped(np.repeat(blobs(1)[0], 60, axis=0))
    assert np.isfinite(places).all()
    assert np.linalg.norm(places, axis=1).max() < 0.2


def test_a_graph_in_pieces_is_laid_out_whole():
    vectors = np.zeros((80, 8), np.float32)
    vectors[np.arange(80), np.arange(80) // 40] = 1
    vectors[:, 2:] = 0.01 * np.random.default_rng(0).normal(size=(80, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    places = mapped(vectors, Umap(n_neighbors=5))
    between = np.linalg.norm(places[:40].mean(axis=0) - places[40:].mean(axis=0))
    assert np.isfinite(places).all()
    assert between > places[:40].std() + places[40:].std()


def test_the_map_repeats_itself_and_is_read_only():
    vectors, _ = blobs(80)
    assert (mapped(vectors) == mapped(vectors)).all()
    assert (mapped(vectors) != mapped(vectors, Umap(random_state=1))).any()
    with pytest.raises(ValueError, match="read-only"):
        mapped(vectors)[0, 0] = 0


def test_work_is_reported_and_the_method_recorded():
    vectors, _ = blobs(40)
    reports = []
    projection = finish(project_steps(vectors, nearest(vectors)), reports.append)
    assert reports[-1].done == reports[-1].total
    assert projection.method == Umap()


def test_warming_up_leaves_nothing_to_compile():
    from umap.layouts import _nb_optimize_layout_euclidean_single_epoch as epoch

    warm_up()
    compiled = list(epoch.signatures)
    vectors, _ = blobs(40)
    mapped(vectors)
    assert compiled
    assert epoch.signatures == compiled
