"""Is what follows a filter within a blink the same as what the definitions say?"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from diversity.filters import Context, Filter
from diversity.scores import Budget, prepare
from diversity.scores.null import parts
from tests.slow_scores import slow_scores

N_RECORDS = 60
GENERATOR = np.random.default_rng(4)
TEXTS = [
    " ".join(f"w{i}" for i in GENERATOR.zipf(1.5, n) % 40)
    for n in GENERATOR.integers(0, 14, N_RECORDS)
]
LABELS = GENERATOR.integers(-1, 6, N_RECORDS).astype(np.int32)
VECTORS = GENERATOR.standard_normal((7, 12))[LABELS] + GENERATOR.standard_normal((N_RECORDS, 12))
VECTORS = (VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)).astype(np.float32)
GROUPS = GENERATOR.choice(list("abc"), N_RECORDS)
PANEL = prepare(TEXTS, VECTORS, LABELS)
CONTEXT = Context(
    pd.DataFrame({"group": pd.Series(GROUPS, dtype="str")}),
    pd.Series(TEXTS, dtype="str"),
    labels=LABELS,
)

LONE = ("vendi_1", "vendi_inf", "dcscore")  # defined for one record, which has no pairs

# each as a filter is written, and as it is answered for one record
QUESTIONS = some.one_of(
    some.sampled_from("abc").map(lambda g: (f'group = "{g}"', lambda row: GROUPS[row] == g)),
    some.integers(0, 45).map(lambda n: (f"length > {n}", lambda row: len(TEXTS[row]) > n)),
    some.integers(0, 5).map(lambda c: (f"cluster != {c}", lambda row: LABELS[row] != c)),
    some.integers(1, 9).map(lambda w: (f'text contains "w{w}"', lambda row: f"w{w}" in TEXTS[row])),
    some.integers(0, 59).map(lambda n: (f"row in ({n}, 7)", lambda row: row in (n, 7))),
)


@settings(deadline=None, max_examples=60)
@given(some.lists(QUESTIONS, max_size=3), some.integers(0, N_RECORDS), some.integers(0, 500))
def test_the_panel_of_any_filter_equals_a_slow_computation(questions, n_records, n_tokens):
    text = " and ".join(text for text, _ in questions)
    mask = Filter.parse(text).mask(CONTEXT)
    order = [row for row in PANEL.permutation.tolist() if all(holds(row) for _, holds in questions)]
    budget = Budget(n_records, n_tokens)
    slow = slow_scores(TEXTS, VECTORS, LABELS, order, budget)
    for name, score in PANEL.scores(mask, budget=budget).items():
        expected = slow.get(name)
        assert (score.value is None) == (expected is None) or name in LONE, name
        if expected is not None and score.value is not None:
            assert score.value == pytest.approx(expected, rel=1e-9), name


@settings(deadline=None, max_examples=30)
@given(some.lists(QUESTIONS, max_size=3))
def test_the_two_parts_of_a_budget_give_the_scores_of_the_whole(questions):
    mask = Filter.parse(" and ".join(text for text, _ in questions)).mask(CONTEXT)
    whole = PANEL.scores(mask, budget=Budget(30, 200))
    for part, names in parts(Budget(30, 200)):
        for name, score in PANEL.scores(mask, budget=part, names=names).items():
            assert (score.value, score.interval) == (whole[name].value, whole[name].interval)
