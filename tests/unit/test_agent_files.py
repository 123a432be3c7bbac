import json
from dataclasses import replace

import numpy as np
import pytest

from diversity import agent, samples
from diversity.agent import run_as_json
from diversity.agent.answers import Group
from diversity.agent.rounds import Round, answered, failed
from diversity.errors import CriteriaError, RunFileError
from diversity.llm import Usage


@pytest.fixture(scope="module")
def recorded():
    return agent.recorded_run()


@pytest.fixture
def full(recorded):
    """A run with something in every field."""
    rated = {"a": {"score": 3, "reasoning": "so"}, "b": {"score": None}}
    group = Group(sample_indices=[1, 9], cluster_metadata={"m": "x"}, cluster_metrics=rated)
    one = answered(0, "g", (4, 2), [group], Usage(calls=2, tokens_in=9, usd=0.25))
    return replace(
        recorded,
        rounds=(one, failed(Round(1, "g", (2, 4)), "refused", "no", Usage(calls=1, usd=None))),
        groups={"g": 12},
        skipped={"small": 3},
        proposals=(
            agent.Proposed((1, 2), {"m": "x"}, {"a": "y"}),
            agent.Proposed((3,), message="?"),
        ),
        texts={4: "four \ud800", 2: "two\n<b>"},
        n_cut=1,
        usage=Usage(3, 1, 9, 2, None),
        prompts={"group": "abc"},
        ending="cap",
        message="enough",
    )


def test_a_run_comes_back_as_it_was(full, tmp_path):
    agent.save_run(full, tmp_path / "run.json")
    loaded = agent.load_run(tmp_path / "run.json")
    assert run_as_json(loaded) | {"texts": 0} == run_as_json(full) | {"texts": 0}
    assert loaded.rounds == full.rounds
    assert loaded.texts[2] == full.texts[2]
    assert loaded.scores == full.scores


def test_the_texts_can_stay_at_home(full, tmp_path):
    agent.save_run(full, tmp_path / "run.json", with_texts=False)
    assert "two" not in (tmp_path / "run.json").read_text()
    assert agent.load_run(tmp_path / "run.json").scores == full.scores


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe not json", "is not JSON"),
        (b"[]", "holds no run"),
        (b'{"format": "other"}', "holds no run"),
        (b'{"format": "diversity-agent-run", "version": 9}', "is of version 9"),
        (b'{"format": "diversity-agent-run", "version": 1}', "broken in 'rounds'"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_a_foreign_file_is_refused_in_one_sentence(content, says, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(RunFileError, match=says):
        agent.load_run(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(RunFileError, match="cannot be read"):
        agent.load_run(tmp_path / "none.json")


def paths(held, path=()):
    """Walk to every value of a JSON document."""
    items = held.items() if isinstance(held, dict) else enumerate(held)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


@pytest.mark.parametrize("value", [None, -1, "x", 1.5, [], {"x": None}, [[]], True])
def test_a_broken_run_is_refused_or_read_but_never_a_traceback(full, value):
    whole = json.dumps(run_as_json(full))
    for path in paths(json.loads(whole)):
        broken = json.loads(whole)
        place = broken
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        try:
            run = agent.parse_run(json.dumps(broken))
        except RunFileError:
            continue
        assert run.scores


@pytest.mark.parametrize(
    ("part", "value", "says"),
    [
        ("usage", {"usd": float("nan")}, "is not JSON"),
        ("settings", {"target_width": float("inf")}, "is not JSON"),
        ("settings", {"per_round": 2.5}, "settings"),
        ("settings", {"by": 5}, "settings"),
        ("groups", {"other": 12}, "unknown group 'g'"),
        ("usage", {"calls": 10**400}, "usage"),
    ],
)
def test_a_run_that_could_not_be_scored_or_saved_again_is_refused(full, part, value, says):
    held = run_as_json(full)
    with pytest.raises(RunFileError, match=says):
        agent.parse_run(json.dumps(held | {part: value}))


def test_a_round_that_would_count_twice_is_refused(full):
    held = run_as_json(replace(full, rounds=(*full.rounds, full.rounds[0])))
    with pytest.raises(RunFileError, match="round 0 of 'g' is there twice"):
        agent.parse_run(json.dumps(held))


def test_a_width_without_end_is_no_setting():
    with pytest.raises(ValueError, match="target_width"):
        agent.Settings(target_width=float("inf"))


def test_the_recorded_run_is_a_real_judge_s(recorded):
    assert recorded.is_llm
    assert len(recorded.rounds) == 48
    assert sum(held.violations != {} for held in recorded.rounds) == 0
    assert recorded.scores["topic"].d.value == pytest.approx(4.35)
    assert recorded.scores["topic"].n_rounds == 6
    texts = samples.load().texts
    assert recorded.texts == {row: texts[row] for row in recorded.texts}
    assert {row for held in recorded.rounds for row in held.rows} == recorded.texts.keys()
    rejected = [one for held in recorded.rounds for one in held.clusters if one.valid is False]
    assert len(rejected) == 2
    assert recorded.dataset == samples.load().fingerprint


def test_no_key_and_no_path_is_in_a_file(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    judge = agent.EmbeddingJudge(samples.vectors())
    run = agent.run(samples.load(), judge, agent.Settings(n_rounds=3))
    content = json.dumps(run_as_json(run))
    assert "canary" not in content
    assert "/home" not in content


def test_criteria_are_read_from_a_file_by_hand():
    criteria = agent.Criteria.from_json({"metadata": {"Topic": "field"}, "metrics": [
        {"name": "Depth", "sentence": "How deep.", "definition": "1 flat, 5 deep"}]})  # fmt: skip
    assert [kind for kind, _ in criteria.interleaved()] == ["metadata", "metric"]
    assert criteria.metadata[0].sentence == "field"
    assert agent.Criteria.from_json(criteria.as_json()) == criteria


@pytest.mark.parametrize(
    "held",
    [[], {}, {"metadata": 3}, {"metadata": [{"definition": "x"}]}, {"metadata": ["x"]},
     {"metadata": {"A": "x", "a ": "y"}}, {"metadata": {"A": ""}}, None],
)  # fmt: skip
def test_criteria_that_cannot_be_used_are_refused(held):
    with pytest.raises(CriteriaError):
        agent.Criteria.from_json(held)


def test_an_edit_is_a_new_version_that_knows_the_old_one():
    edited = agent.PAPER.edited(metrics=agent.PAPER.metrics[:2])
    again = edited.edited(metadata=edited.metadata[:1])
    assert (edited.version, again.version) == (2, 3)
    assert again.parent == edited.fingerprint
    assert again.origin == "the worked example of arXiv 2410.15226, edited"
    assert agent.PAPER.edited(metrics=agent.PAPER.metrics) is agent.PAPER


def test_the_criteria_lead_the_prompt_in_turn():
    from diversity.agent.judges import Shown, grouping_slots

    lines = str(grouping_slots(Shown((0,), ("x",)), agent.PAPER)["criteria"]).splitlines()
    assert lines[0].startswith("1. Metadata, Subject Domain: ")
    assert lines[1].startswith("2. Metric, Conceptual Clarity: ")
    assert len(lines) == 8


def test_the_embedding_judge_says_everywhere_that_it_is_no_language_model():
    run = agent.run(
        samples.load(), agent.EmbeddingJudge(samples.vectors()), agent.Settings(n_rounds=2)
    )
    assert "not an LLM" in run.judge
    assert run.label == run.judge
    assert not run.is_llm
    assert run.usage == Usage()
    assert run.prompts == {}


def test_the_embedding_judge_ranks_the_sample_as_the_recorded_judge_did():
    settings = agent.Settings(by="prompt", n_rounds=150, target_width=None)
    run = agent.run(samples.load(), agent.EmbeddingJudge(samples.vectors()), settings)
    below, *others = run.scores.values()
    for other in others:
        assert below.d.interval[1] < other.d.interval[0]
        assert below.effective_groups.interval[1] < other.effective_groups.interval[0]


def test_equal_texts_are_together_and_unlike_ones_apart():
    vectors = np.eye(3, dtype=np.float32)[[0, 0, 1, 2]]
    texts = ["The cat sat on the mat."] * 2 + ["Solve for x!", "Dear sir, you won a prize"]
    from diversity.agent.judges import Shown

    reply = agent.EmbeddingJudge(vectors).group(Shown((0, 1, 2, 3), tuple(texts)), agent.PAPER, 0)
    assert [group.sample_indices for group in reply.answer] == [[1, 2], [3], [4]]
    assert "cat" in reply.answer[0].uniqueness_reasoning
