"""Whatever a filter asks, its text reads back; whatever is typed, only a FilterError leaves."""

import string
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diversity.errors import FilterError
from diversity.filters import (
    AllOf,
    AnyOf,
    Contains,
    Context,
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
    facets,
)
from diversity.filters.words import KEYWORDS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
COLUMNS = TEXTS | st.sampled_from(["row", "and", "not", "cluster", "@cluster", "null", "a.b", "İ"])
DATES = st.dates() | st.datetimes() | st.datetimes(timezones=st.just(UTC))
NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = TEXTS | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.none() | DATES
SIMILARITIES = st.floats(-1, 1)
POINTS = st.tuples(*[st.floats(-1e9, 1e9)] * 2)
POLYGONS = st.lists(st.lists(POINTS, min_size=3, max_size=5), min_size=1, max_size=3)


@st.composite
def ranges(draw):
    bounds = draw(
        st.lists(NUMBERS, min_size=2, max_size=2) | st.lists(st.dates(), min_size=2, max_size=2)
    )
    low, high = sorted(bounds)
    kept = draw(st.sampled_from([(low, None), (None, high), (low, high)]))
    return Range(draw(COLUMNS), *kept, draw(st.booleans()), draw(st.booleans()))


def _readable(pattern):
    try:
        return Matches(pattern)
    except FilterError:
        return None


@st.composite
def patterns(draw):
    pattern = draw(TEXTS | st.text("ab/\\.*()[]\nQE", max_size=8))
    readable = _readable(pattern) or Matches("x")
    return Matches(readable.pattern, draw(st.booleans()), draw(COLUMNS))


PLAIN = st.one_of(
    st.builds(In, COLUMNS.filter(lambda name: name != "@row"), st.lists(VALUES, max_size=4)),
    ranges(),
    st.builds(Contains, TEXTS, COLUMNS),
    patterns(),
    st.builds(Like, TEXTS, SIMILARITIES),
    st.builds(Near, st.integers(0, 10**6), SIMILARITIES),
    st.builds(Inside, POLYGONS),
    st.builds(Rows, st.lists(st.integers(0, 50))),
    st.builds(IsNull, COLUMNS),
)
PREDICATES = st.recursive(
    PLAIN,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(AnyOf, st.lists(inner, min_size=2, max_size=3))
        | st.builds(AllOf, st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=6,
)
FILTERS = st.builds(Filter, st.lists(PREDICATES, max_size=4))


@given(FILTERS)
@settings(max_examples=150, deadline=None)
def test_every_filter_is_one_line_that_reads_back(filter):
    text = str(filter)
    assert "\n" not in text
    assert text.isprintable()
    back = Filter.parse(text)
    assert back == filter
    assert str(back) == text
    assert hash(back) == hash(filter)
    assert [type(p) for p in back.predicates] == [type(p) for p in filter.predicates]


@given(FILTERS)
@settings(deadline=None)
def test_the_opposite_reads_back_and_undoes_itself(filter):
    opposite = filter.negated()
    assert Filter.parse(str(opposite)) == opposite
    assert opposite.negated().negated() == opposite


MARKS = ["(", ")", ",", "=", "!=", "<", "<=", ">", ">="]
VALUES_AS_TYPED = ['"x"', "/r/i", "3", "-1", "2.5", "2024-01-01", "true", "null"]
WORDS = ["a", "`b c`", "row", *sorted(KEYWORDS), *MARKS, *VALUES_AS_TYPED]


def _either_reads_or_refuses(text):
    try:
        filter = Filter.parse(text)
    except FilterError:
        return
    assert Filter.parse(str(filter)) == filter


@given(st.text())
@example("a = \ud800")
@example("a = '\\U00110000'")
@example("a = 0001-01-01T00:00:00+24:00")
@example("row in (1 to 2 to 3)")
@example("text matches //")
@example("a in (" + "1," * 5_000)
@example("x" * 10**6)
@settings(deadline=None)
def test_any_text_is_read_or_refused(text):
    _either_reads_or_refuses(text)


@given(st.lists(st.sampled_from(WORDS)))
@settings(max_examples=150, deadline=None)
def test_any_heap_of_words_is_read_or_refused(words):
    _either_reads_or_refuses(" ".join(words))


@given(FILTERS, st.data())
@settings(max_examples=150, deadline=None)
def test_a_filter_with_damaged_bytes_is_read_or_refused(filter, data):
    damaged = bytearray(str(filter).encode() or b" ")
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    _either_reads_or_refuses(damaged.decode(errors="surrogateescape"))
    _either_reads_or_refuses(damaged.decode(errors="replace"))


RECORDS = pd.DataFrame(
    {
        "n": [1, 2, 3, -4],
        "x": [0.5, np.nan, np.inf, -2.0],
        "s": pd.Series(["a", None, "3", "2024-01-01"], dtype="str"),
        "b": [True, False, True, True],
        "t": pd.to_datetime(["2024-01-01", None, "1970-01-01", "2262-01-01"]),
        "c": pd.Categorical(["u", "v", None, "u"]),
        "m": pd.Series([1, "1", None, [1, 2]], dtype=object),
        "z": pd.to_datetime(["2024-01-01", None, "1970-01-01", "2000-06-01"]).tz_localize(
            "Europe/Paris"
        ),
    }
)
CONTEXT = Context(
    RECORDS,
    pd.Series(["one", "two", "", "four"], dtype="str"),
    labels=np.array([0, 1, -1, 0], dtype=np.int32),
    cluster_names={0: "u", 1: "v"},
    vectors=np.eye(4, 2, dtype=np.float32),
    coordinates=np.array([[0, 0], [1, 1], [np.nan, 0], [5, 5]], dtype=np.float32),
    embed_query=lambda query: np.array([1, 0], dtype=np.float32),
)
KNOWN = st.sampled_from([*RECORDS.columns, "cluster", "length", "text", "@row"])


@given(FILTERS, KNOWN)
@settings(max_examples=150, deadline=None)
def test_any_filter_answers_or_says_why_not(filter, known):
    asked = Filter(tuple(_about(p, known) for p in filter.predicates))
    try:
        mask = asked.mask(CONTEXT)
    except FilterError:
        return
    assert mask.shape == (4,)
    assert mask.dtype == bool
    assert (asked.negated().mask(CONTEXT) == ~mask).all()


def _about(predicate, column):
    if isinstance(predicate, In) and column != "@row":
        return In(column, predicate.values)
    if isinstance(predicate, Range):
        return Range(column, predicate.low, predicate.high, predicate.low_open, predicate.high_open)
    if isinstance(predicate, Contains):
        return Contains(predicate.text, column)
    return predicate


def _context(values):
    return Context(pd.DataFrame({"v": values}), pd.Series(["x"] * len(values), dtype="str"))


COLUMN_OF_VALUES = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40).map(
        lambda v: pd.Series(v, dtype="int64")
    ),
    st.lists(st.integers(0, 30) | st.none(), max_size=40).map(
        lambda v: pd.Series(v, dtype="Int64")
    ),
    st.lists(st.floats(width=32), max_size=40).map(lambda v: pd.Series(v, dtype="float32")),
    st.lists(st.floats(), max_size=40).map(lambda v: pd.Series(v, dtype="float64")),
    st.lists(st.booleans() | st.none(), max_size=9).map(lambda v: pd.Series(v, dtype="boolean")),
    st.lists(st.sampled_from(string.ascii_letters) | st.none(), max_size=60).map(
        lambda v: pd.Series(v, dtype="str")
    ),
    st.lists(st.sampled_from([1, "a", None, True, 2.5, "b", (8, 9)]), max_size=20).map(
        lambda v: pd.Series(v, dtype=object)
    ),
    st.lists(st.datetimes() | st.none(), max_size=40).map(
        lambda v: pd.Series(v, dtype="datetime64[us]")
    ),
    st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), max_size=40).map(
        lambda v: (
            pd.Series(v, dtype="datetime64[us]").dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo")
        )
    ),
)


@given(COLUMN_OF_VALUES, st.integers(2, 25), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_facets_part_the_records_and_each_predicate_picks_its_own(values, top, random):
    context = _context(values)
    mask = np.array([random.random() < 0.5 for _ in values], dtype=bool)
    spread = facets(context, "v", mask, top)
    picked = [Filter((facet.predicate("v"),)).mask(context) for facet in spread]
    assert [facet.total for facet in spread] == [rows.sum() for rows in picked]
    assert [facet.inside for facet in spread] == [(rows & mask).sum() for rows in picked]
    assert (sum(picked, np.zeros(len(values))) == 1).all()
    assert len(spread) <= top + 4


@given(
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20),
    st.integers(-(2**64), 2**64) | st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
@settings(deadline=None)
def test_whole_numbers_are_compared_exactly(values, bound, is_open):
    context = _context(pd.Series(values, dtype="int64"))
    above = Filter((Range("v", low=bound, low_open=is_open),)).mask(context)
    below = Filter((Range("v", high=bound, high_open=is_open),)).mask(context)
    assert above.tolist() == [v > bound if is_open else v >= bound for v in values]
    assert below.tolist() == [v < bound if is_open else v <= bound for v in values]


@given(st.lists(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), max_size=20), st.dates())
@settings(deadline=None)
def test_a_date_means_the_whole_day(values, day):
    context = _context(pd.Series(values, dtype="datetime64[us]"))
    on, after, from_, until, before = (
        Filter((p,)).mask(context).tolist()
        for p in (
            In("v", (day,)),
            Range("v", low=day, low_open=True),
            Range("v", low=day),
            Range("v", high=day),
            Range("v", high=day, high_open=True),
        )
    )
    assert on == [v.date() == day for v in values]
    assert after == [v.date() > day for v in values]
    assert from_ == [v.date() >= day for v in values]
    assert until == [v.date() <= day for v in values]
    assert before == [v.date() < day for v in values]


@given(st.lists(TEXTS, max_size=20), st.text(string.ascii_letters + ".*(", max_size=3))
@settings(deadline=None)
def test_contains_finds_letters_in_either_case(values, words):
    context = _context(pd.Series(values, dtype="str"))
    found = Filter((Contains(words, "v"),)).mask(context)
    ascii_only = [v for v in values if v.isascii()]
    assert [f for f, v in zip(found, values, strict=True) if v.isascii()] == [
        words.lower() in v.lower() for v in ascii_only
    ]


def test_the_last_day_there_is_has_an_end():
    context = _context(pd.Series([datetime.max, datetime.min], dtype="datetime64[us]"))
    assert Filter((Range("v", high=date.max),)).mask(context).all()
