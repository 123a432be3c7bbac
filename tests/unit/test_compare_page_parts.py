import re

import numpy as np
import pandas as pd
import pytest

from diversity import Settings, analyze, prepare
from diversity.analysis import context
from diversity.comparison.values import Difference
from diversity.dataset import from_frame
from pages.ui.compare_choice import group_columns, key_columns
from pages.ui.compare_forest import forest
from pages.ui.view import View

COLORS = {"a": "#111111", "b": "#222222"}


@pytest.fixture(scope="module")
def view():
    n = 240
    frame = pd.DataFrame({
        "text": [f"tea and rain number {i}" for i in range(n)],
        "id": [f"id-{i}" for i in range(n)],
        "task": [f"task {i // 2}" for i in range(n)],
        "prompt": [f"prompt {i % 100}" for i in range(n)],
        "arm": ["left", "right"] * (n // 2),
        "temperature": [0.2, 0.7, 1.0] * (n // 3),
        "same": "one",
        "nothing": None,
    })  # fmt: skip
    analysis = analyze(from_frame(frame, "text"), Settings(embedder="hashing"))
    panel = prepare(
        analysis.dataset.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels
    )
    return View("parts", analysis, panel, context(analysis))


def test_numbers_and_many_values_can_be_groups_and_a_value_of_each_record_cannot(view):
    assert group_columns(view) == ["arm", "temperature", "prompt", "task"]


def test_a_key_has_values_that_come_several_times(view):
    assert key_columns(view, "arm") == ["temperature"]


def difference(value, interval, p_holm=1.0):
    return Difference("a", "b", value, interval, 0.01, p_holm)


def spots(html):
    start, width = map(
        float, re.search(r"<s style=\"left:([\d.]+)%;width:([\d.]+)%", html).groups()
    )
    return start, start + width, float(re.search(r"<b style=\"left:([\d.]+)%", html).group(1))


@pytest.mark.parametrize(
    ("name", "value", "side"),
    [
        ("vendi_2", 2.0, "a"),
        ("vendi_2", -2.0, "b"),
        ("compression_ratio", 2.0, "b"),
        ("compression_ratio", -2.0, "a"),
    ],
)
def test_a_dot_lies_on_the_side_of_the_more_diverse_group(name, value, side):
    html = forest(name, difference(value, (value - 1, value + 1)), COLORS)
    start, end, dot = spots(html)
    assert (dot < 50) == (side == "a")
    assert start < dot < end
    assert np.clip([start, end], 0, 100).tolist() == [start, end]
    assert COLORS[side] in html
    assert f"{side} is more diverse than" in html


def test_only_a_claim_is_drawn_strong_and_nothing_is_drawn_where_nothing_differs():
    assert "de-sure" in forest("vendi_2", difference(2.0, (1.0, 3.0), 0.01), COLORS)
    weak = forest("vendi_2", difference(2.0, (-1.0, 5.0)), COLORS)
    assert "de-sure" not in weak
    assert "not by more than chance" in weak
    start, end, _ = spots(weak)
    assert start < 50 < end
    assert forest("vendi_2", difference(0.0, (-1.0, 1.0)), COLORS) == ""
    assert forest("vendi_2", difference(None, None), COLORS) == ""
