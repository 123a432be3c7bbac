import math

import numpy as np
import pytest

from diversity.scores import score


def values(labels):
    labels = np.array(labels, dtype=np.int32)
    return score([""] * len(labels), labels=labels)


def test_hill_numbers_are_worked_by_hand():
    scores = values([0, 0, 1, 1, 2])
    assert scores["hill_0"].value == 3
    entropy = -(0.8 * math.log(0.4) + 0.2 * math.log(0.2))
    assert scores["hill_1"].value == pytest.approx(math.exp(entropy), rel=1e-12)
    assert scores["hill_2"].value == pytest.approx(5 * 4 / (2 + 2), rel=1e-12)
    assert scores["coverage"].value == pytest.approx(1 - 1 / 5, rel=1e-12)


def test_noise_is_left_out_and_counted():
    with_noise, without = values([0, 0, 1, -1, -1, -1]), values([0, 0, 1])
    for name in ("hill_0", "hill_1", "hill_2", "coverage"):
        assert with_noise[name].value == without[name].value
        assert with_noise[name].n_records == 3
        assert with_noise[name].parameters["n_noise"] == 3


def test_one_group_is_one_of_every_order():
    scores = values([7] * 40)
    assert [scores[f"hill_{q}"].value for q in (0, 1, 2)] == [1, 1, 1]
    assert scores["coverage"].value == 1


def test_noise_alone_is_no_group():
    scores = values([-1] * 40)
    assert scores["hill_1"].value is None
    assert scores["hill_1"].reason == "no record is in a group"


def test_groups_of_one_leave_order_two_undefined():
    scores = values(range(40))
    assert scores["hill_2"].value is None
    assert scores["hill_2"].reason == "no two records share a group"
    assert scores["coverage"].value == 0


def test_order_two_expects_the_same_of_few_records_as_of_many():
    generator = np.random.default_rng(0)
    shares = 1 / np.arange(1, 21)
    shares /= shares.sum()
    drawn = generator.choice(20, (400, 30), p=shares)
    chance = np.mean([1 / values(row)["hill_2"].value for row in drawn])
    assert chance == pytest.approx(shares @ shares, rel=0.03)


def test_labels_below_noise_are_refused():
    with pytest.raises(ValueError, match="-2"):
        values([0, -2])
