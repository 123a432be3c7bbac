import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from diversity.comparison.log_odds import Counts, design_effect, exact_p, log_odds
from diversity.scores.significance import (
    ENOUGH,
    benjamini_hochberg,
    holm,
    interval_of_difference,
    permutation_p,
)

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_p_over_every_deal_of_a_small_pool_is_the_exact_one():
    pool = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 31.0])
    sums = [sum(pool[list(chosen)]) for chosen in itertools.combinations(range(6), 3)]
    steps = 2 * np.array(sums) - pool.sum()
    observed = 2 * pool[[0, 1, 2]].sum() - pool.sum()
    others = np.delete(steps, 0)
    assert permutation_p(observed, others) == (np.abs(steps) >= abs(observed)).sum() / len(steps)


def test_p_of_a_deal_among_its_own_kind_is_uniform():
    random = np.random.default_rng(0)
    found = [permutation_p(*split(random.standard_normal(200))) for _ in range(2_000)]
    for level in (0.05, 0.1, 0.3, 0.5):
        assert np.mean(np.array(found) <= level) == pytest.approx(level, abs=0.035)


def split(values):
    return values[0], values[1:]


def test_p_counts_no_deals_after_the_fiftieth_that_is_as_far():
    assert permutation_p(1.0, np.full(ENOUGH, 2.0)) == 1
    half = np.tile([0.0, 2.0], 500)
    assert permutation_p(1.0, half) == ENOUGH / (2 * ENOUGH)


def test_a_deal_without_a_value_counts_against_the_claim():
    assert permutation_p(5.0, np.array([np.nan, 0.0, 0.0])) == 0.5


def test_no_difference_is_never_significant():
    assert permutation_p(0.0, np.random.default_rng(0).standard_normal(999)) == 1


@given(CHANCES)
def test_holm_is_what_its_definition_says(p):
    order = sorted(range(len(p)), key=lambda i: p[i])
    expected = [0.0] * len(p)
    for place, i in enumerate(order):
        steps = [(len(p) - earlier) * p[order[earlier]] for earlier in range(place + 1)]
        expected[i] = min(1.0, max(steps))
    assert holm(p) == pytest.approx(expected)


@given(CHANCES)
def test_q_values_are_those_of_scipy(p):
    assert benjamini_hochberg(np.array(p)) == pytest.approx(false_discovery_control(p))


@given(st.floats(-5, 5), st.floats(0, 3), st.floats(0, 3), st.floats(-5, 5), st.floats(0, 3))
def test_an_interval_of_a_difference_turns_round_with_its_groups(a, below, above, b, width):
    one, other = (a - below, a + above), (b - width, b + width)
    low, high = interval_of_difference(a, one, b, other)
    assert low <= a - b <= high
    assert interval_of_difference(b, other, a, one) == pytest.approx((-high, -low))


def counts(occurrences, sizes):
    """Count one feature over units by hand."""
    y, e = np.array(occurrences, float), np.array(sizes, float)
    return Counts(np.array([y.sum()]), e.sum(), np.array([y @ y]), np.array([y @ e]), e @ e)


def test_log_odds_of_single_records_are_the_textbook_ones():
    ratio, width, p = log_odds(
        counts([1] * 30 + [0] * 70, [1] * 100), counts([1] * 10 + [0] * 90, [1] * 100)
    )
    expected = np.log(30.5 / 70.8) - np.log(10.5 / 90.8)
    assert ratio[0] == pytest.approx(expected)
    assert width[0] == pytest.approx(
        1.96 * np.sqrt(1 / 30.5 + 1 / 70.8 + 1 / 10.5 + 1 / 90.8), rel=1e-4
    )
    assert p[0] < 0.001


@given(st.integers(1, 60), st.integers(1, 60), st.data())
@settings(deadline=None)
def test_p_of_few_is_twice_the_smaller_tail_of_the_hypergeometric(n_a, n_b, data):
    hits_a, hits_b = data.draw(st.integers(0, n_a)), data.draw(st.integers(0, n_b))
    one, other = (
        counts([1] * y + [0] * (n - y), [1] * n) for y, n in ((hits_a, n_a), (hits_b, n_b))
    )
    among = hypergeom(n_a + n_b, hits_a + hits_b, n_a)
    expected = min(1.0, 2 * min(among.cdf(hits_a), among.sf(hits_a - 1)))
    assert exact_p(one, other, np.array([0]), np.ones(1))[0] == pytest.approx(expected)


def test_one_record_of_a_tiny_group_proves_nothing():
    one, other = counts([1, 0, 0], [1] * 3), counts([1] * 20 + [0] * 1_980, [1] * 2_000)
    assert log_odds(one, other)[2][0] > 0.05


def test_copies_of_one_record_are_one_piece_of_evidence():
    single = counts([1] * 30 + [0] * 70, [1] * 100)
    copies = counts([30] + [0] * 70, [30] + [1] * 70)
    against = counts([0] * 100, [1] * 100)
    assert log_odds(single, against)[2][0] < 0.01
    assert log_odds(copies, against)[2][0] > 0.3
    assert log_odds(single, against)[0] == log_odds(copies, against)[0]


def test_single_records_have_no_design_effect():
    a, b = counts([1, 0, 0, 1], [1] * 4), counts([1, 0], [1] * 2)
    assert design_effect(a, b, (a.found + b.found) / 6)[0] == pytest.approx(1)


def test_log_odds_of_rare_words_that_come_in_bursts_are_calibrated():
    random = np.random.default_rng(3)
    p = []
    for _ in range(1_500):
        bursts = random.negative_binomial(0.3, 0.2, 120)
        sizes = random.integers(20, 60, 120)
        p.append(log_odds(counts(bursts[:60], sizes[:60]), counts(bursts[60:], sizes[60:]))[2][0])
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.075
