"""The selectors choose what kept implementations of the same papers chose."""

import json
from pathlib import Path

import numpy as np
import pytest

from diversity.neighbors import nearest
from diversity.selection import FacilityLocation, Inputs, Threshold, select

CASES = json.loads((Path(__file__).parent / "metric_cases.json").read_text())["cases"]
PUBLISHED = CASES["S_selection"]["reference"]
APRICOT = "apricot 0.6.1 FacilityLocation(6, precomputed max(cos,0), naive)"


@pytest.fixture(scope="module")
def inputs():
    rows = np.array(CASES["P_two_sample"]["real"])
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return Inputs(len(vectors), vectors=vectors, neighbors=nearest(vectors, len(vectors)))


def test_facility_location_ranks_as_apricot_does(inputs):
    rows = select(FacilityLocation(k=6), inputs)
    assert rows.tolist() == PUBLISHED[APRICOT]["ranking"]


@pytest.mark.parametrize("most_similar", [0.5, 0.9])
def test_threshold_keeps_what_deitas_filter_keeps(inputs, most_similar):
    name = f"DEITA IterativeFilter threshold={most_similar} batch_size=1 (rows in given order)"
    rows = select(Threshold(None, most_similar), inputs)
    assert rows.tolist() == PUBLISHED[name]
