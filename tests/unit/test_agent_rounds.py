import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.agent.answers import Group, Grouping, Pooled, Verdict, Verdicts
from diversity.agent.round_values import Convention, group_sizes
from diversity.agent.rounds import VIOLATIONS, Round, answered, failed, partition, verified
from diversity.usage import Usage


def given_groups(*groups, k=5):
    return answered(0, "", range(k), [Group(sample_indices=list(one)) for one in groups], Usage())


def places(held):
    found = partition(held)
    return None if found is None else [group for group, _ in found]


def test_a_partition_breaks_no_rule():
    held = given_groups((1, 3), (2,), (4, 5))
    assert held.violations == {}
    assert places(held) == [(0, 2), (1,), (3, 4)]


@pytest.mark.parametrize(
    ("groups", "violations", "read_as"),
    [
        ([(1, 2), (3, 4)], {"missing": 1}, [(0, 1), (2, 3), (4,)]),
        ([(1, 2, 9), (3, 4, 5)], {"out_of_range": 1}, [(0, 1), (2, 3, 4)]),
        ([(0, 1, 2), (3, 4, 5)], {"out_of_range": 1}, [(0, 1), (2, 3, 4)]),
        ([(1, 1, 2), (3, 4, 5)], {"repeated": 1}, [(0, 1), (2, 3, 4)]),
        ([(1, 2), (2, 3, 4, 5)], {"doubled": 1}, None),
        ([(1, 2, 3, 4, 5), ()], {"empty_group": 1}, [(0, 1, 2, 3, 4)]),
        ([(7,)], {"out_of_range": 1, "empty_group": 1, "no_groups": 1}, None),
        ([(-3, 1, 2), (2, 4)], {"out_of_range": 1, "doubled": 1, "missing": 2}, None),
    ],
)
def test_every_broken_rule_is_counted_and_read_as_documented(groups, violations, read_as):
    held = given_groups(*groups)
    assert held.violations == violations
    assert places(held) == read_as


def test_a_broken_round_can_be_left_out():
    held = given_groups((1, 2), (3, 4))
    assert sorted(group_sizes(held)) == [1, 2, 2]
    assert group_sizes(held, Convention(broken="left out")) == []


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(-3, 9), max_size=6), min_size=1, max_size=6))
def test_whatever_is_answered_becomes_a_partition_or_is_left_out(groups):
    held = given_groups(*groups, k=6)
    found = places(held)
    assert found is None or sorted(place for group in found for place in group) == list(range(6))
    assert held.violations.keys() <= set(VIOLATIONS)
    if not held.violations:
        assert {tuple(n - 1 for n in one) for one in groups} == set(found)


def test_verdicts_are_matched_by_the_number_of_the_group():
    held = given_groups((1, 2), (3,), (4, 5))
    verdicts = [Verdict(cluster="Cluster 3", valid=0, reasoning="no"), Verdict(cluster=1, valid=1)]
    judged = verified(held, verdicts, Usage(calls=1))
    assert [cluster.valid for cluster in judged.clusters] == [True, None, False]
    assert judged.clusters[2].verdict == "no"
    assert judged.violations == {}
    assert judged.usage.calls == 1


@pytest.mark.parametrize(
    ("numbers", "violations"),
    [
        ([], {"verdict_missing": 2}),
        ([1], {"verdict_missing": 1}),
        ([1, 2, 3, 4, 5], {"verdict_extra": 2}),
        ([1, 1, 3], {"verdict_extra": 1}),
    ],
)
def test_a_verdict_list_of_another_length_is_counted(numbers, violations):
    held = given_groups((1, 2), (3,), (4, 5))
    verdicts = [Verdict(cluster=number, valid=0) for number in numbers]
    judged = verified(held, verdicts, Usage())
    assert judged.violations == violations
    assert (judged.clusters[2].valid is None) == (3 not in numbers)


def test_verdicts_without_numbers_are_taken_in_order():
    held = given_groups((1, 2), (3, 4, 5))
    judged = verified(held, [Verdict(valid=1), Verdict(valid=0)], Usage())
    assert [cluster.valid for cluster in judged.clusters] == [True, False]


def test_a_failed_round_counts_nowhere():
    held = failed(Round(3, "a", (1, 2)), "refused", "no", Usage(calls=1))
    assert held.failed
    assert partition(held) is None
    assert held.violations == {"refused": 1}
    assert held.usage.calls == 1


def test_groups_whose_verification_failed_stay_to_be_read():
    held = failed(given_groups((1, 2), (3, 4, 5)), "malformed", "no JSON", Usage())
    assert partition(held) is None
    assert len(held.clusters) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"clusters": [{"cluster": 1, "sample_indices": [1, 2], "uniqueness_reasoning": "x"}]},
        {"groups": [{"samples": ["1", 2], "reason": "x"}]},
        [
            {
                "indices": [1.0, 2],
                "reasoning": "x",
                "cluster_metrics": {"a": 3, "b": {"score": "4/5"}},
            }
        ],
    ],
)
def test_the_paper_s_answer_is_read_in_the_spellings_models_use(answer):
    (group,) = Grouping.model_validate(answer).clusters
    assert group.sample_indices == [1, 2]
    assert group.uniqueness_reasoning == "x"


def test_metric_scores_off_the_scale_are_counted_and_kept_as_given():
    rated = {"a": {"score": 9, "reasoning": "very"}, "b": {"score": "high"}, "c": 5}
    group = Group(sample_indices=[1, 2], cluster_metrics=rated)
    held = answered(0, "", (0, 1), [group], Usage())
    assert held.violations == {"score_off_scale": 2}
    assert held.clusters[0].metrics["a"] == (9, "very")


@pytest.mark.parametrize(
    "answer",
    [[{"cluster": 1, "valid": 1}], {"clusters": [{"cluster": "1", "valid": "true"}]},
     {"verification": [{"cluster": 1, "valid": True, "reasoning": "so"}]},
     {"cluster": 1, "valid": 1}],
)  # fmt: skip
def test_verdicts_are_read_in_the_spellings_models_use(answer):
    (verdict,) = Verdicts.model_validate(answer).verdicts
    assert verdict.valid is True
    assert verdict.cluster == "1"


def test_the_paper_s_own_spelling_is_read_through_the_parser():
    from diversity.llm.parsing import parse

    text = """Sure! ```json
    {"clusters": [{"cluster": 1, "sample indices": [1, 3], "uniqueness reasoning": "both",
      "cluster_metadata": {"Domain": "x"},
      "cluster_metrics": {"Clarity": {"reasoning": "r", "score": 4}}}]} ```"""
    (group,) = parse(text, Grouping)[0].clusters
    assert group.sample_indices == [1, 3]
    assert group.uniqueness_reasoning == "both"
    assert group.cluster_metadata == {"Domain": "x"}
    assert group.cluster_metrics["Clarity"].score == 4
    verdicts = parse('[{"cluster": 1, "valid": 0, "reasoning": "no"}]', Verdicts)[0].verdicts
    assert [verdict.valid for verdict in verdicts] == [False]


@pytest.mark.parametrize(
    "held",
    [{"criteria": {"A": "x"}}, {"A": "x"}, {"metadata": {"A": "x"}},
     [{"name": "A", "definition": "x"}], {"A": {"definition": "x"}}],
)  # fmt: skip
def test_pooled_criteria_are_read_in_the_forms_models_use(held):
    assert Pooled.model_validate(held).criteria == {"A": "x"}
