from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from diversity.errors import FilterError
from diversity.filters import Bin, Context, Facet, Filter, Others, Range, facets


def _facets(values, inside=None, top=20, **known):
    series = pd.Series(values)
    context = Context(
        pd.DataFrame({"v": series}), pd.Series(["x"] * len(series), dtype="str"), **known
    )
    mask = np.ones(len(series), dtype=bool) if inside is None else np.array(inside, dtype=bool)
    return facets(context, "v" if not known else "cluster", mask, top)


def test_the_most_frequent_values_come_first_and_the_rest_together():
    values = ["b", "a", "a", "c", None, "d", "a", "c"]
    inside = [1, 1, 0, 1, 1, 0, 0, 0]
    assert _facets(values, inside, top=2) == [
        Facet("a", 3, 1),
        Facet("c", 2, 1),
        Facet(Others(2, ("a", "c")), 2, 1),
        Facet(None, 1, 1),
    ]


def test_a_bar_knows_the_filter_that_picks_it():
    bars = _facets(["b", "a", "a", "c", None], top=2)
    written = [str(bar.predicate("v")) for bar in bars]
    assert written == ['v = "a"', 'v = "b"', 'v not in ("a", "b", null)', "v is null"]
    assert Facet(Bin(0.5, 1.0), 1, 1).predicate("v") == Range("v", 0.5, 1.0, high_open=True)


def test_a_few_numbers_stand_for_themselves_in_order():
    assert _facets([0.7, 0.1, 0.7, np.inf, np.nan]) == [
        Facet(0.1, 1, 1),
        Facet(0.7, 2, 2),
        Facet(np.inf, 1, 1),
        Facet(None, 1, 1),
    ]
    assert _facets(np.array([0.1, 0.7], dtype=np.float32))[0] == Facet(0.1, 1, 1)


def test_many_numbers_fall_into_bins_with_round_edges():
    bars = _facets(np.arange(5, 100), np.arange(5, 100) < 30, top=10)
    assert [bar.value for bar in bars] == [Bin(low, low + 10) for low in range(0, 100, 10)]
    assert [bar.total for bar in bars] == [5] + [10] * 9
    assert [bar.inside for bar in bars] == [5, 10, 10] + [0] * 7
    fine = _facets(np.linspace(0, 0.999, 1000), top=10)
    assert [bar.value for bar in fine][:4] == [
        Bin(0, 0.1),
        Bin(0.1, 0.2),
        Bin(0.2, 0.3),
        Bin(0.3, 0.4),
    ]


def test_the_largest_numbers_there_are_fall_into_a_bin_without_end():
    bars = _facets([-1.7e308, 0.0, 1e308], top=2)
    assert [bar.total for bar in bars] == [1, 2]
    assert bars[-1].predicate("v") == Range("v", low=0.0)


def test_a_largest_number_that_rounds_to_an_edge_is_in_the_bin_above():
    for values in ([0.0, 9.9e-301, 1e-6], np.array([0, 0.1, 0.2, 0.7], dtype=np.float32)):
        column = pd.Series(values)
        context = Context(pd.DataFrame({"v": column}), pd.Series(["x"] * len(column), dtype="str"))
        for bar in _facets(column, top=2):
            assert Filter((bar.predicate("v"),)).mask(context).sum() == bar.total


def test_bins_are_never_finer_than_whole_numbers():
    assert [bar.value for bar in _facets(np.arange(6), top=5)] == [Bin(0, 2), Bin(2, 4), Bin(4, 6)]


@pytest.mark.parametrize(
    ("last", "bins"),
    [
        ("2024-02-01T09", Bin(datetime(2024, 1, 31, 22), datetime(2024, 1, 31, 23))),
        ("2024-02-03T09", Bin(datetime(2024, 1, 31, 18), datetime(2024, 2, 1))),
        ("2024-02-10T09", Bin(date(2024, 1, 31), date(2024, 2, 1))),
        ("2024-03-31T09", Bin(date(2024, 1, 29), date(2024, 2, 5))),
        ("2024-12-31T09", Bin(date(2024, 1, 1), date(2024, 2, 1))),
        ("2026-12-31T09", Bin(date(2024, 1, 1), date(2024, 4, 1))),
        ("2034-12-31T09", Bin(date(2024, 1, 1), date(2025, 1, 1))),
        ("2124-12-31T09", Bin(date(2020, 1, 1), date(2030, 1, 1))),
    ],
)
def test_times_fall_into_bins_of_the_calendar(last, bins):
    times = pd.to_datetime(["2024-01-31T22:30", last], format="ISO8601")
    bars = _facets(times, top=13)
    assert bars[0] == Facet(bins, 1, 1)
    assert bars[-1].total == 1
    assert len(bars) <= 13


def test_clusters_come_by_size_with_noise_at_the_end():
    labels = np.array([2, 0, 2, -1, -1, -1, 7], dtype=np.int32)
    bars = _facets([0] * 7, labels=labels, top=2)
    assert [tuple(bar) for bar in bars] == [
        (2, 2, 2),
        (0, 1, 1),
        (Others(1, (2, 0)), 1, 1),
        (-1, 3, 3),
    ]


def test_the_others_leave_noise_out():
    labels = np.array([2, 0, -1, 7], dtype=np.int32)
    context = Context(
        pd.DataFrame({"v": [0] * 4}), pd.Series(["x"] * 4, dtype="str"), labels=labels
    )
    others = facets(context, "cluster", np.ones(4, dtype=bool), top=2)[2]
    picked = Filter((others.predicate("cluster"),)).mask(context)
    assert picked.tolist() == [False, False, False, True]


def test_categories_nobody_has_get_no_bar():
    values = pd.Categorical(["a", None], categories=["z", "a"])
    assert _facets(values) == [Facet("a", 1, 1), Facet(None, 1, 1)]


def test_a_mixed_column_counts_what_is_written():
    assert _facets(pd.Series([3, "3", 3.0, "x"], dtype=object))[0] == Facet("3", 3, 3)


@pytest.mark.parametrize("dtype", ["int64", "float64", "str", "datetime64[us]", "category", "bool"])
def test_no_records_have_no_bars(dtype):
    assert _facets(pd.Series([], dtype=dtype)) == []


def test_one_bar_is_no_facet():
    with pytest.raises(ValueError, match="2 or more"):
        _facets([1], top=1)


def test_an_unknown_column_is_refused():
    context = Context(pd.DataFrame({"v": [1]}), pd.Series(["x"], dtype="str"))
    with pytest.raises(FilterError, match="no column w"):
        facets(context, "w", np.ones(1, dtype=bool))
