import json
from pathlib import Path

import numpy as np
import pytest

from diversity.errors import TooFewRecordsError
from diversity.scores import reference

CASES = json.loads((Path(__file__).parents[1] / "conformance/metric_cases.json").read_text())[
    "cases"
]


def cloud(n, d=8, seed=0, shift=0.0):
    found = np.random.default_rng(seed).standard_normal((n, d)) + shift
    return found.astype(np.float32)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_reach_is_that_of_the_reference_implementation(k):
    case = CASES["P_two_sample"]
    found = reference.reach(np.array(case["real"]), np.array(case["fake"]), k)
    expected = case["reference"]["prdc_0.2"][f"nearest_k={k}"]
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected)


def test_a_set_reaches_itself():
    found = reference.reach(cloud(40), cloud(40))
    assert (found.precision, found.recall, found.coverage) == (1, 1, 1)


def test_where_all_records_coincide_all_is_reached():
    ones = np.ones((9, 3), np.float32)
    assert reference.reach(ones, ones).coverage == 1


def test_sets_far_apart_do_not_reach_each_other():
    found = reference.reach(cloud(30), cloud(30, seed=1, shift=50))
    assert (found.precision, found.recall, found.density, found.coverage) == (0, 0, 0, 0)
    assert not found.covered.any()


def test_a_mode_that_is_missing_is_seen_in_coverage_and_not_in_precision():
    both = np.concatenate([cloud(100), cloud(100, seed=1, shift=9)])
    found = reference.reach(both, cloud(200, seed=2))
    assert found.precision > 0.9
    assert found.coverage < 0.6
    assert found.covered[:100].mean() > 0.9
    assert not found.covered[100:].any()


@pytest.mark.parametrize(("n", "m", "named"), [(5, 40, "reference"), (40, 5, "sample")])
def test_a_set_smaller_than_k_is_said(n, m, named):
    with pytest.raises(TooFewRecordsError, match=f"The {named} has 5 records"):
        reference.reach(cloud(n), cloud(m))


def test_mauve_of_shares_is_that_of_the_reference_implementation():
    found = reference.mauve_of_shares(np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5]))
    assert found == pytest.approx(0.8214099836116461, abs=1e-12)


def test_mauve_is_one_for_a_set_against_itself_and_little_for_sets_apart():
    assert reference.mauve(cloud(300), cloud(300)) == 1
    assert reference.mauve(cloud(300), cloud(300, seed=1)) > 0.9
    assert reference.mauve(cloud(300), cloud(300, seed=1, shift=9)) < 0.1


def mmd_by_hand(x, y):
    both = np.concatenate([x, y]).astype(float)
    squared = ((both[:, None] - both[None]) ** 2).sum(axis=2)
    kernel = np.exp(-squared / np.median(squared[np.triu_indices(len(both), 1)]))
    n, m = len(x), len(y)
    inner = (kernel[:n, :n].sum() - n) / (n * (n - 1)) + (kernel[n:, n:].sum() - m) / (m * (m - 1))
    return inner - 2 * kernel[:n, n:].mean()


def test_mmd_is_that_of_its_definition():
    x, y = cloud(40), cloud(25, seed=1, shift=0.3)
    assert reference.mmd(x, y)[0] == pytest.approx(mmd_by_hand(x, y), abs=1e-5)


def test_mmd_finds_a_shift_and_nothing_where_there_is_none():
    assert reference.mmd(cloud(80), cloud(80, seed=1, shift=0.5))[1] < 0.01
    p = [reference.mmd(cloud(30, seed=s), cloud(30, seed=99 + s), 99)[1] for s in range(60)]
    assert 0.2 < np.mean(np.array(p) <= 0.5) < 0.8


def test_separability_is_a_half_for_one_distribution_and_one_for_two():
    area, (low, high) = reference.separability(cloud(300), cloud(300, seed=1))
    assert low <= 0.5 <= high
    assert reference.separability(cloud(200), cloud(200, seed=1, shift=5))[0] == 1
    assert low < area < high


def test_copies_do_not_help_to_tell_sets_apart():
    x, y = cloud(30, d=60), cloud(30, d=60, seed=1)
    twice = [np.concatenate([part, part]) for part in (x, y)]
    units = np.concatenate([np.arange(30), np.arange(30), 30 + np.arange(30), 30 + np.arange(30)])
    assert reference.separability(*twice)[0] > 0.8
    assert reference.separability(*twice, units)[0] < 0.7


def test_two_records_cannot_be_told_apart_by_a_classifier():
    with pytest.raises(TooFewRecordsError):
        reference.separability(cloud(1), cloud(1, seed=1))
