"""Is a search that takes long given up, and is one that is done in portions still right?"""

import re

import numpy as np
import pandas as pd
import pytest

from diversity.errors import FilterError
from diversity.filters import Context, Filter, Like


def asked(texts, patience_s=float("inf"), **known):
    return Context(pd.DataFrame(index=range(len(texts))), pd.Series(texts), **known,
                   patience_s=patience_s)  # fmt: skip


def test_a_search_in_portions_finds_what_one_look_at_a_time_finds():
    texts = [f"{'ab' * (i % 7)} {i}" for i in range(5_000)]
    found = Filter.parse(r"text matches /(ab){3}.*7$/").mask(asked(texts))
    by_hand = [re.search("(ab){3}.*7$", text) is not None for text in texts]
    assert found.tolist() == by_hand
    assert 0 < sum(by_hand) < 5_000


def test_a_search_out_of_patience_says_how_far_it_came():
    with pytest.raises(FilterError, match=r"given up after 0 s: it had read 1 of 2 texts"):
        Filter.parse("text matches /x/").mask(asked(["x"] * 2, patience_s=0))


def test_a_search_that_is_through_is_never_given_up():
    assert Filter.parse("text matches /x/").mask(asked(["x"], patience_s=0)).all()


def test_categories_are_searched_in_portions_too():
    records = pd.DataFrame({"v": pd.Categorical([f"value {i}" for i in range(200)])})
    context = Context(records, pd.Series(["x"] * 200), patience_s=0)
    with pytest.raises(FilterError, match="given up"):
        Filter.parse('v contains "1"').mask(context)


def test_a_pattern_that_would_take_minutes_is_given_up_in_seconds():
    """RE2 is linear in the text, but takes 15 microseconds a letter here: ten minutes in all."""
    texts = ["the quick brown fox jumps over a dog and " * 100] * 10_000
    slow = "text matches /(?:[^#]{0,999}#|[a-z]{0,999}9)/i"
    with pytest.raises(FilterError, match=r"given up after 0\.2 s") as refused:
        Filter.parse(slow).mask(asked(texts, patience_s=0.2))
    assert "{0,999}" in refused.value.hint


def test_a_query_of_another_model_is_refused_with_both_sizes():
    context = asked(
        ["x", "y"], vectors=np.eye(2, dtype=np.float32), embed_query=lambda _: np.ones(3)
    )
    with pytest.raises(FilterError, match="vectors of 3 numbers, the records have 2"):
        Filter((Like("solar", 0.5),)).mask(context)
