"""Comparing on the command line: real files, real processes, exit codes."""

import json
import random

import pytest

from diversity.cli.loading import check_where
from diversity.dataset import read
from diversity.errors import FilterError
from tests.pipeline.test_cli import diversity

WORDS = ("tea", "rain", "bread", "trains", "stars", "paint", "wheat", "glass", "chess", "salt")


def rows(n, seed, arm):
    pick = random.Random(seed)
    return [
        {"text": f"{' '.join(pick.choices(WORDS, k=8))} {i}", "arm": arm, "task": i % 8}
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "arms.jsonl"
    records = rows(48, 0, "a") + rows(48, 1, "b, too") + rows(3, 2, "few")
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def test_compare_prints_json_with_every_promised_part(file, tmp_path):
    page = tmp_path / "report.html"
    done = diversity(
        "compare", file, "--by", "arm", "--groups", 'a,"b, too"', "--embedder", "hashing",
        "--within", "task", "--reference", "a", "--deals", "30", "--json", "-", "--report", page,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [group["name"] for group in document["groups"]] == ["a", "b, too"]
    assert {"budget", "scores", "clusters", "confounders", "conclusion"} <= set(document)
    assert document["within"]["n_keys"] == 8
    assert document["reference"]["reference"] == "a"
    assert "30 deals are too few" in done.stderr
    assert "<h2>" in page.read_text(encoding="utf-8")
    assert document["raw"]["vendi_2"]["a"]["n_records"] == 48


def test_a_report_that_exists_is_kept_and_nothing_is_worked_out_before_that_is_said(tmp_path):
    page = tmp_path / "report.html"
    page.write_text("mine")
    done = diversity("compare", tmp_path / "missing.csv", "--by", "arm", "--report", page)
    assert done.returncode == 1
    assert "exists already" in done.stderr
    assert "--force" in done.stderr
    assert page.read_text() == "mine"


def test_compare_prints_a_table_with_its_conclusion_first(file):
    done = diversity("compare", file, "--by", "arm", "--groups", "a,few", "--embedder", "hashing")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nothing can be said about 'a' and 'few'")
    assert "vendi_2 ↑" in done.stdout
    assert "All records" not in done.stdout


def test_two_files_are_two_groups(file, tmp_path):
    other = tmp_path / "second.jsonl"
    other.write_text("\n".join(json.dumps({"text": row["text"]}) for row in rows(40, 5, "")))
    done = diversity(
        "compare", file, other, "--embedder", "hashing", "--deals", "20", "--json", "-"
    )
    names = [group["name"] for group in json.loads(done.stdout)["groups"]]
    assert names == ["arms", "second"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["FILE"], "no column to compare by"),
        (["FILE", "--by", "nope"], "no column 'nope'"),
        (["FILE", "--by", "arm", "--groups", "a"], "only 1 group"),
        (["FILE", "--by", "arm", "--groups", "a,bb"], "'bb', so that group is empty"),
        (["FILE", "--by", "arm", "--reference", "c"], "reference 'c' is not one"),
        (["FILE", "--by", "arm", "--groups", "a,few", "--where", "length > 9999"], "passes"),
        (["FILE", "--by", "text"], "99 values; at most 12"),
    ],
)
def test_what_cannot_be_compared_is_said_without_a_traceback(file, arguments, said):
    done = diversity(
        "compare", *[file if one == "FILE" else one for one in arguments],
        "--embedder", "hashing", "--deals", "20",
    )  # fmt: skip
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("where", "said"),
    [("nope > 3", "no column nope"), ("not arm > 3", "numbers cannot bound"), ("(", "expected")],
)
def test_a_filter_is_checked_before_anything_is_embedded(file, where, said):
    with pytest.raises(FilterError, match=said):
        check_where(read([file]), where)


def test_only_a_filter_that_asks_for_places_needs_a_map(file):
    dataset = read([file])
    inside = "inside polygon (0 0, 1 0, 1 1)"
    asked = [None, 'arm = "a" or task = 3', "cluster = 2", inside, f"not (task = 2 or {inside})"]
    assert [check_where(dataset, where) for where in asked] == [False, False, False, True, True]
