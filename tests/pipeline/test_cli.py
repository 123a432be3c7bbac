"""The command line as a person uses it: real files, real processes, exit codes."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from diversity.scores import NAMES

SUBJECTS = ["tea and milk", "rain over the sea", "a red bicycle", "the price of bread"]


def diversity(*arguments, **keywords):
    return subprocess.run(
        [sys.executable, "-m", "diversity", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **keywords,
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "texts.jsonl"
    rows = [
        {"text": f"{subject}, chapter {part} of ten", "prompt": f"p{part % 2}"}
        for part in range(10)
        for subject in SUBJECTS
    ]
    rows += [{"text": "", "prompt": "p0"}, rows[0]]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_score_prints_the_panel_as_json(file):
    done = diversity("score", file, "--embedder", "hashing", "--json", "-")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert list(document["groups"]) == ["all"]
    assert document["groups"]["all"]["n_records"] == 41
    assert document["groups"]["all"]["duplicate_share"] == pytest.approx(1 / 41)
    assert set(document["groups"]["all"]["scores"]) == set(NAMES)
    assert document["dataset"]["n_left_out"] == 1


def test_score_holds_every_group_to_one_budget(file):
    done = diversity("score", file, "--embedder", "hashing", "--by", "prompt", "--json", "-")
    document = json.loads(done.stdout)
    assert set(document["groups"]) == {"p0", "p1"}
    assert document["budget"]["n_records"] == 20


def test_a_score_has_its_value_inside_its_interval(file):
    done = diversity("score", file, "--embedder", "hashing", "--json", "-")
    for name, score in json.loads(done.stdout)["groups"]["all"]["scores"].items():
        if score["value"] is None or score["interval"] is None:
            assert score["reason"], name
        else:
            low, high = score["interval"]
            assert low <= score["value"] <= high, name


@pytest.mark.parametrize("mode", ["matched", "exact", "paper"])
def test_every_mode_prints_a_table(file, mode):
    done = diversity("score", file, "--embedder", "hashing", "--mode", mode)
    assert done.returncode == 0
    assert all(name in done.stdout for name in NAMES)


def test_map_writes_six_columns_beside_the_datasets_own(file, tmp_path):
    out = tmp_path / "map.parquet"
    done = diversity("map", file, "--embedder", "hashing", "--out", out)
    records = pd.read_parquet(out)
    assert done.returncode == 0
    assert list(records) == [
        "text", "prompt", "x", "y", "cluster", "cluster_name", "strength", "duplicate_of",
    ]  # fmt: skip
    assert records["duplicate_of"].dropna().tolist() == [0]


def test_where_scores_only_what_passes_the_filter(file):
    done = diversity(
        "score", file, "--embedder", "hashing", "--json", "-", "--where", 'prompt = "p1"'
    )
    assert json.loads(done.stdout)["groups"]["all"]["n_records"] == 20
    assert "20 of 41 records pass the filter" in done.stderr


def test_where_maps_only_what_passes_the_filter(file, tmp_path):
    out = tmp_path / "map.jsonl"
    where = 'text contains "bicycle" and not prompt = "p0"'
    diversity("map", file, "--embedder", "hashing", "--out", out, "--where", where)
    assert len(pd.read_json(out, lines=True)) == 5


def test_map_does_not_replace_a_file_unasked(file, tmp_path):
    out = tmp_path / "map.csv"
    out.write_text("mine")
    done = diversity("map", file, "--embedder", "hashing", "--out", out)
    assert done.returncode == 1
    assert "--force" in done.stderr
    assert out.read_text() == "mine"


def test_a_column_of_vectors_takes_the_place_of_a_model(tmp_path):
    path = tmp_path / "vectors.jsonl"
    rows = [{"text": f"text {n}", "v": [n, 1.0, n % 3]} for n in range(30)]
    path.write_text("\n".join(map(json.dumps, rows)))
    done = diversity("score", path, "--vectors", "v", "--json", "-")
    assert json.loads(done.stdout)["dataset"]["embedder"] == "column v"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["score", "nowhere.csv"], 1, "nowhere.csv"),
        (["score", "FILE", "--text", "txet"], 1, "Did you mean 'text'"),
        (["score", "FILE", "--by", "nothing"], 1, "no column 'nothing'"),
        (["score", "FILE", "--vectors", "prompt"], 1, "not hold a list of numbers"),
        (["score", "FILE", "--embedder", "hashing", "--where", "prompt ="], 1, "expected"),
        (["score", "FILE", "--embedder", "hashing", "--where", "n > 3"], 1, "no column"),
        (["score", "FILE", "--embedder", "hashing", "--where", "length < 1"], 1, "No record"),
        (["score", "FILE", "--mode", "guess"], 2, "--mode"),
        (["score"], 2, "FILE"),
        (["paint"], 2, "No such command"),
        (["map", "FILE"], 2, "--out"),
        (["app", "nowhere.csv"], 1, "nowhere.csv"),
    ],
)
def test_what_a_user_can_mend_is_said_without_a_traceback(file, arguments, code, said):
    done = diversity(*[file if argument == "FILE" else argument for argument in arguments])
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_cache_shows_what_is_kept_and_empties_it(file, home):
    diversity("score", file, "--embedder", "hashing")
    shown = diversity("cache").stdout
    assert str(home) in shown
    assert "vectors" in shown
    assert "Deleted" in diversity("cache", "--clear").stdout
    assert "0 B" in diversity("cache").stdout
