import re
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diversity.errors import FilterError
from diversity.filters import (
    NOTHING,
    AllOf,
    AnyOf,
    Contains,
    Filter,
    In,
    Inside,
    IsNull,
    Like,
    Matches,
    Near,
    Not,
    Range,
    Rows,
    describe,
)

PAGE = Path(__file__).parents[2] / "docs" / "filters.md"
DOCUMENTED = [
    line
    for block in re.findall(r"```filter\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for line in block.splitlines()
]

READ = [
    ("", ()),
    ('speaker = "USER"', (In("speaker", ("USER",)),)),
    ("SPEAKER == 'USER'", (In("SPEAKER", ("USER",)),)),
    ('a in ("x", 3, 2.5, true, null)', (In("a", ("x", 3, 2.5, True, None)),)),
    ("a in ()", (In("a", ()),)),
    ("a <> 1", (Not(In("a", (1,))),)),
    ("not a = 1", (Not(In("a", (1,))),)),
    ("not not a = 1", (In("a", (1,)),)),
    ("not not (a = 1 and not not b = 2)", (In("a", (1,)), In("b", (2,)))),
    ("row not in ()", ()),
    ("a = null", (IsNull("a"),)),
    ("a Is Not Null", (Not(IsNull("a")),)),
    ("length >= 50", (Range("length", low=50),)),
    ("50 <= length", (Range("length", low=50),)),
    ("a < -1.5e3", (Range("a", high=-1500.0, high_open=True),)),
    ("9 > a >= 3", (Range("a", 3, 9, high_open=True),)),
    ("day = 2024-02-29", (In("day", (date(2024, 2, 29),)),)),
    (
        "a > 2024-01-31T12:30:00Z",
        (Range("a", datetime(2024, 1, 31, 12, 30, tzinfo=UTC), low_open=True),),
    ),
    ('a between "1" and "2"', (Range("a", 1, 2),)),
    ('text contains "a\\n\\u00e9\\""', (Contains('a\né"'),)),
    ('`my \\` col` not contains "x"', (Not(Contains("x", "my ` col")),)),
    (r"text matches /a\/b\d/i", (Matches(r"a/b\d", ignore_case=True),)),
    (r'text matches "a\\/b"', (Matches(r"a\/b"),)),
    ('meaning like "sun" above .5', (Like("sun", 0.5),)),
    ("near record 17 above 1", (Near(17, 1.0),)),
    ("row = 3", (Rows((3,)),)),
    ("@row in (9, 1 to 3, 9)", (Rows((1, 2, 3, 9)),)),
    ("`row` = 3", (In("row", (3,)),)),
    ("row < 3", (Range("@row", high=3, high_open=True),)),
    ("@cluster = 3", (In("@cluster", (3,)),)),
    ("inside polygon (0 0, 1 0, 1 -1)", (Inside((((0, 0), (1, 0), (1, -1)),)),)),
    ("a = 1 and (b = 2 and c = 3)", (In("a", (1,)), In("b", (2,)), In("c", (3,)))),
    (
        "a = 1 or b = 2 and c = 3",
        (AnyOf((In("a", (1,)), AllOf((In("b", (2,)), In("c", (3,)))))),),
    ),
    ("a = 1 and a = 1", (In("a", (1,)),)),
    ("a = inf or a = -inf", (AnyOf((In("a", (float("inf"),)), In("a", (-float("inf"),)))),)),
]


@pytest.mark.parametrize(("text", "predicates"), READ)
def test_a_text_asks_what_it_says(text, predicates):
    assert Filter.parse(text) == Filter(predicates)
    assert [type(p) for p in Filter.parse(text).predicates] == [type(p) for p in predicates]


@pytest.mark.parametrize("text", [text for text, _ in READ] + DOCUMENTED)
def test_the_canonical_text_reads_back_as_the_same_filter(text):
    spoken = Filter.parse(text)
    assert Filter.parse(str(spoken)) == spoken
    assert str(Filter.parse(str(spoken))) == str(spoken)


def test_the_page_on_filters_shows_every_kind_of_predicate():
    shown = {type(p).__name__ for line in DOCUMENTED for p in Filter.parse(line).predicates}
    assert shown == {
        *("In", "Range", "Contains", "Matches", "Like", "Near", "Inside", "Rows", "IsNull"),
        *("Not", "AnyOf"),
    }


@pytest.mark.parametrize(
    ("filter", "text"),
    [
        (Filter((In("a b", ("x\ty",)),)), '`a b` = "x\\ty"'),
        (Filter((In("a", (None,)),)), "a in (null)"),
        (Filter((Range("a", 1, 2, low_open=True),)), "1 < a <= 2"),
        (Filter((Not(Rows((4, 5, 6, 8))),)), "row not in (4 to 6, 8)"),
        (Filter((Rows((4, 5)),)), "row in (4, 5)"),
        (Filter((Not(Contains("x")),)), 'not text contains "x"'),
        (
            Filter((Near(3, 0.5), Like("\u202e", -1))),
            'near record 3 above 0.5 and meaning like "\\u202e" above -1',
        ),
        (Filter((Matches("a\nb"),)), 'text matches "a\\nb"'),
    ],
)
def test_a_filter_prints_one_readable_line(filter, text):
    assert describe(filter) == str(filter) == text


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("prompt =", 9, "expected a value after '='"),
        ("prompt = topic", 10, 'Text stands in quotes: "topic".'),
        ('a = "x', 5, "this text never ends"),
        ("a matches /x", 11, "this pattern never ends"),
        ("`a = 3", 1, "this column name never ends"),
        ("a betwen 1 and 3", 3, "Did you mean 'between'?"),
        ("a between 3 and 1", 11, "is above the upper bound"),
        ("a between 1 and 2024-01-01", 11, "One bound is a date"),
        ("date >= 2024-13-01", 9, "is not a date"),
        ('a >= "x"', 6, "is no bound"),
        ("a >= true", 6, "is no bound"),
        ("a >= null", 6, "expected a number or a date"),
        ("null < a < 3", 1, "expected a number or a date"),
        ("a >= inf", 6, "is no bound"),
        ("50 <= a > 3", 9, "expected '<' once more"),
        ("text matches /(?<=a)b/", 14, "no lookbehind"),
        (r"text matches /(a)\1/", 14, "no backreferences"),
        ("text matches /a{1001}/", 14, "at most 1,000 times"),
        ("text matches /a/g", 14, "'g' is no flag"),
        ("near record -1 above 0", 13, "is no row number"),
        ("near record 1.5 above 0", 13, "is no row number"),
        ("near record 1 above 45", 13, "between -1 and 1"),
        ("row in (0 to 99999999999)", 9, "over 1,000,000 rows at most"),
        ("row = true", 7, "is no row number"),
        ("a = 1 b = 2", 7, "expected 'and', 'or' or the end"),
        ("a = 1 and", 10, "expected a column"),
        ("record = 3", 1, "in backticks: `record`"),
        ('a = "\\ud800"', 6, "stands for no character"),
        ('a = "\\q"', 6, "stands for no character"),
        ("a = $3", 5, "'$' has no meaning here"),
        ("a in (1 2)", 9, "expected ',' or ')'"),
        ("a = " + "9" * 40, 5, "too large"),
        ("inside polygon (0 0, 1 1)", 16, "three corners"),
        ("inside polygon (0 0, 1e999 1, 2 2)", 16, "between -1e9 and 1e9"),
    ],
)
def test_a_mistake_is_shown_where_it_is(text, column, problem):
    with pytest.raises(FilterError, match=rf"^column {column}: ") as caught:
        Filter.parse(text)
    assert problem in str(caught.value)
    _, excerpt, caret = caught.value.message.splitlines()
    assert caret.index("^") - 4 == column - 1
    assert excerpt.strip() in text


@pytest.mark.parametrize("text", ["(" * 50_000, "not " * 20_000, "(" * 33 + "a = 1" + ")" * 33])
def test_deep_nesting_is_refused(text):
    with pytest.raises(FilterError, match="more than 32 conditions are nested"):
        Filter.parse(text)


def test_deep_nesting_is_refused_in_python_too():
    predicate = In("a", (1,))
    for _ in range(32):
        predicate = Not(predicate)
    with pytest.raises(FilterError, match="nested more than 32 deep"):
        Not(predicate)


def test_a_filter_of_a_hundred_kilobytes_is_refused_unless_trusted():
    rows = Filter((Rows(range(0, 100_000, 2)),))
    with pytest.raises(FilterError, match=r"at most 100,000 are read"):
        Filter.parse(str(rows))
    assert Filter.parse(str(rows), max_length=10**6) == rows


def test_a_query_of_a_hundred_kilobytes_is_refused():
    for predicate in (lambda q: Like(q, 0), Contains):
        with pytest.raises(FilterError, match="at most 10,000 are read"):
            predicate("x" * 100_000)
    with pytest.raises(FilterError, match="at most 1,000 are read"):
        Matches("x" * 1_001)


def test_values_come_from_numpy_and_pandas_as_they_are():
    values = (np.int32(3), np.float64("nan"), pd.NaT, pd.NA, np.str_("x"), np.bool_(True))
    assert In("a", values) == In("a", (3, None, "x", True))
    moments = (pd.Timestamp("2024-01-31 12:00"), np.datetime64("2024-01-31T12:00:00", "ns"))
    assert In("a", moments) == In("a", (datetime(2024, 1, 31, 12),))


def test_a_text_in_the_place_of_values_is_a_bug_of_the_caller():
    with pytest.raises(TypeError, match="not one text"):
        In("a", "topic")
    with pytest.raises(TypeError, match="list"):
        In("a", ([1],))
    with pytest.raises(ValueError, match="two predicates"):
        AnyOf((In("a", (1,)),))


def test_one_true_and_one_point_nought_are_three_questions():
    assert len({In("a", (1,)), In("a", (True,)), In("a", (1.0,)), In("a", (1,))}) == 3


def test_filters_change_by_making_new_ones():
    a, b, c = In("a", (1,)), In("b", (2,)), Not(In("a", (3,)))
    both = Filter((a,)).with_(b, a)
    assert both.predicates == (a, b)
    assert both.without(a).predicates == (b,)
    assert both.without(c) == both
    assert both.replace(a, c).predicates == (c, b)
    assert both.replace(c, c).predicates == (a, b, c)
    assert both.with_(c).about("a") == (a, c)
    assert (Filter((a,)) & Filter((b,))) == both
    assert both
    assert not Filter()


def test_the_opposite_of_the_opposite_is_the_filter_itself():
    a, b = In("a", (1,)), In("b", (2,))
    for spoken in (Filter(), NOTHING, Filter((a,)), Filter((Not(a),)), Filter((a, b))):
        assert spoken.negated().negated() == spoken
        assert spoken.negated() != spoken
