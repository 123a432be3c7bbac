from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from diversity.errors import FilterError
from diversity.filters import NOTHING, Context, Filter, Inside, Like, Near


def _context(column=(), texts=None, **known):
    records = column if isinstance(column, pd.DataFrame) else pd.DataFrame({"v": column})
    texts = ["x"] * len(records) if texts is None else texts
    return Context(records, pd.Series(texts, dtype="str"), **known)


def _rows(text, context):
    return np.flatnonzero(Filter.parse(text).mask(context)).tolist()


NUMBERS = [
    pd.Series([1, 3, 3, 5]),
    pd.Series([1, 3, 3, 5], dtype="uint8"),
    pd.Series([1.0, 3.0, 3.0, 5.0], dtype="float32"),
    pd.Series([1, 3, 3, 5], dtype="Int16"),
    pd.Series([1, 3, 3, 5], dtype="int32[pyarrow]"),
    pd.Series([1, 3, 3, 5], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
    pd.Series([1, 3, 3.0, 5], dtype=object),
    pd.Series([Decimal(1), Decimal(3), Decimal(3), Decimal(5)], dtype=object),
    pd.Series([1, 3, 3, 5], dtype="category"),
]


@pytest.mark.parametrize("numbers", NUMBERS, ids=lambda s: str(s.dtype))
def test_numbers_answer_alike_in_whatever_type_they_are_kept(numbers):
    context = _context(numbers)
    assert _rows("v = 3", context) == [1, 2]
    assert _rows('v = "3"', context) == [1, 2]
    assert _rows("v in (1.0, 5, 7)", context) == [0, 3]
    assert _rows("v = 3.5", context) == []
    assert _rows("v > 1.5", context) == [1, 2, 3]
    assert _rows("3 <= v < 5", context) == [1, 2]
    assert _rows("v = 1e30 or v <= 1e300", context) == [0, 1, 2, 3]


TEXTS = [
    pd.Series(["3", "a", None, ""], dtype="str"),
    pd.Series(["3", "a", None, ""], dtype="string"),
    pd.Series(["3", "a", None, ""], dtype=object),
    pd.Series(["3", "a", None, ""], dtype="category"),
    pd.Series(["3", "a", None, ""], dtype=pd.ArrowDtype(pa.string())),
    pd.Series(["3", "a", None, ""], dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))),
]


@pytest.mark.parametrize("texts", TEXTS, ids=lambda s: str(s.dtype))
def test_texts_answer_alike_in_whatever_type_they_are_kept(texts):
    context = _context(texts)
    assert _rows('v = "a"', context) == [1]
    assert _rows("v = 3", context) == [0]
    assert _rows('v = ""', context) == [3]
    assert _rows("v is null", context) == [2]
    assert _rows('v in ("a", null)', context) == [1, 2]
    assert _rows('v != "a"', context) == [0, 2, 3]
    assert _rows('v contains "A"', context) == [1]
    assert _rows("v matches /^.$/", context) == [0, 1]
    with pytest.raises(FilterError, match="cannot bound it"):
        _rows("v > 2", context)


TRUTHS = [
    pd.Series([True, False, None], dtype="boolean"),
    pd.Series([True, False, None], dtype=object),
    pd.Series([True, False, None], dtype="bool[pyarrow]"),
]


@pytest.mark.parametrize("truths", TRUTHS, ids=lambda s: str(s.dtype))
def test_truths_answer_to_true_to_text_and_to_one(truths):
    context = _context(truths)
    assert _rows("v = true", context) == _rows('v = "True"', context) == _rows("v = 1", context)
    assert _rows("v = true", context) == [0]
    assert _rows("v = false", context) == [1]
    assert _rows("v is null", context) == [2]
    with pytest.raises(FilterError, match="true and false, and 2 is neither"):
        _rows("v = 2", context)
    with pytest.raises(FilterError, match="cannot bound it"):
        _rows("v > 0", context)


MOMENTS = [datetime(2024, 1, 31), datetime(2024, 1, 31, 23, 59), None, datetime(2024, 2, 1)]
TIMES = [
    pd.Series(MOMENTS, dtype="datetime64[s]"),
    pd.Series(MOMENTS, dtype="datetime64[ns]"),
    pd.Series(MOMENTS, dtype="datetime64[us]").dt.tz_localize("Europe/Berlin"),
    pd.Series(MOMENTS, dtype=object),
    pd.Series(MOMENTS, dtype=pd.ArrowDtype(pa.timestamp("ms"))),
    pd.Series([None if m is None else m.isoformat() for m in MOMENTS], dtype="str"),
    pd.Series([None if m is None else str(m) for m in MOMENTS], dtype="category"),
]


@pytest.mark.parametrize("times", TIMES, ids=lambda s: str(s.dtype))
def test_a_day_runs_from_midnight_to_midnight_in_whatever_type_it_is_kept(times):
    context = _context(times)
    assert _rows("v = 2024-01-31", context) == [0, 1]
    assert _rows("v != 2024-01-31", context) == [2, 3]
    assert _rows("v between 2024-01-01 and 2024-01-31", context) == [0, 1]
    assert _rows("v > 2024-01-31", context) == [3]
    assert _rows("v < 2024-02-01", context) == [0, 1]
    assert _rows("v = 2024-01-31T23:59", context) == [1]
    assert _rows("v is null", context) == [2]


def test_days_kept_as_days_are_dates():
    context = _context(pd.Series([date(2024, 1, 31), None], dtype=pd.ArrowDtype(pa.date32())))
    assert _rows("v = 2024-01-31", context) == [0]
    assert _rows('v = "2024-01-31"', context) == [0]


def test_a_moment_with_a_zone_is_one_instant_everywhere():
    instants = pd.Series([datetime(2024, 1, 31, 12)], dtype="datetime64[us]")
    paris = instants.dt.tz_localize(UTC).dt.tz_convert("Europe/Paris")
    for context in (_context(instants), _context(paris)):
        assert _rows("v = 2024-01-31T13:00:00+01:00", context) == [0]
        assert _rows("v > 2024-01-31T12:00:00Z", context) == []
    assert _rows("v = 2024-01-31T13:00:00", _context(paris)) == [0]


def test_texts_that_are_no_dates_are_in_no_range_and_some_must_be():
    context = _context(pd.Series(["2024-01-31", "soon", None], dtype="str"))
    assert _rows("v >= 2000-01-01", context) == [0]
    with pytest.raises(FilterError, match="none of which reads as a date"):
        _rows("v >= 2000-01-01", _context(pd.Series(["soon"], dtype="str")))


def test_a_mixed_column_answers_by_what_is_written():
    mixed = pd.Series([3, "3", 3.0, True, None, [3, "a"], "x", {"a": 1}], dtype=object)
    context = _context(mixed)
    assert _rows("v = 3", context) == _rows('v = "3"', context) == [0, 1, 2, 5]
    assert _rows("v = true", context) == [3]
    assert _rows("v is null", context) == [4]
    assert _rows("v >= 3", context) == [0, 2]
    assert _rows('v contains "A"', context) == [5, 7]


def test_lists_answer_for_each_member_also_from_arrow():
    lists = pd.Series([["a", "b"], ["b"], None], dtype=pd.ArrowDtype(pa.list_(pa.string())))
    assert _rows('v = "a"', _context(lists)) == [0]
    assert _rows('v in ("a", "b")', _context(lists)) == [0, 1]


def test_numbers_that_are_missing_or_endless_are_told_apart():
    context = _context(pd.Series([0.0, -0.0, np.nan, np.inf]))
    assert _rows("v = 0", context) == [0, 1]
    assert _rows("v is null", context) == [2]
    assert _rows("not v > 1", context) == [0, 1, 2]
    assert _rows("v = inf", context) == [3]


def test_large_numbers_are_compared_to_the_last_digit():
    context = _context(pd.Series([2**53, 2**53 + 1, 2**63 - 1]))
    assert _rows(f"v = {2**53 + 1}", context) == [1]
    assert _rows(f"v > {2**53}", context) == [1, 2]
    assert _rows(f"v = {2**64} or v < {2**70}", context) == [0, 1, 2]
    assert _rows(f"v = {2**53 + 1}", _context(pd.Series([2**53 + 1, None], dtype="Int64"))) == [0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('n = "cheap"', 'holds numbers, and "cheap" is no number'),
        ("n = true", "and true is no number"),
        ("n = 2024-01-01", "and 2024-01-01 is no number"),
        ("n > 2024-01-01", "dates cannot bound it"),
        ('n contains "1"', "cannot be searched as text"),
        ("t = 3", "holds dates, and 3 is no date"),
        ('t = "soon"', "is no date"),
        ("t > 3", "numbers cannot bound it"),
        ("promt = 1", "Did you mean prompt?"),
        ("PROMPT = 1", "Did you mean prompt?"),
        ("`my colum` = 1", "Did you mean `my column`?"),
        ("zzz = 1", "There are n, t, prompt, `my column`, cluster, length, text."),
        ("cluster = 1", "no clusters yet"),
        ("near record 0 above 0", "not embedded yet"),
        ('meaning like "x" above 0', "not embedded yet"),
        ("inside polygon (0 0, 1 1, 1 0)", "no map"),
        ("row = 2", "There is no record 2: they are numbered from 0 to 1."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_way_out(text, problem):
    times = pd.to_datetime(["2024-01-01", "2024-01-02"])
    columns = {"n": [1, 2], "t": times, "prompt": ["a", "b"], "my column": [1, 2]}
    with pytest.raises(FilterError) as caught:
        _rows(text, _context(pd.DataFrame(columns)))
    assert problem in str(caught.value)


def test_clusters_answer_to_number_and_name():
    labels = np.array([3, -1, 0, 1], dtype=np.int32)
    context = _context([0] * 4, labels=labels, cluster_names={3: "solar", 0: "wind", 1: "wind"})
    assert _rows("cluster = 3", context) == _rows('cluster = "3"', context) == [0]
    assert _rows('cluster in ("solar", 1)', context) == [0, 3]
    assert _rows('cluster = "wind"', context) == [2, 3]
    assert _rows('cluster = "noise"', context) == _rows("cluster = -1", context) == [1]
    assert _rows("cluster is null", context) == [1]
    assert _rows("cluster >= 1", context) == [0, 3]
    with pytest.raises(FilterError, match=r'No cluster is called "soler"\. Did you mean "solar"'):
        _rows('cluster = "soler"', context)


def test_own_columns_come_before_the_built_in_ones():
    own = pd.DataFrame({"cluster": ["a", "b"], "length": [9, 9], "row": [5, 6], "text": ["p", "q"]})
    context = _context(own, texts=["xx", "y"], labels=np.array([0, 1], dtype=np.int32))
    assert _rows('cluster = "a"', context) == [0]
    assert _rows("@cluster = 1", context) == [1]
    assert _rows("length = 9", context) == [0, 1]
    assert _rows("@length = 2", context) == [0]
    assert _rows('text contains "q"', context) == [1]
    assert _rows('@text contains "x"', context) == [0]
    assert _rows("`row` = 5", context) == [0]
    assert _rows("row = 1", context) == _rows("row > 0", context) == [1]


def test_columns_beside_the_file_can_be_asked_about():
    context = _context([1, 2], columns={"tag": np.array(["keep", "drop"])})
    assert _rows('tag = "keep" and v < 2', context) == [0]


def test_length_counts_characters_not_bytes():
    context = _context([0] * 4, texts=["é", "日本", "", None])
    assert _rows("length = 1", context) == [0]
    assert _rows("length = 2", context) == [1]
    assert _rows("length = 0", context) == [2, 3]


def test_contains_takes_its_words_literally_in_any_case():
    context = _context([0] * 3, texts=["SOLAR (1.5)", "solar 135", "ÉNERGIE"])
    assert _rows('text contains "solar (1.5)"', context) == [0]
    assert _rows('text contains "énergie"', context) == [2]
    assert _rows('text contains ""', context) == [0, 1, 2]
    assert _rows("text matches /solar/", context) == [1]


def test_a_catastrophic_pattern_takes_no_longer_than_any_other():
    context = _context([0] * 2, texts=["a" * 50_000 + "b", "a"])
    assert _rows("text matches /^(a+)+$/", context) == [1]
    assert _rows("text matches /^(a|a)*c/", context) == []


VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], dtype=np.float32)


def test_similar_records_are_those_at_or_above_the_similarity():
    context = _context([0] * 4, vectors=VECTORS, embed_query=lambda query: VECTORS[2])
    assert _rows("near record 0 above 0.8", context) == [0, 1]
    assert _rows("near record 0 above 1", context) == [0]
    assert _rows("near record 3 above -1", context) == [0, 1, 2, 3]
    assert _rows('meaning like "up" above 0.6', context) == [1, 2]
    assert Filter((Near(2, 0.5), Like("up", 1))).mask(context).tolist() == [0, 0, 1, 0]


def test_meaning_needs_a_model():
    with pytest.raises(FilterError, match="no model to search by meaning"):
        _rows('meaning like "up" above 0.6', _context([0] * 4, vectors=VECTORS))


def test_a_record_without_a_vector_is_near_itself():
    context = _context([0] * 2, vectors=np.array([[0, 0], [1, 0]], dtype=np.float32))
    assert _rows("near record 0 above 0.9", context) == [0]


def test_a_polygon_picks_what_lies_in_it_or_on_its_edge():
    places = [[0.5, 0.5], [2, 2], [0, 0.5], [np.nan, 0], [3, 0.5], [1.2, 1]]
    context = _context([0] * 6, coordinates=np.array(places, dtype=np.float32))
    square = ((0, 0), (1, 0), (1, 1), (0, 1))
    assert np.flatnonzero(Filter((Inside((square,)),)).mask(context)).tolist() == [0, 2]
    two = Inside((square, ((2.5, 0), (3.5, 0), (3, 1))))
    assert np.flatnonzero(Filter((two,)).mask(context)).tolist() == [0, 2, 4]


def test_a_lasso_that_crosses_itself_is_taken_as_drawn():
    bow = Inside((((0, 0), (2, 2), (2, 0), (0, 2)),))
    places = np.array([[0.2, 1], [1.8, 1], [1, 0.2], [1, 1.8]], dtype=np.float32)
    context = _context([0] * 4, coordinates=places)
    assert Filter((bow,)).mask(context).tolist() == [True, True, False, False]


def test_and_or_not_follow_the_truth_table():
    context = _context(pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}))
    assert _rows("a = 1 and b = 1", context) == [3]
    assert _rows("a = 1 or b = 1", context) == [1, 2, 3]
    assert _rows("not (a = 1 or b = 1)", context) == [0]
    assert _rows("a = 1 or b = 1 and not a = 1", context) == [1, 2, 3]
    assert _rows("", context) == [0, 1, 2, 3]
    assert not NOTHING.mask(context).any()


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_records_are_no_trouble(n):
    context = _context(
        pd.Series(["2024-01-01"] * n, dtype="str"),
        labels=np.zeros(n, dtype=np.int32),
        vectors=np.ones((n, 1), dtype=np.float32),
        coordinates=np.zeros((n, 2), dtype=np.float32),
        embed_query=lambda query: np.ones(1, dtype=np.float32),
    )
    text = (
        'v = 2024-01-01 and v contains "2024" and cluster = 0 and length = 1 and row < 5 '
        'and meaning like "x" above 0.5 and inside polygon (-1 -1, 1 -1, 0 1) and v is not null'
    )
    assert _rows(text, context) == list(range(n))


def test_the_mask_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        Filter().mask(_context([1]))[0] = False
