"""Does the page of the cluster-agent tell the truth in each state, without a browser?"""

import json
import re
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from diversity import samples
from diversity.agent import (
    ClusterName,
    Criteria,
    Criterion,
    Naming,
    Settings,
    recorded_run,
    run_as_json,
)
from diversity.agent.rounds import VIOLATIONS
from diversity.errors import CriteriaError, LLMError, RunFileError
from diversity.llm import Prices
from diversity.store import Store
from pages.ui import agent_criteria, agent_keep, agent_rounds, agent_run
from pages.ui.agent_keep import Asked
from pages.ui.jobs import Jobs

pytestmark = pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")

MAIN = "../../pages/ui/main.py"
CANARY = "sk-canary-4711-never-to-be-seen"


@pytest.fixture
def agent():
    """Open the agent page on the sample, before anything was run."""
    return AppTest.from_file(MAIN, default_timeout=60).switch_page("../agent.py").run()


def html(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def texts(app):
    return [element.value for element in app.text]


def cells(app, group):
    """Read a group's line of the table of scores."""
    row = re.search(rf"<tr><th>{group}<small>.*?</tr>", html(app)).group()
    return re.findall(r"[\d.]+ – [\d.∞]+", row)


def finished(app):
    for _ in range(200):
        if not any(button.label == "Stop" for button in app.button):
            return app
        time.sleep(0.1)
        app.run()
    raise AssertionError("the run did not end")


def test_the_first_sight_is_the_recorded_run_with_its_judge_and_intervals(agent):
    assert not agent.exception
    shown = html(agent)
    assert "Judge: a large language model (recorded" in shown
    assert "not an LLM" not in shown
    for group in recorded_run().groups:
        assert len(cells(agent, group)) == 2


def test_scores_of_other_k_stand_apart_with_a_word_of_warning(agent):
    shown = html(agent)
    assert all(f">K = {k}</th>" in shown for k in (5, 10, 20))
    assert "D at different K cannot be compared" in shown


def test_the_convention_switches_what_rejected_groups_count(agent):
    before = {group: cells(agent, group) for group in ("topic", "topic-styles-persona")}
    agent.segmented_control(key="agent_convention").set_value("not at all").run()
    assert cells(agent, "topic") == before["topic"]
    assert cells(agent, "topic-styles-persona") != before["topic-styles-persona"]


def test_rounds_can_be_narrowed_to_those_with_a_rejected_group(agent):
    agent.segmented_control(key="agent_tab").set_value("Rounds").run()
    assert "1 of 48" in texts(agent)
    agent.pills(key="agent_rounds_violation").set_value("rejected").run()
    assert "1 of 2" in texts(agent)
    assert "✗ rejected on the second look" in html(agent)


def test_every_broken_rule_is_explained():
    assert set(agent_rounds.MEANINGS) == set(VIOLATIONS)


def test_steps_lead_through_the_rounds_and_round_again(agent):
    agent.segmented_control(key="agent_tab").set_value("Rounds").run()
    agent.button(key="agent_Previous").click().run()
    assert "48 of 48" in texts(agent)
    agent.button(key="agent_Next").click().run()
    assert "1 of 48" in texts(agent)


def test_the_embedding_judge_runs_at_one_press_and_is_called_no_llm(agent):
    agent.button(key="agent_run").click().run()
    finished(agent)
    assert not agent.exception
    shown = html(agent)
    assert "not an LLM" in shown
    assert "the embedding judge, which is not a language model" in shown
    low, topic = (float(cells(agent, group)[1].split()[0]) for group in ("topic-styles", "topic"))
    assert topic < low


def test_a_model_without_a_provider_is_said_and_cannot_be_run(agent):
    agent.radio(key="agent_judge").set_value("Language model").run()
    assert agent.button(key="agent_run").disabled
    agent.text_input(key="agent_model").set_value("no-such-model").run()
    assert any("No provider is known" in text for text in texts(agent))
    assert agent.button(key="agent_run").disabled


def test_an_estimate_stands_before_the_button(agent):
    agent.radio(key="agent_judge").set_value("Language model").run()
    agent.text_input(key="agent_model").set_value("openai/gpt-4o-mini").run()
    shown = html(agent)
    assert "<th>Calls</th><td>2,423</td>" in shown
    assert re.search(r"<th>Money</th><td>[\d.]+ USD</td>", shown)
    agent.button(key="agent_paper").click().run()
    assert "<th>Rounds</th><td>20,000</td>" in html(agent)
    agent.text_input(key="agent_model").set_value("openai/own-model").run()
    assert "price unknown" in html(agent)


def test_a_key_is_in_no_address_and_no_name(agent):
    agent.radio(key="agent_judge").set_value("Language model").run()
    agent.text_input(key="agent_model").set_value("openai/gpt-4o-mini").run()
    agent.text_input(key="agent_key openai ").set_value(CANARY).run()
    assert not agent.exception
    assert CANARY not in str(dict(agent.query_params))
    assert CANARY not in str(vars(agent.session_state["workspace"]))


def test_a_key_typed_for_one_provider_is_not_offered_to_another(agent):
    agent.radio(key="agent_judge").set_value("Language model").run()
    agent.text_input(key="agent_model").set_value("openai/gpt-4o-mini").run()
    agent.text_input(key="agent_key openai ").set_value(CANARY).run()
    agent.text_input(key="agent_address").set_value("http://127.0.0.1:9/v1").run()
    fields = [field for field in agent.text_input if field.label == "Key"]
    assert [field.value for field in fields] == [""]


def test_the_environments_key_is_not_sent_to_an_own_address(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    judge = agent_run.llm_judge(Asked("openai/x", "http://127.0.0.1:9/v1"))
    assert CANARY not in str(vars(judge.model))
    assert judge.model._request.api_key == agent_run.NO_KEY


def test_an_address_with_a_key_in_it_is_refused():
    with pytest.raises(LLMError, match="must not hold a key"):
        agent_run.llm_judge(Asked("openai/x", "http://me:secret@127.0.0.1/v1"))


# criteria


def test_an_edit_of_criteria_is_a_new_version_that_waits_for_a_run(agent):
    agent.segmented_control(key="agent_tab").set_value("Criteria").run()
    assert "Version 1, from the worked example of arXiv 2410.15226." in texts(agent)
    old = recorded_run().criteria
    table = agent_criteria.as_table(old)
    table.loc[0, "sentence"] = "The field."
    made = agent_criteria.edited(old, table)
    assert (made.version, made.parent) == (2, old.fingerprint)
    agent.session_state["workspace"].criteria = made
    agent.radio(key="agent_judge").set_value("Language model").run()
    assert "Version 2 waits: with a language model, Run judges by it." in texts(agent)
    chosen = next(box for box in agent.selectbox if box.label == "Criteria")
    assert chosen.value == "Edited here, version 2"
    agent.button(key="agent_discard").click().run()
    assert agent.session_state["workspace"].criteria is None


def test_a_table_that_changes_nothing_is_no_new_version():
    old = recorded_run().criteria
    assert agent_criteria.edited(old, agent_criteria.as_table(old)) is old


def test_a_table_with_one_name_twice_is_refused():
    old = recorded_run().criteria
    table = agent_criteria.as_table(old)
    table.loc[1, "name"] = table.loc[0, "name"]
    with pytest.raises(CriteriaError, match="Two criteria are called"):
        agent_criteria.edited(old, table)


def test_rows_left_empty_in_the_table_are_refused_and_not_dropped():
    old = recorded_run().criteria
    table = agent_criteria.as_table(old)
    table.loc[len(table)] = ["metric", None, None, None]
    with pytest.raises(CriteriaError, match="no name"):
        agent_criteria.edited(old, table)


# beside other runs, and on the map


def test_other_k_of_the_recorded_run_stand_side_by_side(agent):
    agent.segmented_control(key="agent_tab").set_value("Compare").run()
    assert not agent.exception
    assert {"5", "10", "20"} <= set(re.findall(r"<td>(\d+)</td>", html(agent)))


def test_the_same_run_at_another_k_is_one_press_and_is_put_beside(agent):
    agent.number_input(key="agent_n_rounds").set_value(40).run()
    agent.button(key="agent_run").click().run()
    finished(agent)
    agent.segmented_control(key="agent_tab").set_value("Compare").run()
    first = agent.session_state["workspace"].run
    agent.button(key="agent_k_5").click().run()
    finished(agent)
    assert agent.session_state["workspace"].run != first
    assert not agent.exception
    assert {"5", "10"} <= set(re.findall(r"<td>(\d+)</td>", html(agent)))


def test_two_judges_without_a_common_round_are_told_so(agent):
    agent.button(key="agent_run").click().run()
    finished(agent)
    agent.segmented_control(key="agent_tab").set_value("Compare").run()
    assert not agent.exception
    assert any("no round with the same texts in common" in text for text in texts(agent))


def test_the_recorded_rounds_are_shown_to_the_embedding_judge_at_one_press(agent):
    agent.segmented_control(key="agent_tab").set_value("Compare").run()
    assert any("48 rounds" in text and "no cost" in text for text in texts(agent))
    agent.button(key="agent_again_0").click().run()
    finished(agent)
    agent.segmented_control(key="agent_tab").set_value("Compare").run()
    assert not agent.exception
    shown = html(agent)
    assert ">48, 2,675<" in shown
    assert any("was fitted to these recorded rounds" in one.value for one in agent.caption)
    assert not any(button.key == "agent_again_0" for button in agent.button)


def test_a_kept_run_of_before_rounds_could_be_judged_again_still_opens(tmp_path):
    store = Store(tmp_path)
    agent_keep.keep(store, "data", "0" * 32, recorded_run(), Asked())
    head = tmp_path / "runs" / "data" / f"{'0' * 32}.head.json"
    held = json.loads(head.read_text())
    del held["asked"]["again"]
    head.write_text(json.dumps(held))
    assert agent_keep.find(store, "data", "0" * 32).asked == Asked()


def test_the_judges_granularity_stands_beside_the_maps(agent):
    agent.segmented_control(key="agent_tab").set_value("Names").run()
    while any(button.label == "Cancel" for button in agent.button):
        time.sleep(0.1)
        agent.run()
    assert not agent.exception
    shown = html(agent)
    assert re.search(r"<b>39 clusters \(\d+ – \d+\)</b>", shown)
    assert any("embedding judge cannot write names" in text for text in texts(agent))


def test_names_come_with_their_evidence_and_can_be_accepted(agent):
    space = agent.session_state["workspace"]
    space.naming = Naming(
        {
            n: ClusterName(n, f"name {n}", "<b>sum</b>", (1,), (1, 2), (), ("tea",), 0.5)
            for n in range(3)
        },
        model="m",
    )
    agent.segmented_control(key="agent_tab").set_value("Names").run()
    while any(button.label == "Cancel" for button in agent.button):
        time.sleep(0.1)
        agent.run()
    assert not agent.exception
    table = next(one.value for one in agent.dataframe if "supported" in one.value)
    assert table["name"].tolist() == ["name 0", "name 1", "name 2"]
    assert not table["accepted"].any()
    agent.button(key="agent_accept_all").click().run()
    agent.switch_page("../explore.py").run()
    agent.segmented_control(key="explore_below").set_value("Clusters").run()
    assert not agent.exception
    clusters = next(box for box in agent.selectbox if box.key.startswith("explore_cluster_"))
    called = [option.rsplit(" (", 1)[0] for option in clusters.options]
    assert {"name 0", "name 1", "name 2"} < set(called)


# what is kept


def test_a_kept_run_comes_back_with_what_was_asked(tmp_path):
    store, run = Store(tmp_path), recorded_run()
    criteria = Criteria((Criterion("Topic", "field", "The field."),), ())
    asked = Asked("openai/x", "http://here/v1", Settings(by="prompt"), criteria, 2.0, 9,
                  Prices(1, 2))  # fmt: skip
    name = asked.name(run.dataset)
    agent_keep.keep(store, run.dataset, name, run, asked)
    [listed] = agent_keep.listed(store, run.dataset)
    assert listed.asked == asked
    assert run_as_json(agent_keep.load(store, run.dataset, name)) == run_as_json(run)
    assert agent_keep.listed(store, "another") == []


def test_a_run_is_named_by_what_its_result_depends_on():
    asked = Asked("openai/x", settings=Settings())
    same = replace(asked, max_usd=1.0, prices=Prices(1, 1), settings=Settings(concurrency=3))
    other = replace(asked, settings=Settings(per_round=5))
    assert asked.name("d") == same.name("d")
    assert len({asked.name("d"), other.name("d"), asked.name("e"), Asked().name("d")}) == 4


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 1}', b"\xff\xfe", b"[" * 50_000])
def test_a_foreign_file_gets_a_sentence_and_is_not_kept(tmp_path, content):
    with pytest.raises(RunFileError, match=r"theirs\.json"):
        agent_keep.keep_file(Store(tmp_path), "d", content, "theirs.json")
    assert agent_keep.listed(Store(tmp_path), "d") == []


def test_a_file_that_is_opened_is_kept_and_shown(agent):
    held = run_as_json(recorded_run()) | {"judge": "<b>theirs</b>"}
    content = json.dumps(held).encode()
    uploader = next(one for one in agent.file_uploader if one.label == "Open a run")
    uploader.set_value(("run.json", content, "application/json")).run()
    assert not agent.exception
    assert "Judge: &lt;b&gt;theirs&lt;/b&gt;" in html(agent)


def test_a_broken_head_is_passed_over(tmp_path):
    store, run = Store(tmp_path), recorded_run()
    agent_keep.keep(store, run.dataset, "0" * 32, run, None)
    agent_keep._head_path(store, run.dataset, "1" * 32).write_text("{")
    assert len(agent_keep.listed(store, run.dataset)) == 1
    assert agent_keep.find(store, run.dataset, "../../etc/passwd") is None


# jobs


def counting(limit=10_000):
    for n in range(limit):
        yield n
        time.sleep(0.001)
    return limit


def test_a_paused_job_stands_still_and_goes_on_where_it_is():
    job = Jobs().submit("count", lambda: counting(200))
    while not job.progress:
        time.sleep(0.001)
    job.pause()
    time.sleep(0.05)
    held = job.progress
    time.sleep(0.05)
    assert job.progress == held
    assert job.active
    job.go_on()
    while job.active:
        time.sleep(0.005)
    assert job.result == 200


def test_a_paused_job_can_be_stopped():
    job = Jobs().submit("count", counting)
    job.pause()
    job.cancel()
    for _ in range(200):
        if not job.active:
            break
        time.sleep(0.01)
    assert job.state == "cancelled"


def test_workers_do_several_jobs_at_once():
    jobs = Jobs(2)
    first, second = jobs.submit("a", counting), jobs.submit("b", counting)
    while not (first.progress and second.progress):
        time.sleep(0.001)
    assert first.active
    for job in (first, second):
        job.cancel()


def test_the_sample_has_its_recorded_run():
    assert recorded_run().dataset == samples.load().fingerprint
