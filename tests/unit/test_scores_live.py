import math
from concurrent.futures import ThreadPoolExecutor

import numba
import numba.core.caching
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core.dispatcher import Dispatcher
from threadpoolctl import threadpool_info

from diversity.progress import Progress
from diversity.scores import (
    DEFAULT_BUDGET,
    NAMES,
    Budget,
    kernels,
    pairwise,
    prepare,
    prepare_steps,
    score,
    score_groups,
    warm,
)
from diversity.scores.kernels import compiled, draw_places
from diversity.scores.null import null_of
from diversity.scores.sampling import single_threaded


@pytest.fixture(scope="module")
def panel():
    generator = np.random.default_rng(0)
    texts = [" ".join(f"w{i}" for i in generator.zipf(1.4, 12) % 300) for _ in range(3_000)]
    labels = generator.integers(-1, 30, 3_000).astype(np.int32)
    vectors = generator.standard_normal((31, 24))[labels] + generator.standard_normal((3_000, 24))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return prepare(texts, vectors.astype(np.float32), labels)


def test_every_score_of_the_panel_has_a_value_inside_its_interval(panel):
    scores = panel.scores(np.arange(3_000), budget=Budget(1_000, 10_000))
    assert tuple(scores) == NAMES
    for name, found in scores.items():
        low, high = found.interval
        assert low <= found.value <= high, name
        assert found.mode == "matched"
        assert found.budget == Budget(1_000, 10_000)


def test_the_same_filter_gives_the_same_numbers(panel):
    mask = np.arange(3_000) % 3 > 0
    assert panel.scores(mask) == panel.scores(np.flatnonzero(mask)[::-1])


def test_only_the_sampled_rows_decide(panel):
    budget = Budget(200, 2_000)
    rows = np.sort(panel.permutation[:400])
    assert panel.scores(rows, budget=budget) == panel.scores(np.arange(3_000), budget=budget)


def test_the_budget_is_that_of_the_smallest_set(panel):
    budget = panel.budget(np.arange(3_000), np.arange(500), np.ones(3_000, bool))
    assert budget == Budget(500, 6_000)
    groups = score_groups(panel, {"few": np.arange(500), "all": np.arange(3_000)})
    assert {s.budget for scores in groups.values() for s in scores.values()} == {budget}


def test_names_choose_scores_and_an_unknown_name_is_refused(panel):
    assert list(panel.scores(np.arange(99), names=["hill_1", "distinct_1"])) == [
        "distinct_1",
        "hill_1",
    ]
    with pytest.raises(ValueError, match="vendi_7"):
        panel.scores(np.arange(99), names=["vendi_7"])


def test_rows_outside_the_dataset_are_refused(panel):
    with pytest.raises(ValueError, match="0 to 2999"):
        panel.scores(np.array([3_000]))
    with pytest.raises(ValueError, match="mask"):
        panel.scores(np.ones(5, bool))


def test_the_null_is_centred_on_the_whole(panel):
    budget = Budget(500, 4_000)
    null = panel.null(budget, n_draws=8)
    whole = panel.scores(np.arange(3_000), budget=budget)
    assert tuple(null) == NAMES
    for name in ("distinct_2", "vendi_2", "hill_1"):
        assert abs(whole[name].value - null[name].mean) < 5 * null[name].spread
        assert null[name].spread > 0


def test_the_null_equals_scores_of_random_subsets(panel):
    budget, n_draws = Budget(300, 2_000), 40
    null = panel.null(budget, n_draws)
    generator = np.random.default_rng(5)
    for name in ("distinct_1", "vendi_1", "hill_1"):
        drawn = [
            panel.scores(generator.choice(3_000, 300), budget=budget, names=[name])[name].value
            for _ in range(n_draws)
        ]
        error = np.std(drawn, ddof=1) * math.sqrt(2 / n_draws)
        assert abs(np.mean(drawn) - null[name].mean) < 4 * error, name
        assert 0.5 < np.std(drawn, ddof=1) / null[name].spread < 2, name


def test_a_null_is_there_at_once_after_it_was_drawn(panel):
    budget = Budget(70, 700)
    assert panel.null_if_ready(budget, n_draws=3) is None
    steps = list(panel.null_steps(budget, n_draws=3))
    assert [step.done for step in steps] == [1, 2, 3, 1, 2, 3]
    ready = panel.null_if_ready(budget, n_draws=3)
    assert ready == panel.null(budget, n_draws=3)
    assert list(panel.null_steps(Budget(70, 300), n_draws=3))[-1].done == 3
    assert panel.null_if_ready(Budget(70, 300), n_draws=3)["vendi_2"] == ready["vendi_2"]


@given(st.integers(0, 4_000), st.integers(0, 200_000))
def test_a_rounded_budget_is_a_little_smaller_and_stays_as_it_is(n_records, n_tokens):
    rounded = Budget(n_records, n_tokens).rounded()
    assert rounded == rounded.rounded()
    for small, whole in ((rounded.n_records, n_records), (rounded.n_tokens, n_tokens)):
        assert 2**-0.25 * whole - 1 < small <= whole


def test_rounded_budgets_meet_in_few():
    grid = {Budget(n, n).rounded() for n in range(100, 4_001)}
    assert len(grid) < 50
    assert DEFAULT_BUDGET.rounded() == DEFAULT_BUDGET


def test_random_places_are_distinct_and_evenly_drawn():
    lengths = np.ones(50, np.int32)
    order = np.arange(50, dtype=np.int32)
    drawn = np.zeros(50, int)
    for seed in range(4_000):
        places, n_for_records, n_for_tokens = draw_places(order, lengths, 5, 8, seed)
        assert (len(set(places.tolist())), n_for_records, n_for_tokens) == (8, 5, 8)
        drawn[places] += 1
    assert drawn.sum() == 32_000
    assert np.abs(drawn - 640).max() < 5 * math.sqrt(640)
    assert sorted(order.tolist()) == list(range(50))


def test_one_large_group_has_an_interval():
    vectors = np.tile(np.eye(4, dtype=np.float32), (500, 1))
    scores = prepare(["a b"] * 2_000, vectors, np.zeros(2_000, np.int32)).scores(np.arange(2_000))
    assert scores["hill_0"].interval == (1, 1)
    assert scores["coverage"].value == 1


def test_two_panels_at_once_leave_the_linear_algebra_as_it_was(panel):
    before = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    with ThreadPoolExecutor(4) as several:
        list(several.map(panel.scores, [np.arange(n) for n in range(1_000, 1_008)]))
    after = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert after == before


def test_warm_leaves_nothing_to_compile(panel):
    warm()
    kernel_list = [k for m in (kernels, pairwise) for k in vars(m).values() if is_kernel(k)]
    before = {kernel: len(kernel.signatures) for kernel in kernel_list}
    assert min(before[k] for k in kernel_list if k is not pairwise._distance_but_copies) == 1
    for mask in (np.ones(3_000, bool), np.arange(3_000) % 7 == 0):
        mask.setflags(write=bool(mask.all()))
        panel.scores(mask)
    assert {kernel: len(kernel.signatures) for kernel in kernel_list} == before


def is_kernel(thing):
    return isinstance(thing, Dispatcher)


def test_a_set_of_one_theme_scores_below_random_subsets_of_its_size(panel):
    rows = np.flatnonzero(panel.labels == 3)
    budget = panel.budget(rows)
    null = panel.null(budget, n_draws=5)["vendi_2"]
    theme = panel.scores(rows, budget=budget, names=["vendi_2"])["vendi_2"]
    assert theme.value < null.mean - 5 * null.spread


def test_preparing_reports_progress():
    reports = [p for p in prepare_steps(["a b"] * 45_000) if isinstance(p, Progress)]
    assert [report.done for report in reports] == [20_000, 40_000]


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="labels has 1 rows for 2 texts"):
        prepare(["a", "b"], labels=np.zeros(1, np.int32))
    with pytest.raises(ValueError, match="mode"):
        score(["a"], mode="loose")


def test_intervals_are_asked_for(panel):
    bare = panel.scores(np.arange(3_000), interval=False)
    full = panel.scores(np.arange(3_000))
    assert all(s.interval is None for s in bare.values())
    assert all(bare[name].value == full[name].value for name in NAMES)


def test_kernels_compile_where_no_cache_can_be_written(monkeypatch):
    monkeypatch.setattr(numba.core.caching.CacheImpl, "_locator_classes", [])
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(_double)
    assert compiled(_double)(21) == 42


def _double(number):
    return 2 * number


def test_a_null_keeps_its_draws_and_says_where_a_value_lies_among_them():
    null = null_of([3.0, 1.0, 2.0, 2.0])
    assert null.values == (1.0, 2.0, 2.0, 3.0)
    assert [null.share_below(value) for value in (0, 2, 2.5, 9)] == [0, 0.5, 0.75, 1]


def test_blas_stays_on_one_thread_whichever_thread_scores():
    def n_threads():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    def within():
        with single_threaded():
            return n_threads()

    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        before = first.submit(n_threads).result()
        assert [pool.submit(within).result() for pool in (first, second, first)] == [{1}] * 3
        assert second.submit(n_threads).result() == before
