"""``diversity select`` as a person uses it."""

import json
import subprocess
import sys

import pandas as pd
import pytest

THINGS = ["tea and milk", "rain over the sea", "a red bicycle", "the price of bread"]


def select(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "diversity", "select", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "texts.jsonl"
    rows = [
        {"text": f"{thing}, chapter {part}", "kind": THINGS.index(thing), "grade": part * 1.5}
        for part in range(10)
        for thing in THINGS
    ]
    path.write_text("\n".join(map(json.dumps, [*rows, {"text": "no grade", "kind": 0}])))
    return path


def test_the_chosen_records_are_written_with_their_rank(file, tmp_path):
    out = tmp_path / "chosen.parquet"
    done = select(file, "--k", 7, "--embedder", "hashing", "--out", out, "--rank")
    records = pd.read_parquet(out)
    assert done.returncode == 0, done.stderr
    assert list(records) == ["text", "kind", "grade", "selection_rank"]
    assert records["selection_rank"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert "Wrote 7 of 41 records" in done.stderr


def test_a_choice_follows_quality_and_filter_and_says_what_is_odd(file):
    done = select(
        file, "--k", 8, "--method", "stratified", "--by", "kind", "--quality", "grade",
        "--where", "row >= 4", "--embedder", "hashing", "--json", "-",
    )  # fmt: skip
    document = json.loads(done.stdout)
    assert sorted(document["rows"]) == [32, 33, 34, 35, 36, 37, 38, 39]
    assert "1 of 37 records have no quality" in document["notes"][0]
    assert "1 of 37 records have no quality" in done.stderr


def test_without_a_file_the_rows_are_printed(file):
    done = select(file, "--k", 99, "--method", "random", "--embedder", "hashing")
    assert sorted(map(int, done.stdout.split())) == list(range(41))


def test_a_method_with_an_end_of_its_own_needs_no_number(file):
    done = select(
        file, "--method", "threshold", "--set", "max_similarity=0.5", "--embedder", "hashing"
    )
    rows = list(map(int, done.stdout.split()))
    assert done.returncode == 0, done.stderr
    assert rows[0] == 0
    assert 1 < len(rows) == len(set(rows)) < 41


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--k", "3", "--method", "k_centre"], 1, "k_centre"),
        (["--k", "3", "--set", "share"], 1, "a name and a value"),
        (["--k", "3", "--method", "coverage", "--set", "share=7"], 1, "from"),
        (["--k", "3", "--quality", "text"], 1, "text"),
        (["--method", "random"], 1, "is needed"),
        (["--k", "-1"], 2, "--k"),
    ],
)
def test_what_a_user_can_mend_is_said_without_a_traceback(file, arguments, code, said):
    done = select(file, "--embedder", "hashing", *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
