"""The cluster-agent from the command line: a real server, real processes, real kills."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from diversity.agent import load_run
from diversity.cli import main
from tests import llm_judge, llm_server

WORDS = ["bread", "sea", "bicycle", "rain", "music"]
CONCURRENCY = 8


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "texts.jsonl"
    rows = [
        {"text": f"{word} in chapter {part} of forty", "part": "ab"[part % 2]}
        for part in range(40)
        for word in WORDS
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture(scope="module")
def judge():
    with llm_server.serving(llm_judge.by_first_word) as server:
        yield server


def arguments(file, server, *more):
    judged = ("--judge", "my-judge", "--api-base", server.url)
    return ["agent", str(file), *judged, *map(str, more)]


@pytest.fixture
def result(capsys):
    def result(*command):
        capsys.readouterr()
        main([*command, "--json", "-"])
        return json.loads(capsys.readouterr().out)

    return result


def test_it_finds_the_groups_that_the_judge_sees(file, judge, result):
    found = result(*arguments(file, judge))
    assert found["judge"] == "openai/my-judge"
    assert found["ending"] == "width"
    score = found["groups"]["all"]
    low, high = score["effective_groups"]["interval"]
    # 5 labels of 40 records each, pairs drawn without replacement
    assert low < 1 / (39 / 199) < high
    assert score["violations"] == {}
    assert found["usage"]["usd"] is None
    assert found["usage"]["calls"] == len(judge.requests)


def test_the_same_command_costs_nothing_the_second_time(file, judge, result):
    command = arguments(file, judge, "--by", "part", "--rounds", 20, "--price", "1,2")
    first, again = result(*command), result(*command)
    assert again["groups"] == first["groups"]
    assert again["usage"]["calls"] == 0
    assert again["usage"]["usd"] == 0
    assert again["usage"]["cached_calls"] == first["usage"]["calls"]
    assert again["usage"]["cached_usd"] == pytest.approx(first["usage"]["usd"])


def test_a_table_says_who_judged_and_what_it_cost(file, judge, capsys):
    main(arguments(file, judge, "--rounds", 12, "--criteria", _criteria(file)))
    printed = capsys.readouterr().out
    assert "openai/my-judge" in printed
    assert "price unknown" in printed
    assert "all rounds are done" in printed.lower()


def _criteria(file):
    path = file.parent / "criteria.json"
    path.write_text(json.dumps({"metadata": {"Subject": "bread / sea"}, "metrics": {}}))
    return path


@pytest.mark.parametrize("cap", [("--max-calls", 31), ("--max-usd", 0.0045)])
def test_the_limit_holds_and_what_there_is_is_shown(file, cap, capsys):
    with llm_server.serving(llm_judge.by_first_word) as server:
        command = arguments(file, server, "--price", "1,2", "--random-state", 7, *cap)
        main([*command, "--json", "-"])
        n_calls = len(server.requests)
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert n_calls == found["usage"]["calls"] <= (31 if "--max-calls" in cap else 0.0045 / 0.00014)
    assert n_calls >= 30
    assert found["ending"] == "cap"
    assert "limit of" in printed.err


def test_an_estimate_makes_no_call_and_is_no_lower_than_the_cost(file, judge, result):
    before = len(judge.requests)
    options = arguments(file, judge, "--rounds", 40, "--price", "1,2", "--random-state", 3)
    estimate = result(*options, "--estimate")
    assert len(judge.requests) == before
    spent = result(*options, "--target-width", 0)["usage"]
    assert spent["calls"] <= estimate["calls"] <= 1.2 * spent["calls"]
    assert estimate["usd"] == pytest.approx(
        (estimate["tokens_in"] + 2 * estimate["tokens_out"]) / 1e6
    )


def test_an_estimate_says_that_a_price_is_unknown(file, judge, capsys):
    main(arguments(file, judge, "--estimate"))
    printed = capsys.readouterr().out
    assert "price unknown" in printed
    assert "623 calls" in printed


def test_groups_are_compared_round_by_round(file, judge, result):
    found = result(*arguments(file, judge, "--by", "part", "--rounds", 20))
    [difference] = found["differences"]
    assert {difference["first"], difference["second"]} == {"a", "b"}
    low, high = difference["ratio"]["interval"]
    assert low < 1 < high
    assert difference["p_adjusted"] > 0.05


def test_a_judge_that_lets_nobody_in_is_an_error(file, capsys):
    with llm_server.serving([llm_server.failed(401, "no")]) as server:
        with pytest.raises(SystemExit) as left:
            main(arguments(file, server))
        assert len(server.requests) <= 16
    assert left.value.code == 1
    assert "Error: openai/my-judge cannot be used" in capsys.readouterr().err


def test_the_embedding_judge_needs_nothing_and_says_that_it_is_no_llm(file, result):
    found = result("agent", str(file), "--rounds", "30", "--embedder", "hashing")
    assert found["judge"] == "embedding judge (not an LLM)"
    assert not found["is_llm"]
    assert found["usage"] == {
        "calls": 0, "cached_calls": 0, "tokens_in": 0, "tokens_out": 0, "usd": 0.0,
        "cached_usd": 0.0,
    }  # fmt: skip


def test_a_key_is_in_nothing_that_a_run_leaves(file, home, tmp_path, monkeypatch, capsys):
    key = "plain-canary-8c1e"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    out = tmp_path / "run.json"
    with llm_server.serving(llm_judge.by_first_word) as server:
        main(arguments(file, server, "--rounds", 3, "--out", out))
        assert server.requests[0].headers["Authorization"] == f"Bearer {key}"
    refusing = [llm_server.failed(401, f"not {key}")]
    with llm_server.serving(refusing) as server, pytest.raises(SystemExit):
        main(arguments(file, server, "--rounds", 3, "--out", out))
    printed = capsys.readouterr()
    assert key not in printed.out + printed.err
    left = [path for folder in (home, tmp_path) for path in folder.rglob("*") if path.is_file()]
    assert {"run.json", "calls.sqlite"} <= {path.name for path in left}
    assert not any(key.encode() in path.read_bytes() for path in left)


def test_a_saved_run_is_gone_on_with_under_its_own_settings(file, judge, result, tmp_path):
    out = tmp_path / "run.json"
    main(arguments(file, judge, "--rounds", 5, "--per-round", 6, "--out", out))
    resumed = result(*arguments(file, judge, "--resume", "--out", out, "--rounds", 9))
    assert resumed["settings"]["per_round"] == 6
    assert resumed["groups"]["all"]["rounds"] == 9
    assert len(load_run(out).rounds) == 9


def test_a_run_on_a_server_of_ones_own_never_goes_on_at_the_providers(
    file, judge, tmp_path, result, capsys
):
    out = tmp_path / "run.json"
    result(*arguments(file, judge, "--out", out, "--rounds", 3))
    with pytest.raises(SystemExit):
        main(["agent", str(file), "--resume", "--out", str(out)])
    assert "--api-base" in capsys.readouterr().err


def test_a_run_over_other_records_is_not_gone_on_with(file, judge, tmp_path, capsys):
    out = tmp_path / "run.json"
    main(arguments(file, judge, "--rounds", 3, "--out", out))
    other = tmp_path / "other.jsonl"
    other.write_text("\n".join(file.read_text().splitlines()[:50]))
    with pytest.raises(SystemExit):
        main(arguments(other, judge, "--resume", "--out", out))
    assert "other records" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--max-usd", "1"), "is not known"),
        (("--criteria", "nowhere.json"), "cannot be read"),
        (("--by", "nothing"), "nothing"),
        (("--per-round", "500"), "no group has more"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_call_is_made(file, judge, options, complaint, capsys):
    before = len(judge.requests)
    with pytest.raises(SystemExit) as left:
        main(arguments(file, judge, *options))
    printed = capsys.readouterr().err
    assert left.value.code == 1
    assert complaint in printed
    assert "Traceback" not in printed
    assert len(judge.requests) == before


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--target-width", "nan"),
        ("--target-width", "inf"),
        ("--max-usd", "nan"),
        ("--timeout", "inf"),
        ("--price", "-1,2"),
        ("--price", "nan,2"),
        ("--price", "1,inf"),
    ],
)
def test_numbers_that_nothing_can_be_reckoned_with_are_wrong_usage(file, option, value, capsys):
    with pytest.raises(SystemExit) as left:
        main(["agent", str(file), option, value])
    assert left.value.code == 2
    assert f"'{option}'" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--json", "--out"])
def test_a_file_that_cannot_be_written_is_said(file, judge, option, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments(file, judge, "--rounds", 2, option, tmp_path))
    assert left.value.code == 1
    assert f"to {tmp_path}:" in (said := capsys.readouterr().err) or f"{tmp_path} cannot" in said


def test_killed_at_any_moment_it_goes_on_to_the_same_result(file, result, monkeypatch, tmp_path):
    seed = random.randrange(10**6)
    moments = random.Random(seed)
    with llm_server.serving(llm_judge.by_first_word) as server:
        options = ("--rounds", 200, "--target-width", 0, "--concurrency", CONCURRENCY)
        command = [sys.executable, "-m", "diversity", *arguments(file, server, *options)]
        in_flight = 0
        for _ in range(2):
            before = len(server.requests)
            process = subprocess.Popen(
                [*command, "--resume", "--out", tmp_path / "run.json"], stderr=subprocess.DEVNULL
            )
            wanted = before + moments.randrange(10, 130)
            while process.poll() is None and len(server.requests) < wanted:
                time.sleep(0.002)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            in_flight += CONCURRENCY
        done = subprocess.run(
            [*command, "--resume", "--out", tmp_path / "run.json", "--json", "-"],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        asked = Counter(json.dumps(request.messages) for request in server.requests)
        monkeypatch.setenv("DIVERSITY_HOME", str(tmp_path / "another"))
        uninterrupted = result(*arguments(file, server, *options))
    resumed = json.loads(done.stdout)
    assert resumed["groups"] == uninterrupted["groups"], f"seed {seed}"
    assert resumed["criteria"] == uninterrupted["criteria"]
    assert sum(asked.values()) - len(asked) <= in_flight, f"seed {seed}"
    assert len(asked) == uninterrupted["usage"]["calls"]


def test_a_saved_run_is_judged_again_by_another_judge(file, judge, tmp_path, result, capsys):
    out = tmp_path / "run.json"
    main(arguments(file, judge, "--rounds", 12, "--out", out))
    free = ["agent", str(file), "--same-rounds", str(out), "--embedder", "hashing"]
    capsys.readouterr()
    main(free)
    judges = "openai/my-judge and embedding judge (not an LLM)"
    assert f"Agreement of {judges}" in capsys.readouterr().out
    found = result(*free)
    assert found["groups"]["all"]["rounds"] == found["agreement"]["n_rounds"] == 12
    assert found["groups"]["all"]["invalid_share"] is None
    asked = len(judge.requests)
    same = result(*arguments(file, judge, "--same-rounds", out))
    assert same["agreement"]["kappa"] == 1
    assert len(judge.requests) == asked


def test_rounds_are_either_a_saved_runs_or_drawn_anew(file, judge, tmp_path, capsys):
    out = tmp_path / "run.json"
    main(arguments(file, judge, "--rounds", 3, "--out", out))
    for more in (("--per-round", 5), ("--by", "part"), ("--paper",)):
        with pytest.raises(SystemExit):
            main(arguments(file, judge, "--same-rounds", out, *more))
        assert f"{more[0]} would draw others" in capsys.readouterr().err
    other = tmp_path / "other.jsonl"
    other.write_text("\n".join(file.read_text().splitlines()[:50]))
    with pytest.raises(SystemExit):
        main(arguments(other, judge, "--same-rounds", out, "--estimate"))
    assert "judge again is one over other records" in capsys.readouterr().err
