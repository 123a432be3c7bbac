import subprocess
import sys

import numpy as np
import pytest

from diversity.errors import StoreError
from diversity.store import Store
from diversity.vector_cache import KEY_BYTES, VectorCache, distinct, text_keys


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def cache(store):
    return VectorCache(store, "a model")


def test_what_is_saved_is_loaded_again(store):
    store.save("name", {"labels": np.arange(3), "strengths": np.ones(3, np.float32)})
    loaded = store.load("name")
    assert loaded is not None
    assert loaded["labels"].tolist() == [0, 1, 2]
    assert loaded["strengths"].dtype == np.float32


def test_what_was_never_saved_is_none(store):
    assert store.load("nothing") is None


def test_a_broken_artefact_counts_as_none(store):
    store.save("name", {"labels": np.arange(3)})
    path = next((store.folder / "artefacts").iterdir())
    path.write_bytes(path.read_bytes()[:40])
    assert store.load("name") is None


def test_a_store_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="DIVERSITY_HOME"):
        Store(tmp_path / "file").save("name", {"labels": np.arange(3)})


def test_clearing_frees_what_sizes_showed(store, cache):
    store.save("name", {"labels": np.arange(3)})
    cache.append(text_keys(["a"]), np.ones((1, 4), np.float32))
    assert set(store.sizes()) == {"artefacts", "vectors"}
    kept = store.size_bytes()
    assert store.clear() == kept > 0
    assert store.size_bytes() == 0
    assert store.load("name") is None


def test_vectors_come_back_for_the_texts_they_belong_to(cache):
    cache.append(text_keys(["a", "b"]), np.array([[1, 0], [0, 1]], np.float32))
    known, vectors = cache.lookup(text_keys(["b", "c", "a"]))
    assert known.tolist() == [True, False, True]
    assert vectors.tolist() == [[0, 1], [1, 0]]


def test_an_empty_cache_knows_nothing(cache):
    known, vectors = cache.lookup(text_keys(["a"]))
    assert not known.any()
    assert vectors.size == 0


def test_two_models_share_nothing(store, cache):
    cache.append(text_keys(["a"]), np.ones((1, 2), np.float32))
    assert not VectorCache(store, "another model").lookup(text_keys(["a"]))[0].any()


@pytest.mark.parametrize("lost_bytes", [1, 7, KEY_BYTES])
@pytest.mark.parametrize("file", ["keys.bin", "vectors.f32"])
def test_a_torn_tail_costs_one_text_and_no_other(cache, file, lost_bytes):
    cache.append(text_keys(["a", "b"]), np.array([[1, 0, 0, 0], [0, 1, 0, 0]], np.float32))
    path = cache.folder / file
    path.write_bytes(path.read_bytes()[:-lost_bytes])
    cache.append(text_keys(["c"]), np.array([[0, 0, 1, 0]], np.float32))
    known, vectors = cache.lookup(text_keys(["a", "b", "c"]))
    assert known.tolist() == [True, False, True]
    assert vectors.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]


APPEND = """
import sys
import numpy as np
from diversity.store import Store
from diversity.vector_cache import VectorCache, text_keys

cache = VectorCache(Store(sys.argv[1]), "a model")
for number in range(int(sys.argv[2]), int(sys.argv[2]) + 50):
    cache.append(text_keys([str(number)]), np.full((1, 2), number, np.float32))
"""


def test_two_processes_append_at_once_without_harm(store, cache):
    command = [sys.executable, "-c", APPEND, str(store.folder)]
    workers = [subprocess.Popen([*command, start]) for start in ("0", "50")]
    assert [worker.wait() for worker in workers] == [0, 0]
    known, vectors = cache.lookup(text_keys([str(number) for number in range(100)]))
    assert known.all()
    assert vectors[:, 0].tolist() == list(range(100))


def test_equal_texts_are_found_together():
    first, inverse = distinct(text_keys(["b", "a", "b"]))
    assert sorted(first.tolist()) == [0, 1]
    assert inverse[0] == inverse[2] != inverse[1]


def test_lone_surrogates_have_keys_too():
    assert len(text_keys(["\ud800"])) == 1
