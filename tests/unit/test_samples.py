"""The built-in sample: what it promises is what it holds."""

import numpy as np

from diversity import samples


def test_the_sample_has_four_prompts_of_250_passages_over_50_topics():
    data = samples.load()
    assert len(data) == 1_000
    assert {len(rows) for rows in data.groups("prompt").values()} == {250}
    assert len(data.groups("prompt")) == 4
    one_topic_each = data.records["prompt"] != "multi-topic-styles-persona"
    assert data.records.loc[one_topic_each, "topic"].nunique() == 50
    assert data.report.n_left_out == 0


def test_the_vectors_have_one_unit_row_a_record():
    vectors = samples.vectors()
    assert vectors.shape == (1_000, 384)
    assert vectors.dtype == np.float32
    assert not vectors.flags.writeable
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_vectors_belong_to_the_texts_in_their_order():
    topics = samples.load().records["topic"].str.split(" + ", regex=False).str[0].to_numpy()
    similarities = samples.vectors() @ samples.vectors().T
    np.fill_diagonal(similarities, -1)
    same_topic = topics == topics[similarities.argmax(axis=1)]
    assert same_topic.mean() > 0.8


def test_the_limits_are_stated():
    assert "What it cannot show" in samples.about()
    assert "licence" in samples.about()
