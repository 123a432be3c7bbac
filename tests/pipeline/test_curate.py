"""Does the command line curate, export and give the same rows again, in processes of its own?"""

import json
import subprocess
import sys

import pandas as pd
import pytest

SAID = ["solar panels", "old bread", "fast cars", "deep seas", "tall trees"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def file(home):
    path = home / "records.jsonl"
    rows = [
        {"id": i, "text": f"A note on {SAID[i % 5]}, number {i // 10}.", "score": i % 7}
        for i in range(60)
    ]
    rows += [{"id": 100 + i, "text": rows[i]["text"].upper(), "score": 9} for i in range(5)]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture(scope="module")
def diversity(home):
    def run(*arguments):
        environment = {"DIVERSITY_HOME": str(home), "PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1"}
        return subprocess.run(
            [sys.executable, "-m", "diversity", "curate", *map(str, arguments)],
            capture_output=True, text=True, env=environment, check=False,
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def exported(diversity, file, home):
    out = home / "kept.jsonl"
    done = diversity(
        file, "--embedder", "hashing", "--drop-duplicates", "exact:best:score", "--top", "score=40",
        "--where", "id < 200", "--select", "stratified:12:by=score:exponent=0", "--remove", "3",
        "--out", out, "--dropped", "--report", "--with", "selection_rank",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done, out


def test_steps_are_taken_in_the_order_in_which_they_are_written(exported, home):
    manifest = json.loads((home / "kept.manifest.json").read_text())
    kinds = [next(iter(step)) for step in manifest["plan"]["steps"]]
    assert kinds == ["drop_duplicates", "top", "keep", "select", "remove"]
    assert manifest["steps"][0]["n_dropped"] == 35
    assert manifest["scores"]["measures"]["chamfer"]["random_draws"] == 20


def test_kept_and_dropped_files_hold_every_row_once_as_it_was(exported, file, home):
    rows = {row["id"]: row for row in map(json.loads, file.read_text().splitlines())}
    kept = [json.loads(line) for line in (home / "kept.jsonl").read_text().splitlines()]
    lost = [json.loads(line) for line in (home / "kept.dropped.jsonl").read_text().splitlines()]
    assert sorted(row["id"] for row in [*kept, *lost]) == sorted(rows)
    assert all({name: row[name] for name in rows[row["id"]]} == rows[row["id"]] for row in kept)
    assert [row["selection_rank"] for row in kept] == list(range(1, len(kept) + 1))
    assert all(row["reason"] for row in lost)


def test_the_report_shows_before_after_and_random(exported):
    shown = exported[0].stdout
    assert "chamfer ↑" in shown
    assert "20 random subsets of" in shown
    assert "Choose 12 by stratified" in shown


def test_the_report_is_one_page_beside_what_is_written(exported, diversity, file, home):
    page = (home / "kept.report.html").read_text()
    assert "12 of 65 records are kept" in page or "11 of 65 records are kept" in page
    assert "Choose 12 by stratified" in page
    assert page.count("<svg") == 2
    assert "<script" not in page
    asked = "--top", "score=3", "--embedder", "hashing"
    done = diversity(file, *asked, "--out", home / "kept", "--report")
    assert done.returncode == 1
    assert "kept.report.html exists already" in done.stderr
    assert not (home / "kept").exists()


def test_the_steps_of_a_manifest_give_its_rows_again_from_a_file_of_another_name(
    exported, diversity, file, home
):
    elsewhere = home / "elsewhere" / "renamed.jsonl"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(file.read_bytes())
    done = diversity(elsewhere, "--manifest", home / "kept.manifest.json")
    assert done.returncode == 0, done.stderr
    assert "Its steps, taken again, give the same rows." in done.stderr


def test_other_rows_of_the_same_steps_are_told_with_what_is_other_here(diversity, file, home):
    out = home / "near.jsonl"
    asked = "--drop-duplicates", "0.9:central", "--select", "k_center:20", "--out", out
    assert diversity(file, "--embedder", "hashing", *asked).returncode == 0
    path = home / "near.manifest.json"
    manifest = json.loads(path.read_text())
    manifest["plan"]["steps"][1]["select"]["k"] = 21
    manifest["versions"]["numpy"] = "0.1"
    path.write_text(json.dumps(manifest))
    done = diversity(file, "--manifest", path, "--out", home / "near2.jsonl")
    assert done.returncode == 0, done.stderr
    assert "1 rows that are not in it, and not 0 of its 20. Other here: numpy 0.1" in done.stderr
    assert (home / "near2.jsonl").read_bytes() == out.read_bytes()


def test_a_model_that_a_manifest_names_is_not_run_unasked(exported, diversity, file, home):
    manifest = json.loads((home / "kept.manifest.json").read_text())
    manifest["analysis"]["settings"]["embedder"] = "api:openai/text-embedding-3-large"
    path = home / "paid.manifest.json"
    path.write_text(json.dumps(manifest))
    done = diversity(file, "--manifest", path)
    assert done.returncode == 0, done.stderr
    assert "steps were not taken again: their model 'api:openai" in done.stderr


def test_a_manifest_gives_the_same_rows_without_a_model(exported, diversity, file, home):
    again = home / "again.parquet"
    path = home / "kept.manifest.json"
    done = diversity(file, "--manifest", path, "--rows-only", "--out", again)
    assert done.returncode == 0, done.stderr
    first = pd.read_json(home / "kept.jsonl", lines=True)
    pd.testing.assert_frame_equal(pd.read_parquet(again), first.drop(columns="selection_rank"))


def test_a_manifest_refuses_other_records_and_says_what_differs(exported, diversity, file, home):
    other = home / "other" / "records.jsonl"
    other.parent.mkdir()
    other.write_text("\n".join(file.read_text().splitlines()[:-1]))
    done = diversity(other, "--manifest", home / "kept.manifest.json", "--out", home / "x.csv")
    assert done.returncode == 1
    assert "number of records was 65, is 64" in done.stderr
    assert not (home / "x.csv").exists()


def test_a_plan_in_a_file_comes_before_the_options(diversity, file, home):
    plan = home / "plan.yaml"
    plan.write_text("name: mine\nsteps:\n- keep: score > 3\n- balance: {column: score}\n")
    done = diversity(file, "--embedder", "hashing", "--steps", plan, "--top", "id=4", "--out",
                     home / "folder")  # fmt: skip
    assert done.returncode == 0, done.stderr
    table = pd.read_parquet(home / "folder" / "data")
    assert table["id"].is_monotonic_decreasing
    assert len(table) == 4
    assert "keep: score" not in (home / "folder" / "README.md").read_text()
    assert "mine" in (home / "folder" / "README.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--cap", "cluster"], 1, "--cap cluster: a column and a number"),
        (["--drop-duplicates", "1.5"], 1, "above 0 and up to 1"),
        (["--steps", "nowhere.yaml"], 1, "nowhere.yaml cannot be read"),
        (["--manifest", "nowhere.json"], 1, "nowhere.json cannot be read"),
        (["--manifest", "a.json", "--cap", "a=3"], 2, "has its own steps"),
        (["--top", "score=3", "--out", "FILE"], 1, "exists already"),
        (["--out", "kept.docx"], 1, "End it in .csv"),
    ],
)
def test_what_a_user_can_mend_is_said_without_a_traceback(diversity, file, arguments, code, said):
    done = diversity(file, *[file if argument == "FILE" else argument for argument in arguments])
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
