from dataclasses import replace

import label_judge
import numpy as np
import pandas as pd
import pytest
from agent_rounds import drawn, round_of
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score

from diversity import agent, from_frame, samples
from diversity.agent.agreement import agree, kappa, labels_of, rand_index
from diversity.agent.comparing import compare_groups, mover_ratio, sensitivity, sign_flip_p
from diversity.agent.variance import split_variance as split
from diversity.errors import AgentError, TooFewRecordsError
from diversity.llm import Prices, Scripted

SETTINGS = agent.Settings(by="g", target_width=None)


def run_of(groups, **changes):
    """Make a run of rounds of labels."""
    rounds = tuple(
        replace(held, group=name) for name, group_rounds in groups.items() for held in group_rounds
    )
    run = agent.Run("judge", True, SETTINGS, "data", dict.fromkeys(groups, 99), rounds=rounds,
                    criteria=agent.PAPER, ending="rounds")  # fmt: skip
    return replace(run, **changes)


def uniform(n_labels, n_rounds=200, seed=0, k=10):
    return drawn(np.ones(n_labels), k, n_rounds, np.random.default_rng(seed))


def test_a_more_diverse_group_is_found_and_its_ratio_covered():
    (found,) = compare_groups(run_of({"wide": uniform(20), "narrow": uniform(5, seed=1)}))
    assert found.d.interval[0] > 0
    assert found.ratio.interval[0] < 4 < found.ratio.interval[1]
    assert found.ratio.value == pytest.approx(4, rel=0.2)
    assert found.p_adjusted < 0.001
    assert found.n_rounds == 200


def test_equal_groups_are_rarely_told_apart():
    p_values = [
        compare_groups(run_of({"a": uniform(10, 60, seed), "b": uniform(10, 60, seed + 500)}))[0]
        for seed in range(60)
    ]
    assert sum(found.p_value < 0.05 for found in p_values) <= 8
    covered = sum(found.ratio.interval[0] <= 1 <= found.ratio.interval[1] for found in p_values)
    assert covered >= 52


def test_p_values_of_several_groups_are_adjusted():
    groups = {"a": uniform(10), "b": uniform(10, seed=1), "c": uniform(4, seed=2)}
    found = compare_groups(run_of(groups))
    assert [(one.first, one.second) for one in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert all(one.p_adjusted >= one.p_value for one in found)


def test_groups_of_another_k_or_too_few_rounds_are_not_compared():
    assert not compare_groups(run_of({"a": uniform(10), "b": uniform(10, k=5)}))
    assert not compare_groups(run_of({"a": uniform(10), "b": uniform(10, n_rounds=4)}))


def test_a_group_without_any_pair_has_no_ratio_but_a_reason():
    alone = [round_of(range(10), number) for number in range(20)]
    (found,) = compare_groups(run_of({"a": alone, "b": uniform(3, 20)}))
    assert found.ratio.value is None
    assert "none of 900 pairs" in found.ratio.reason


def test_the_ratio_of_two_certain_means_is_certain():
    assert mover_ratio(2, (2, 2), 4, (4, 4)) == pytest.approx((0.5, 0.5))


def test_the_ratio_of_a_group_with_hardly_a_pair_together_has_a_lower_end():
    once = [round_of([0, 0, *range(1, 9)], 0)]
    rare = once + [round_of(range(10), number) for number in range(1, 30)]
    (found,) = compare_groups(run_of({"a": rare, "b": uniform(5, 30)}))
    low, high = found.ratio.interval
    assert 1 < low < found.ratio.value < high


@pytest.mark.parametrize("most", [0.0025, 0.0039, 0.004, 0.0041, 0.02])
def test_the_lower_end_of_a_ratio_is_that_of_the_published_formula(most):
    top, least, bottom = 0.05, 0.03, 0.002
    low, _ = mover_ratio(top, (least, 0.08), bottom, (0.001, most))
    product = top * bottom
    inside = least * most * (2 * top - least) * (2 * bottom - most)
    divisor = most * (2 * bottom - most)
    if divisor:
        assert low == pytest.approx((product - (product**2 - inside) ** 0.5) / divisor)
    falling = [mover_ratio(top, (least, 0.08), bottom, (0.001, most * f))[0] for f in (1, 1.01)]
    assert falling[0] > falling[1] > 0


def test_the_sign_flip_test_is_exact_for_few_rounds():
    assert sign_flip_p(np.array([1.0, 1, 1, 1])) == pytest.approx(2 / 16, abs=0.02)
    assert sign_flip_p(np.zeros(5)) == 1


def test_runs_at_several_k_stand_side_by_side():
    runs = [run_of({"a": uniform(10, k=k)}) for k in (20, 5, 10)]
    found = sensitivity(runs)
    assert [one.k for one in found] == [5, 10, 20]
    assert all(one.score.effective_groups.value == pytest.approx(10, rel=0.2) for one in found)
    with pytest.raises(AgentError, match="different judges"):
        sensitivity([runs[0], replace(runs[1], judge="other")])


def test_variance_is_split_into_rounds_criteria_and_records():
    rounds_only = [run_of({"a": uniform(10, seed=seed)}) for seed in range(6)]
    found = split(rounds_only, "a")["D"]
    assert found.criteria is None
    assert found.records is None
    assert found.rounds == pytest.approx(1.28**2 / 200, rel=0.4)
    other = agent.PAPER.edited(metrics=agent.PAPER.metrics[:1])
    coarse = [
        run_of({"a": uniform(3, seed=seed)}, criteria=other, settings=replace(SETTINGS))
        for seed in range(6)
    ]
    found = split([*rounds_only, *coarse], "a")["D"]
    assert found.criteria > 100 * found.rounds
    parts = [
        run_of({"a": uniform(10, seed=seed)},
               settings=replace(SETTINGS, n_records=50, random_state=seed))
        for seed in range(6)
    ]  # fmt: skip
    found = split(parts, "a")["effective_groups"]
    assert 0 <= found.records < 10 * found.rounds
    with pytest.raises(AgentError, match="nothing to be compared"):
        split(rounds_only[:1], "a")


def test_agreement_equals_scikit_learn_s():
    generator = np.random.default_rng(0)
    for _ in range(20):
        one, other = generator.integers(0, 4, (2, 10))
        pairs = [(i, j) for i in range(10) for j in range(i)]
        first, second = ([held[i] == held[j] for i, j in pairs] for held in (one, other))
        table = [sum(a == x and b == y for a, b in zip(first, second, strict=True))
                 for x, y in ((1, 1), (1, 0), (0, 1), (0, 0))]  # fmt: skip
        assert kappa(table) == pytest.approx(cohen_kappa_score(first, second))
        assert rand_index(one, other) == pytest.approx(adjusted_rand_score(one, other))


def test_two_judges_are_compared_on_the_texts_both_saw():
    data, vectors = samples.load(), samples.vectors()
    settings = agent.Settings(by="prompt", n_rounds=40, target_width=None)
    one = agent.run(data, agent.EmbeddingJudge(vectors), settings)
    found = agree(one, replace(one, judge="twin"))
    assert (found.kappa, found.rand_index, found.order) == (1, 1, 1)
    assert found.n_pairs == 4 * 40 * 45
    strict = replace(agent.EmbeddingJudge(vectors).calibration, threshold=0.5)
    found = agree(one, agent.run(data, agent.EmbeddingJudge(vectors, strict), settings))
    assert 0.2 < found.interval[0] < found.kappa < found.interval[1] < 1
    assert found.together[0] > found.together[1]


def test_runs_without_a_common_round_cannot_be_compared():
    one = run_of({"a": uniform(10)})
    with pytest.raises(AgentError, match="no round with the same texts"):
        agree(one, replace(one, dataset="other"))


def test_the_texts_of_a_rejected_group_are_alone():
    held = round_of("aabb", valid=False)
    assert len(set(labels_of(held).tolist())) == 4


def labelled_run(n_labels, n_rounds):
    generator = np.random.default_rng(0)
    centers = generator.standard_normal((n_labels, 32))
    labels = np.arange(400) % n_labels
    vectors = (centers[labels] + 0.3 * generator.standard_normal((400, 32))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"text {row} [label {label}]" for row, label in enumerate(labels)]
    data = from_frame(pd.DataFrame({"text": texts}), "text")
    judge = agent.LLMJudge(Scripted(label_judge.answer))
    settings = agent.Settings(n_rounds=n_rounds, target_width=None)
    return agent.run(data, judge, settings, agent.PAPER), vectors


def test_the_granularity_of_the_judge_is_found():
    run, vectors = labelled_run(12, 120)
    found = agent.best_granularity(run, vectors)
    assert 11 <= found.best <= 13
    assert found.best_interval[0] <= found.best <= found.best_interval[1]
    assert found.agreement.max() > 0.9
    assert found.agreement[0] < 0.5
    assert (found.low <= found.agreement + 1e-9).all()
    assert (found.agreement <= found.high + 1e-9).all()
    assert found.recall[0] == pytest.approx(1, abs=0.05)
    assert not found.agreement.flags.writeable
    assert found.n_pairs == 120 * 45


def test_too_few_pairs_together_tell_no_granularity():
    run, vectors = labelled_run(200, 5)
    with pytest.raises(TooFewRecordsError, match="put only"):
        agent.best_granularity(run, vectors)


def test_the_cost_is_estimated_before_anything_is_asked():
    model = Scripted([], name="gpt-4o-mini")
    found = agent.estimate(samples.load(), agent.LLMJudge(model), agent.Settings(by="prompt"))
    assert model.asked == []
    assert found.calls == 20 + 3 + 2 * 300 * 4
    assert 1_500 < found.tokens_in / found.calls < 3_500
    assert found.usd == pytest.approx(
        found.tokens_in * 0.15e-6 + found.tokens_out * 0.6e-6, rel=0.01
    )
    assert found.minutes > 1
    own = agent.estimate(
        samples.load(), agent.LLMJudge(model), agent.Settings(), prices=Prices(1, 0)
    )
    assert own.usd == pytest.approx(own.tokens_in / 1e6)


def test_an_unknown_price_stays_unknown():
    judge = agent.LLMJudge(Scripted([], name="nobody/knows"))
    found = agent.estimate(samples.load(), judge, agent.Settings(), agent.PAPER)
    assert found.usd is None
    assert "unknown" in found.assumptions[-1]
    assert found.calls == 600


def test_the_estimate_of_the_prompts_is_what_a_run_sends():
    texts = [f"some words of text number {row} [label {row % 4}]" for row in range(100)]
    data = from_frame(pd.DataFrame({"text": texts}), "text")
    model = Scripted(label_judge.answer, name="gpt-4o-mini")
    settings = agent.Settings(n_rounds=20, target_width=None, n_proposals=5)
    found = agent.estimate(data, agent.LLMJudge(model), settings, agent.PAPER)
    agent.run(data, agent.LLMJudge(model), settings, agent.PAPER)
    from diversity.llm import count_tokens

    sent = sum(count_tokens("gpt-4o-mini", messages) for messages in model.asked)
    assert found.tokens_in == pytest.approx(sent, rel=0.15)


def test_the_embedding_judge_costs_nothing():
    found = agent.estimate(samples.load(), agent.EmbeddingJudge(samples.vectors()))
    assert (found.calls, found.usd, found.n_rounds) == (0, 0, 300)


def test_judges_are_not_ranked_where_one_finds_all_groups_equal():
    alike = {name: uniform(5, 20) for name in "abc"}
    ranked = {name: uniform(n, 20) for name, n in zip("abc", (3, 6, 12), strict=True)}
    one, other = run_of(alike), run_of(ranked)
    assert agree(one, replace(other, rounds=one.rounds)).order is None
