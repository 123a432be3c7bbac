import numpy as np
import pytest

from diversity.embedders import load_embedder
from diversity.embedders.hashing import HashingEmbedder
from diversity.embedding import BATCH, embed, embed_steps, given
from diversity.errors import EmbeddingError, ModelUnavailableError
from diversity.store import Store


class CountingEmbedder(HashingEmbedder):
    """Remembers how many texts it was given."""

    seen = 0

    def encode(self, texts):
        type(self).seen += len(texts)
        return super().encode(texts)


@pytest.fixture
def counting():
    CountingEmbedder.seen = 0
    return CountingEmbedder()


def test_the_order_of_texts_is_the_order_of_vectors():
    texts = ["a long text about rivers", "tea", "a long text about rivers", "bread and butter"]
    embeddings = embed(texts, HashingEmbedder())
    assert np.array_equal(
        embeddings.vectors,
        HashingEmbedder().encode(texts)
        / np.linalg.norm(HashingEmbedder().encode(texts), axis=1, keepdims=True).astype(np.float32),
    )


def test_vectors_have_unit_length_and_are_read_only():
    vectors = embed(["one", "two words"], HashingEmbedder()).vectors
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    with pytest.raises(ValueError, match="read-only"):
        vectors[0, 0] = 1


def test_a_repeated_text_is_embedded_once(counting):
    embed(["tea", "tea", "bread"], counting)
    assert counting.seen == 2


def test_a_text_is_embedded_once_ever(counting, tmp_path):
    embed(["tea", "bread"], counting, Store(tmp_path))
    again = embed(["bread", "milk"], counting, Store(tmp_path))
    assert counting.seen == 3
    assert np.array_equal(again.vectors, embed(["bread", "milk"], HashingEmbedder()).vectors)


def test_stopping_half_way_keeps_the_finished_batches(counting, tmp_path):
    texts = [f"text number {number}" for number in range(BATCH + 10)]
    steps = embed_steps(texts, counting, Store(tmp_path))
    next(steps)
    next(steps)
    steps.close()
    embed(texts, counting, Store(tmp_path))
    assert counting.seen == len(texts)


def test_progress_counts_only_what_is_new(counting, tmp_path):
    embed(["tea", "bread"], counting, Store(tmp_path))
    reports = list(embed_steps(["tea", "bread", "milk"], counting, Store(tmp_path)))
    assert [(report.done, report.total) for report in reports] == [(0, 1), (1, 1)]


def test_equal_embeddings_have_equal_fingerprints():
    one, same, other = (embed([text], HashingEmbedder()) for text in ("tea", "tea", "bread"))
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_given_vectors_are_scaled_to_unit_length():
    assert given(np.array([[3.0, 4.0]]), "column v").vectors.tolist() == [
        [pytest.approx(0.6), pytest.approx(0.8)]
    ]


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_a_vector_without_direction_is_named_by_its_row(bad):
    with pytest.raises(EmbeddingError, match="row 2 is zero or not finite"):
        given(np.array([[1.0, 1.0], [bad, bad]]), "column v")


def test_an_unknown_model_is_a_clear_error():
    with pytest.raises(ModelUnavailableError, match="nobody/nothing"):
        embed(["tea"], load_embedder("nobody/nothing"))


def test_wordless_texts_have_a_vector_too():
    assert np.linalg.norm(embed(["!!!", ""], HashingEmbedder()).vectors, axis=1).tolist() == [1, 1]
