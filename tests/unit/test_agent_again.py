"""Another judge is shown the very same texts, and nothing else."""

import json
from dataclasses import replace

import label_judge
import numpy as np
import pandas as pd
import pytest

from diversity import agent, from_frame, samples
from diversity.errors import AgentError, CapReachedError, LLMError
from diversity.llm import Prices, Scripted

SETTINGS = agent.Settings(n_rounds=12, target_width=None, concurrency=4)


def labelled(n=120, n_labels=6):
    labels = np.random.default_rng(1).permutation(np.arange(n) % n_labels)
    texts = [f"text {row} [label {label}]" for row, label in enumerate(labels)]
    return from_frame(pd.DataFrame({"text": texts, "half": labels % 2}), "text")


def asking(reply=label_judge.answer, name="scripted/label"):
    return agent.LLMJudge(Scripted(reply, name=name))


@pytest.fixture(scope="module")
def first():
    return agent.run(labelled(), asking(), replace(SETTINGS, by="half"), agent.PAPER)


def test_the_same_judge_says_the_same(first):
    again = agent.judge_again(first, asking())
    assert again.rounds == first.rounds
    assert again.ending == "rounds"
    assert again.usage == first.usage
    assert agent.agree(first, again).kappa == 1


def test_another_judge_sees_the_same_texts_in_the_same_order(first):
    other = agent.judge_again(first, asking(lambda m: label_judge.answer(m, error_rate=0.3), "two"))
    assert [held.rows for held in other.rounds] == [held.rows for held in first.rounds]
    assert other.judge == "two"
    found = agent.agree(first, other)
    assert found.n_rounds == len(first.rounds)
    assert 0 < found.kappa < 1


def test_the_recorded_rounds_are_judged_by_the_embedding_judge():
    recorded = agent.recorded_run()
    again = agent.judge_again(recorded, agent.EmbeddingJudge(samples.vectors()))
    assert not again.is_llm
    assert again.criteria != recorded.criteria
    assert again.prompts == {}
    assert set(again.scores) == set(recorded.scores)
    assert agent.agree(recorded, again).kappa > 0.3


def test_the_criteria_are_those_of_the_run_unless_others_are_given(first):
    own = agent.PAPER.edited(metadata=agent.PAPER.metadata[:1])
    assert agent.judge_again(first, asking()).criteria == first.criteria
    assert agent.judge_again(first, asking(), own).criteria == own


def test_a_model_cannot_judge_by_what_the_embedding_judge_looks_at():
    data = labelled(30)
    seen = agent.run(data, agent.EmbeddingJudge(np.eye(30, dtype=np.float32)), SETTINGS)
    with pytest.raises(AgentError, match="no criteria that a language model"):
        agent.judge_again(seen, asking())
    again = agent.judge_again(seen, asking(), agent.PAPER)
    assert len(again.rounds) == 12


@pytest.mark.parametrize(
    ("error", "ending"),
    [(CapReachedError("enough"), "cap"), (LLMError("unknown parameter"), "not_accepted")],
)
def test_what_was_judged_before_the_end_is_kept(first, error, ending):
    calls = iter(range(1000))

    def reply(messages):
        return error if next(calls) >= 11 else label_judge.answer(messages)

    again = agent.judge_again(first, asking(reply), concurrency=1)
    assert (again.ending, again.message) == (ending, str(error))
    assert again.rounds == first.rounds[:5]
    assert again.usage.calls == 11


def test_its_cost_is_known_before(first):
    model = Scripted(label_judge.answer, name="openai/gpt-4o-mini")
    found = agent.estimate_again(first, agent.LLMJudge(model), Prices(1.0, 2.0))
    assert not model.asked
    assert found.n_rounds == len(first.rounds) == 24
    assert found.calls == 48
    assert found.usd == pytest.approx((found.tokens_in + 2 * found.tokens_out) / 1e6)
    free = agent.estimate_again(first, agent.EmbeddingJudge(samples.vectors()))
    assert (free.calls, free.usd, free.n_rounds) == (0, 0.0, 24)


def test_it_can_be_saved_and_opened(first):
    again = agent.judge_again(first, asking())
    opened = agent.parse_run(json.dumps(agent.run_as_json(again)), "run.json")
    assert opened.rounds == again.rounds
