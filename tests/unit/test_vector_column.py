import numpy as np
import pandas as pd
import pytest

from diversity.dataset import from_frame
from diversity.errors import EmbeddingError, MissingColumnError
from diversity.vector_column import vector_columns, vectors_in

ROWS = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def dataset(values):
    return from_frame(pd.DataFrame({"text": ["a b", "c d", "e f"], "v": values}), "text")


@pytest.mark.parametrize(
    "values",
    [ROWS, [np.array(row, np.float32) for row in ROWS], [str(row) for row in ROWS]],
    ids=["lists", "arrays", "json"],
)
def test_lists_of_numbers_become_a_table(values):
    data = dataset(values)
    assert vectors_in(data, "v").tolist() == ROWS
    assert vectors_in(data, "v").dtype == np.float32
    assert vector_columns(data) == ["v"]


def test_the_first_row_of_another_length_is_named():
    with pytest.raises(EmbeddingError, match=r"Row 2 of column 'v' is not as long as the first"):
        vectors_in(dataset([[1.0, 2.0], [3.0], [5.0, 6.0]]), "v")


def test_an_empty_list_is_named():
    with pytest.raises(EmbeddingError, match="Row 3 of column 'v' is not a list of numbers"):
        vectors_in(dataset([[1.0, 2.0], [3.0, 4.0], []]), "v")


@pytest.mark.parametrize("values", [[1, 2, 3], ["x", "y", "z"], [["a"], ["b"], ["c"]]])
def test_what_is_no_list_of_numbers_is_said_so(values):
    with pytest.raises(EmbeddingError, match="does not hold a list of numbers"):
        vectors_in(dataset(values), "v")
    assert vector_columns(dataset(values)) == []


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(MissingColumnError, match="no column 'w'"):
        vectors_in(dataset(ROWS), "w")
