"""Does an error stay a sentence, whatever it quotes?"""

import numpy as np
import pandas as pd
import pytest

from diversity.errors import DiversityError, FilterError
from diversity.filters import Context, Filter


def test_a_short_message_and_its_hint_stay_as_they_are():
    error = DiversityError("x" * 600, "Mend it.")
    assert (error.message, error.hint) == ("x" * 600, "Mend it.")
    assert str(error) == "x" * 600 + " Mend it."


def test_of_a_long_one_the_ends_are_kept():
    error = DiversityError("a" * 90_000 + "b" * 90_000, "c" * 601)
    assert error.message == "a" * 300 + " … " + "b" * 300
    assert str(error) == f"{error.message} {'c' * 300} … {'c' * 300}"


@pytest.mark.parametrize(
    "text",
    ["x" * 99_000, f"`{'x' * 90_000}` = 1", f'v > "{"x" * 90_000}"', f'cluster = "{"x" * 90_000}"'],
)
def test_a_filter_that_quotes_much_is_refused_in_few_words(text):

    records = pd.DataFrame({"v": [1.0]})
    context = Context(records, pd.Series(["x"]), np.zeros(1, np.int32), {0: "name"})
    with pytest.raises(FilterError) as refused:
        Filter.parse(text).mask(context)
    assert len(str(refused.value)) < 1_300
