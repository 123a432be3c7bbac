"""What is chosen from, with which parameters: bad input is refused with a reason."""

import numpy as np
import pytest

from diversity.errors import UndefinedScoreError
from diversity.selection import Inputs, KCenter, Random, Stratified, make, notes, select


def test_standing_is_the_share_of_candidates_that_are_no_better():
    inputs = Inputs(5, quality=np.array([3.0, np.nan, 7.0, 3.0, 9.0]), candidates=np.arange(4))
    assert inputs.standing.tolist() == [0.75, 0.25, 1.0, 0.75]
    assert inputs.best_first().tolist() == [2, 0, 3, 1]


def test_infinite_qualities_are_the_best_and_the_worst():
    inputs = Inputs(3, quality=np.array([-np.inf, np.inf, 0]))
    assert inputs.best_first().tolist() == [1, 2, 0]


def test_what_is_odd_about_a_choice_is_said():
    inputs = Inputs(3, quality=np.array([1, np.nan, 2]))
    assert notes(Random(k=2), inputs) == ("1 of 3 records have no quality and count as the worst.",)
    assert "5 records are asked for, and there are 3" in notes(Random(k=5), inputs)[0]
    assert notes(Random(k=3), Inputs(3)) == ()


def test_a_quality_that_nobody_has_is_an_error():
    with pytest.raises(UndefinedScoreError, match="No record to choose from has a quality"):
        Inputs(2, quality=np.array([np.nan, np.nan]))


def test_candidates_are_a_mask_or_rows_in_any_order():
    mask = np.array([True, False, True, True])
    assert Inputs(4, candidates=mask).rows.tolist() == [0, 2, 3]
    assert Inputs(4, candidates=np.array([3, 0, 2, 0])).rows.tolist() == [0, 2, 3]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"candidates": np.array([4])}, "0 to 3"),
        ({"candidates": np.array([-1])}, "0 to 3"),
        ({"candidates": np.array([True])}, "mask of shape"),
        ({"labels": np.zeros(3, int)}, "labels has 3 rows for 4 records"),
        ({"texts": ["one"]}, "texts has 1 rows"),
    ],
)
def test_inputs_that_do_not_fit_the_records_are_refused(fields, said):
    with pytest.raises(ValueError, match=said):
        _ = Inputs(4, **fields).rows


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: make("k_centre", 3), "no selector 'k_centre'"),
        (lambda: make("random", 3, outlier_guard=0.1), "no option 'outlier_guard'"),
        (lambda: Random(k=-1), "k must be a whole number"),
        (lambda: Random(k=2.5), "k must be a whole number"),
        (lambda: Random(k=True), "k must be a whole number"),
        (lambda: KCenter(k=1, outlier_guard=1), "outlier_guard must be a number from 0"),
        (lambda: KCenter(k=1, quality_weight=float("nan")), "quality_weight must be"),
        (lambda: Stratified(k=1, exponent="1"), "exponent must be a number from 0 to 1"),
        (lambda: Random(k=1, random_state=-1), "random_state must be a number from 0 on"),
    ],
)
def test_parameters_out_of_bounds_are_refused(build, said):
    with pytest.raises(ValueError, match=said):
        build()


def test_a_lot_does_not_depend_on_who_else_may_be_chosen():
    everyone = select(Random(k=100), Inputs(100))
    half = select(Random(k=100), Inputs(100, candidates=np.arange(0, 100, 2)))
    assert [row for row in everyone.tolist() if row % 2 == 0] == half.tolist()


def test_random_with_all_the_weight_on_quality_takes_the_best():
    quality = np.array([1.0, 9, 3, 5, np.nan])
    rows = select(Random(k=5, quality_weight=1), Inputs(5, quality=quality))
    assert rows.tolist() == [1, 3, 2, 0, 4]


def test_random_draws_every_record_about_equally_often():
    drawn = [select(Random(k=5, random_state=seed), Inputs(20)) for seed in range(400)]
    counts = np.bincount(np.concatenate(drawn), minlength=20)
    assert 60 < counts.min() <= counts.max() < 140


@pytest.mark.parametrize(
    ("exponent", "k", "shares"),
    [
        (0, 6, [2, 2, 2]),
        (0, 12, [5, 5, 2]),
        (1, 12, [7, 4, 1]),
        (1, 24, [14, 8, 2]),
        (0.5, 10, [5, 3, 2]),
        (0.5, 24, [14, 8, 2]),
    ],
)
def test_places_follow_the_sizes_of_the_groups(exponent, k, shares):
    """Worked by hand: 14, 8 and 2 records; at 0.5 the weights are 3.74, 2.83 and 1.41."""
    labels = np.repeat([0, 1, -1], [14, 8, 2])
    rows = select(Stratified(k, exponent=exponent), Inputs(24, labels=labels))
    assert [int((labels[rows] == label).sum()) for label in (0, 1, -1)] == shares


def test_stratified_hands_out_places_by_websters_method():
    """The published example of the Sainte-Laguë method: 53,000, 24,000 and 23,000 votes."""
    labels = np.repeat([0, 1, 2], [530, 240, 230])
    rows = select(Stratified(k=7, exponent=1.0), Inputs(1000, labels=labels))
    assert np.bincount(labels[rows]).tolist() == [3, 2, 2]


def test_stratified_takes_the_best_of_each_group():
    labels = np.array([0, 0, 0, 1, 1])
    quality = np.array([1.0, 9, 5, 2, 3])
    rows = select(Stratified(k=4, quality_weight=1), Inputs(5, labels=labels, quality=quality))
    assert rows.tolist() == [1, 4, 2, 3]
