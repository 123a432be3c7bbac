import numpy as np
import pandas as pd
import pytest

from diversity import analysis as module
from diversity import samples
from diversity.analysis import Settings, analyze
from diversity.dataset import from_frame
from diversity.store import Store

HASHING = Settings(embedder="hashing")


@pytest.fixture
def dataset():
    subjects = ["tea and milk", "rain over the sea", "a red bicycle", "the price of bread"]
    texts = [f"{subject}, part {part}" for part in range(10) for subject in subjects]
    return from_frame(pd.DataFrame({"text": texts}), "text")


def test_row_i_is_record_i_in_every_part(dataset):
    found = analyze(dataset, HASHING)
    parts = [
        found.embeddings.vectors,
        found.neighbors.indices,
        found.projection.coordinates,
        found.clustering.labels,
        found.duplicates.near,
    ]
    assert {len(part) for part in parts} == {len(dataset)}


def test_every_cluster_has_a_name_of_its_own(dataset):
    found = analyze(dataset, HASHING)
    assert set(found.names) == set(range(found.clustering.n_clusters))
    assert len(set(found.names.values())) == len(found.names)
    assert found.cluster_name(-1) == "noise"


def test_a_second_run_takes_every_costly_stage_from_the_store(dataset, tmp_path, monkeypatch):
    first = analyze(dataset, HASHING, Store(tmp_path))

    def refuse(*arguments, **keywords):
        raise AssertionError("made again what the store holds")

    for stage in ("nearest_steps", "project_steps", "cluster_steps"):
        monkeypatch.setattr(module, stage, refuse)
    second = analyze(dataset, HASHING, Store(tmp_path))
    assert np.array_equal(first.projection.coordinates, second.projection.coordinates)
    assert np.array_equal(first.clustering.labels, second.clustering.labels)
    assert first.fingerprint == second.fingerprint


def test_the_store_changes_no_number(dataset, tmp_path):
    kept, fresh = analyze(dataset, HASHING, Store(tmp_path)), analyze(dataset, HASHING)
    assert np.array_equal(kept.projection.coordinates, fresh.projection.coordinates)


def test_other_settings_are_another_analysis(dataset):
    assert (
        analyze(dataset, HASHING).fingerprint
        != analyze(dataset, Settings(embedder="hashing", min_similarity=0.8)).fingerprint
    )


def test_given_vectors_need_no_model(dataset):
    vectors = np.random.default_rng(0).normal(size=(len(dataset), 8)).astype(np.float32)
    found = analyze(dataset, Settings(embedder="no such model"), vectors=vectors)
    assert np.linalg.norm(found.embeddings.vectors, axis=1) == pytest.approx(1, abs=1e-6)


def test_without_a_map_none_is_made(dataset):
    assert analyze(dataset, HASHING, with_map=False).projection is None


@pytest.mark.parametrize("n_records", [1, 2, 3, 5, 17, 50])
def test_tiny_datasets_have_a_map_too(n_records):
    texts = [f"text number {number} of a few" for number in range(n_records)]
    found = analyze(from_frame(pd.DataFrame({"text": texts}), "text"), HASHING)
    assert np.isfinite(found.projection.coordinates).all()
    assert len(found.clustering.labels) == n_records


def test_a_pile_of_copies_has_a_map_too():
    dataset = from_frame(pd.DataFrame({"text": ["the same"] * 60}), "text")
    found = analyze(dataset, HASHING)
    assert np.isfinite(found.projection.coordinates).all()
    assert found.duplicates.exact_share() == pytest.approx(59 / 60)


def test_the_samples_map_ships_finished():
    """If this fails, run benchmarks/make_sample_stages.py: a stage or its settings have changed."""
    found = analyze(samples.load(), vectors=samples.vectors())
    stages = samples.stages()
    used = {path.stem for path in (stages.folder / "artefacts").iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "nearest_steps", None)
        patch.setattr(module, "project_steps", None)
        patch.setattr(module, "cluster_steps", None)
        again = analyze(samples.load(), vectors=samples.vectors())
    assert len(used) == 3
    assert np.array_equal(found.projection.coordinates, again.projection.coordinates)
