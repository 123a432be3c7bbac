import numpy as np
import pandas as pd
import pytest

from diversity.analysis import Settings, analyze
from diversity.clustering import KMeans
from diversity.dataset import from_frame
from diversity.filters import Context, spread
from diversity.profiles import centres, excesses, profile, shares

EAST, NORTH_EAST, NORTH = (1.0, 0.0), (0.8, 0.6), (0.0, 1.0)


@pytest.fixture
def analysis():
    """Three groups of directions: two near to each other, one far off."""
    middles = [EAST] * 6 + [NORTH_EAST] * 5 + [NORTH] * 4
    noise = np.random.default_rng(0).normal(scale=0.01, size=(len(middles), 2))
    records = pd.DataFrame(
        {
            "text": [f"text {n} about {n % 3}" for n in range(len(middles))],
            "prompt": ["a"] * 6 + ["b"] * 9,
        }
    )
    settings = Settings(embedder="hashing", clustering=KMeans(3))
    vectors = (np.array(middles) + noise).astype(np.float32)
    return analyze(from_frame(records, "text"), settings, vectors=vectors)


def test_the_rows_are_those_of_the_cluster(analysis):
    assert profile(analysis, 0).rows.tolist() == [0, 1, 2, 3, 4, 5]


def test_the_nearest_cluster_comes_first_with_the_cosine_of_the_centres(analysis):
    (first, similarity), (second, _) = profile(analysis, 0).nearest
    assert similarity == pytest.approx(0.8, abs=0.02)
    assert {first, second} == {1, 2}
    assert analysis.clustering.labels[6] == first


def test_centres_are_mean_directions(analysis):
    rows = analysis.clustering.labels == 2
    mean = analysis.embeddings.vectors[rows].mean(axis=0)
    assert centres(analysis)[2] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_shares_count_only_the_records_within(analysis):
    within = np.ones(len(analysis), bool)
    within[:3] = False
    groups = analysis.dataset.groups("prompt")
    assert shares(profile(analysis, 0), groups, within) == {"a": 1.0, "b": 0.0}
    within[:6] = False
    assert shares(profile(analysis, 0), groups, within) == {"b": 0.0}


def test_central_and_atypical_records_are_members(analysis):
    found = profile(analysis, 1)
    assert {*found.central.tolist(), *found.atypical.tolist()} <= {*found.rows.tolist()}


@pytest.mark.parametrize("label", [-1, 3])
def test_a_cluster_that_is_not_there_is_an_argument_error(analysis, label):
    with pytest.raises(ValueError, match="label must be in"):
        profile(analysis, label)


def test_what_a_cluster_has_more_of_is_found_and_chance_is_not():
    colors = ["red"] * 100 + ["blue"] * 100 + [None] * 50
    parity = [i % 2 for i in range(250)]
    records = pd.DataFrame({"color": pd.Series(colors, dtype="str"), "parity": parity})
    context = Context(records, pd.Series(["x"] * 250, dtype="str"))
    ones, mask = np.arange(60), np.arange(0, 250, 4)
    assert excesses(spread(context, "color"), ones) == [("red", 1.0, 0.4)]
    assert excesses(spread(context, "color"), mask) == []
    assert excesses(spread(context, "parity"), ones) == []
    assert excesses(spread(context, "parity"), mask) == [(0, 1.0, 0.5)]
    assert excesses(spread(context, "color"), np.arange(200, 250)) == []
    assert excesses(spread(context, "color"), np.empty(0, np.int64)) == []
