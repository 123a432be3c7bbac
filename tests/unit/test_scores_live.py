import numba
import numba.core.caching
import numpy as np
import pytest

from diversity.progress import Progress
from diversity.scores import NAMES, Budget, prepare, prepare_steps, score, score_groups
from diversity.scores.kernels import compiled


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


def test_the_null_is_centred_on_the_whole_and_kept(panel):
    budget = Budget(500, 4_000)
    null = panel.null(budget, n_draws=8)
    assert null is panel.null(budget, n_draws=8)
    whole = panel.scores(np.arange(3_000), budget=budget)
    for name in ("distinct_2", "vendi_2", "hill_1"):
        assert abs(whole[name].value - null[name].mean) < 5 * null[name].spread
        assert null[name].spread > 0


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
    assert all(bare[name].value == full[name].value for name in NAMES if name[:6] != "vendi_")


def test_kernels_compile_where_no_cache_can_be_written(monkeypatch):
    monkeypatch.setattr(numba.core.caching.CacheImpl, "_locator_classes", [])
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(_double)
    assert compiled(_double)(21) == 42


def _double(number):
    return 2 * number
