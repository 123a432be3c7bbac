import json

import numpy as np
import pandas as pd
import pytest

from diversity import Settings, analyze, compare, score
from diversity.comparison import raw
from diversity.comparison.testing import MEANINGS
from diversity.dataset import from_frame
from diversity.scores import NAMES

WORDS = ("tea", "rain", "bread", "wheat", "glass", "salt", "stars", "chess")
SEE_THE_ORDER = "compression_ratio", "mattr"


@pytest.fixture(scope="module")
def analysis():
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(WORDS, n)) for n in (6,) * 60 + (18,) * 200]
    frame = pd.DataFrame({"text": texts, "arm": ["short"] * 60 + ["long"] * 200})
    return analyze(from_frame(frame, "text"), Settings(embedder="hashing"), with_map=False)


@pytest.fixture(scope="module", params=[False, True], ids=["as they are", "lengths matched"])
def found(analysis, request):
    return compare(analysis, "arm", n_deals=20, match_length=request.param, raw=True)


def test_raw_scores_count_all_records_of_a_group_with_their_whole_texts(analysis, found):
    for group, rows in analysis.dataset.groups("arm").items():
        alone = score(
            [analysis.dataset.texts.iloc[row] for row in rows],
            analysis.embeddings.vectors[rows],
            analysis.clustering.labels[rows],
            mode="exact",
        )
        for name in NAMES:
            ours = found.raw[name][group]
            rel = 0.02 if name in SEE_THE_ORDER else 1e-5
            assert ours.value == pytest.approx(alone[name].value, rel=rel), name
            assert ours.n_records == alone[name].n_records
        share = found.raw["near_duplicate_share"][group].value
        assert share == analysis.duplicates.near_share(rows)


def test_json_holds_raw_scores_of_every_score_or_null(analysis, found):
    said = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert set(said["raw"]) == set(MEANINGS)
    assert set(said["raw"]["hill_1"]) == {"short", "long"}
    assert compare(analysis, "arm", n_deals=20).as_json()["raw"] is None


def test_a_score_of_all_pairs_is_not_taken_of_too_many_records(analysis, monkeypatch):
    monkeypatch.setattr(raw, "MOST_PAIRED", 100)
    found = compare(analysis, "arm", n_deals=20, raw=True)
    assert found.raw["chamfer"]["short"].value is not None
    assert found.raw["chamfer"]["long"].value is None
    assert "too many for 200 records" in found.raw["chamfer"]["long"].reason
    assert found.raw["vendi_2"]["long"].value is not None


def test_labels_are_those_that_cluster_shares_were_counted_from(analysis, found):
    for group, rows in analysis.dataset.groups("arm").items():
        own = found.labels[rows]
        for one in found.clusters:
            assert one.shares[group] == pytest.approx((own == one.label).mean())


def test_anchors_stand_in_the_json(found):
    said = found.as_json()["anchors"]
    assert set(said) == set(NAMES)
    assert said["distinct_2"]["duplicated"] < said["distinct_2"]["mixed"]
