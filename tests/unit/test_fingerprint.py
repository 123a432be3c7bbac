from dataclasses import dataclass

import numpy as np
import pytest

from diversity.fingerprint import fingerprint


@dataclass(frozen=True)
class Umap:
    n_neighbors: int = 15


@dataclass(frozen=True)
class Tsne:
    n_neighbors: int = 15


def test_equal_values_have_equal_names():
    assert fingerprint("a", Umap(15), [1, 2.5]) == fingerprint("a", Umap(15), (1, 2.5))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (1, 1.0),
        (1, True),
        (("ab", "c"), ("a", "bc")),
        (Umap(15), Umap(16)),
        (Umap(15), Tsne(15)),
        (np.zeros(2, np.float32), np.zeros(2, np.float64)),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (None, "None"),
        ({"a": 1}, {"a": 2}),
    ],
)
def test_different_values_have_different_names(one, other):
    assert fingerprint(one) != fingerprint(other)


def test_a_view_that_is_not_contiguous_is_named_by_its_content():
    table = np.arange(12).reshape(3, 4)
    assert fingerprint(table.T) == fingerprint(table.T.copy())


def test_a_function_has_no_stable_content():
    with pytest.raises(TypeError, match="no stable content"):
        fingerprint(len)
