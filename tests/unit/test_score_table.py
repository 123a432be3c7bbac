import re

from diversity.scores import Budget, Null, Score
from pages.ui.score_table import ScoredSet, table

BUDGET = Budget(100, 1_000)


def score(value, interval=(0.1, 0.9)):
    return Score("mean_distance", value, interval, 100, BUDGET, "matched")


def written(*values, null=None):
    sets = [ScoredSet(f"set {i}", 100, {"mean_distance": score(v)}) for i, v in enumerate(values)]
    return table(sets, BUDGET, {"mean_distance": null} if null else {})


def changes(html):
    found = re.findall(r'<em class="([^"]*)"><i aria-label="(\w+)">(.)</i><span> ([\d.]+)', html)
    return [(size, name, sign, "beyond" in kind) for kind, name, sign, size in found]


def test_each_set_says_by_how_much_it_differs_from_the_first():
    assert changes(written(0.5, 0.625, 0.25)) == [
        ("0.125", "more", "▲", False),
        ("0.250", "less", "▼", False),
    ]


def test_a_difference_that_chance_alone_would_make_is_pale():
    null = Null(mean=0.5, spread=0.1, n_draws=20)
    assert [beyond for *_, beyond in changes(written(0.5, 0.65, 0.9, null=null))] == [False, True]


def test_what_reads_the_same_shows_no_difference():
    assert changes(written(0.5, 0.50001)) == changes(written(0.5)) == []
    assert changes(written(None, 0.5)) == changes(written(0.5, None)) == []
