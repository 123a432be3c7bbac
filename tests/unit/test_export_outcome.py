"""Do kept records come back from the files as they were, with a manifest that gives them again?"""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diversity import analyze
from diversity.analysis import Settings
from diversity.curation import DropDuplicates, Keep, Plan, Top, curate, effect, material
from diversity.dataset import from_frame, read
from diversity.errors import ExportError, ManifestError
from diversity.export import (
    EXTRAS,
    extra_columns,
    manifest_of,
    read_manifest,
    replay,
    sha256_of,
    write_outcome,
)
from diversity.export.manifest import as_text
from diversity.scores import prepare
from tests.curating import ten

ROWS = [
    {"id": 9007199254740993, "text": "one é 😀", "n": 1, "f": 0.1, "on": True, "mixed": "five",
     "chat": [{"role": "u", "content": "hi\n\"there\""}], "big": 2**70, "none": None},
    {"id": 2, "text": "=two", "n": None, "f": 2.0, "on": False, "mixed": 5,
     "chat": [], "big": 1, "none": None},
    {"id": 3, "text": "three\r\nlines\tand a tab", "n": 3, "f": None, "on": None, "mixed": "5",
     "chat": None, "big": -1, "none": "x"},
    {"id": 4, "text": "four % {} %s", "n": 4, "f": 1e-7, "on": True, "mixed": {"a": [1, None]},
     "chat": [{"role": "a", "content": ""}], "big": 0, "none": ""},
]  # fmt: skip


def made(dataset, plan=None):
    vectors = np.eye(len(dataset), max(2, len(dataset)), dtype=np.float32)
    analysis = analyze(dataset, Settings(n_neighbors=2), vectors=vectors, with_map=False)
    return material(analysis), curate(material(analysis), plan or Plan())


@pytest.fixture
def jsonl():
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()
    return read(("data.jsonl", content), "text")


def written(dataset, path, plan=None, **options):
    asked, outcome = made(dataset, plan)
    return write_outcome(dataset, outcome, path, manifest_of(asked, outcome), **options)


def test_json_lines_come_back_value_for_value_in_name_order_and_type(jsonl, tmp_path):
    written(jsonl, tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    back = [json.loads(line) for line in lines]
    assert back == ROWS
    assert [list(row) for row in back] == [list(ROWS[0])] * 4
    types = [[type(value) for value in row.values()] for row in back]
    assert types == [[type(value) for value in row.values()] for row in ROWS]


def test_a_json_list_holds_the_same(jsonl, tmp_path):
    written(jsonl, tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == ROWS


def test_parquet_keeps_the_types_it_came_with(tmp_path):
    table = pa.table(
        {
            "text": ["a", "b", "c"],
            "i8": pa.array([1, None, 3], pa.int8()),
            "f32": pa.array([0.1, None, 3], pa.float32()),
            "u64": pa.array([2**64 - 1, 0, None], pa.uint64()),
            "day": pa.array([1, None, 3], pa.date32()),
            "at": pa.array([1, 2, 3], pa.timestamp("ns", "UTC")),
            "money": pa.array([None, 1, 2], pa.decimal128(9, 2)),
            "list": pa.array([[1], [], None], pa.list_(pa.int16())),
            "raw": pa.array([b"\xff", None, b""], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    written(read(tmp_path / "in.parquet", "text"), tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet") == table


def test_csv_cells_are_the_texts_that_were_read(tmp_path):
    rows = [
        ["id", "text", "note", "n", "code"],
        ["7", "a, b", "", "1.5", "007"],
        ["8", 'say "hi"', "NA", "", "+1"],
        ["9", "two\nlines", " spaced ", "-2.0", "0x1"],
    ]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    data = read(("in.csv", stream.getvalue().encode()), "text")
    done = written(data, tmp_path / "out.csv", guard=False)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == rows
    assert done.notes == ()


def test_csv_guards_cells_and_headers_that_a_spreadsheet_would_run(tmp_path):
    frame = pd.DataFrame({"text": ["=1+1", "@x", "\tx", "ok"], "=evil()": [-1, -2, -3, -4]})
    done = written(from_frame(frame, "text"), tmp_path / "out.csv")
    read_back = pd.read_csv(tmp_path / "out.csv")
    assert list(read_back) == ["text", "'=evil()"]
    assert read_back["text"].tolist() == ["'=1+1", "'@x", "'\tx", "ok"]
    assert read_back["'=evil()"].tolist() == [-1, -2, -3, -4]
    assert done.notes[0].startswith("4 cells that a spreadsheet would run")


def test_a_missing_cell_and_an_empty_text_stay_apart_in_csv(tmp_path):
    data = from_frame(pd.DataFrame({"text": ["a", "b"], "note": ["", None]}), "text")
    written(data, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == 'text,note\na,""\nb,\n'


def test_a_row_whose_only_cell_is_missing_is_still_a_row(tmp_path):
    from diversity.export import write_records

    write_records(pd.DataFrame({"text": ["a", None, "b"]}), tmp_path / "out.csv")
    assert len(pd.read_csv(tmp_path / "out.csv")) == 3


def test_rows_come_in_the_order_of_choice_with_the_columns_asked_for(tmp_path):
    asked = material(ten())
    plan = Plan((DropDuplicates("exact", keep="best:quality"), Top("quality", 3)))
    outcome = curate(asked, plan)
    extras = extra_columns(asked, outcome, EXTRAS)
    data = asked.analysis.dataset
    write_outcome(
        data, outcome, tmp_path / "out.parquet", manifest_of(asked, outcome), extras=extras
    )
    back = pd.read_parquet(tmp_path / "out.parquet")
    assert list(back) == ["text", "topic", "quality", *EXTRAS]
    assert back["quality"].tolist() == [9, 8, 7]
    assert back["row"].tolist() == outcome.rows.tolist() == [5, 9, 7]
    assert back["selection_rank"].tolist() == [1, 2, 3]
    assert back["represents"].tolist() == [0, 2, 0]
    assert back["tag"].isna().all()
    names = [asked.analysis.cluster_name(label) for label in back["cluster"]]
    assert back["cluster_name"].tolist() == names


def test_a_further_column_gives_way_to_one_of_the_dataset(tmp_path):
    data = from_frame(pd.DataFrame({"text": ["a", "b"], "row": ["x", "y"]}), "text")
    asked, outcome = made(data)
    extras = extra_columns(asked, outcome, ["row"])
    assert list(extras) == ["diversity_row"]
    write_outcome(data, outcome, tmp_path / "out.csv", manifest_of(asked, outcome), extras=extras)
    assert (tmp_path / "out.csv").read_text() == "text,row,diversity_row\na,x,0\nb,y,1\n"
    found = read_manifest((tmp_path / "out.manifest.json").read_text())
    assert list(found["columns"]["added"]) == ["diversity_row"]


def test_an_unknown_further_column_names_the_known_ones():
    asked = material(ten())
    with pytest.raises(ExportError, match="selection_rank"):
        extra_columns(asked, curate(asked, Plan()), ["colour"])


def test_dropped_rows_stand_in_a_second_file_each_with_its_reason(jsonl, tmp_path):
    plan = Plan((Keep("id < 100"), Keep('text contains "t"')))
    done = written(jsonl, tmp_path / "out.jsonl", plan, with_dropped=True)
    assert [path.name for path in done.files] == [
        "out.jsonl", "out.manifest.json", "out.dropped.jsonl",
    ]  # fmt: skip
    lines = (tmp_path / "out.dropped.jsonl").read_text("utf-8").splitlines()
    [first, second] = map(json.loads, lines)
    assert {name: first[name] for name in ROWS[0]} == ROWS[0]
    assert (first["dropped_row"], first["dropped_by_step"]) == (0, 1)
    assert (second["dropped_row"], second["reason"]) == (3, 'Keep where text contains "t"')


def test_a_folder_holds_data_card_and_manifest(jsonl, tmp_path):
    written(jsonl, tmp_path / "out", Plan((Keep("id != 4"),), name="<b>mine"), with_dropped=True)
    files = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*"))
    assert files == [
        "README.md", "data/train-00000-of-00001.parquet", "dropped.jsonl", "manifest.json",
    ]  # fmt: skip
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "3 of the 4 records of data.jsonl" in card
    assert "# \\<b\\>mine" in card


def test_hugging_face_datasets_loads_the_folder(jsonl, tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    written(jsonl, tmp_path / "out")
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"]["text"][:] == [row["text"] for row in ROWS]


def test_nothing_kept_gives_files_without_rows(jsonl, tmp_path):
    for suffix in (".jsonl", ".json", ".csv", ".parquet"):
        done = written(jsonl, tmp_path / f"none{suffix}", Plan((Keep("n > 99"),)), overwrite=True)
        assert done.n_rows == 0
    assert (tmp_path / "none.jsonl").read_text() == ""
    assert json.loads((tmp_path / "none.json").read_text()) == []
    assert pd.read_csv(tmp_path / "none.csv").columns.tolist() == list(ROWS[0])
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


@pytest.mark.parametrize("name", ["out.jsonl", "out"])
def test_what_is_there_is_not_replaced_unasked(jsonl, tmp_path, name):
    written(jsonl, tmp_path / name)
    before = sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*"))
    with pytest.raises(ExportError, match="exists already"):
        written(jsonl, tmp_path / name, Plan((Keep("id = 2"),)))
    assert sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*")) == before
    assert written(jsonl, tmp_path / name, Plan((Keep("id = 2"),)), overwrite=True).n_rows == 1
    assert {p.name for p in tmp_path.iterdir()} == {name, *({"out.manifest.json"} - {name})} or (
        name == "out"
    )


def test_a_manifest_that_is_there_protects_the_name_too(jsonl, tmp_path):
    (tmp_path / "out.manifest.json").write_text("mine")
    with pytest.raises(ExportError, match=r"out\.manifest\.json exists"):
        written(jsonl, tmp_path / "out.jsonl")
    assert [p.name for p in tmp_path.iterdir()] == ["out.manifest.json"]


def test_a_manifest_gives_the_same_rows_in_the_same_order(tmp_path):
    asked = material(ten())
    analysis = asked.analysis
    plan = Plan((DropDuplicates("exact"), Keep("quality > 1"), Top("quality", 5)), name="mine")
    outcome = curate(asked, plan)
    panel = prepare(
        analysis.dataset.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels
    )
    text = as_text(manifest_of(asked, outcome, effect(analysis, panel, outcome)))
    again = replay(read_manifest(text), analysis.dataset)
    assert again.rows.tolist() == outcome.rows.tolist()
    assert list(again.dropped()) == list(outcome.dropped())
    assert (again.plan, again.changes, again.ranked, again.fingerprint) == (
        outcome.plan, outcome.changes, outcome.ranked, outcome.fingerprint,
    )  # fmt: skip


def test_a_manifest_holds_names_and_hashes_of_files_and_no_path(tmp_path):
    path = tmp_path / "secret-folder" / "in.jsonl"
    path.parent.mkdir()
    path.write_text("\n".join(map(json.dumps, ROWS)))
    asked, outcome = made(read(path, "text"))
    settings = Settings(embedder=str(tmp_path / "my-model"))
    object.__setattr__(asked.analysis, "settings", settings)
    text = as_text(manifest_of(asked, outcome, hashes=[sha256_of(path)]))
    assert "secret-folder" not in text
    assert str(tmp_path) not in text
    source = json.loads(text)["dataset"]["sources"][0]
    assert (source["name"], len(source["sha256"])) == ("in.jsonl", 64)
    assert json.loads(text)["analysis"]["settings"]["embedder"] == "my-model"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[:3], "number of records was 4, is 3"),
        (
            lambda rows: [{**row, "text": row["text"].upper()} for row in rows],
            "content of in.jsonl",
        ),
        (lambda rows: [{"text": row["text"]} for row in rows], "columns was"),
    ],
)
def test_other_records_are_refused_with_what_differs(tmp_path, change, said):
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)))
    asked, outcome = made(read(path, "text"))
    found = read_manifest(as_text(manifest_of(asked, outcome, hashes=[sha256_of(path)])))
    path.write_text("\n".join(map(json.dumps, change(ROWS))))
    with pytest.raises(ManifestError) as error:
        replay(found, read(path, "text"), [sha256_of(path)])
    assert said in str(error.value)


def test_the_same_records_in_another_wrapping_are_the_same(tmp_path):
    content = "\n".join(map(json.dumps, ROWS)).encode()
    asked, outcome = made(read(("in.jsonl", content), "text"))
    packed = read(("in.jsonl.gz", gzip.compress(content)), "text")
    assert replay(manifest_of(asked, outcome), packed).rows.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "damage",
    [
        lambda m: m["kept"].update(rows="0 to 1"),
        lambda m: m["kept"].update(rows="3, 2, 1, 0"),
        lambda m: m["kept"].update(rows="0 to 99999999"),
        lambda m: m.pop("dropped"),
        lambda m: m.update(dropped=[{"step": 1, "rows": "0"}]),
        lambda m: m.update(dropped=7),
        lambda m: m.update(kept="x"),
        lambda m: m.update(dataset=[]),
        lambda m: m["plan"].update(steps=[{"paint": {}}]),
    ],
)
def test_a_damaged_manifest_is_refused_in_words(jsonl, damage):
    asked, outcome = made(jsonl)
    found = read_manifest(as_text(manifest_of(asked, outcome)))
    damage(found)
    with pytest.raises(ManifestError):
        replay(found, jsonl)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "diversity manifest", "version": 9}'])
def test_what_is_no_manifest_is_refused(text):
    with pytest.raises(ManifestError):
        read_manifest(text)


def test_infinite_numbers_are_said_to_be_lost_in_json_only(tmp_path):
    data = from_frame(pd.DataFrame({"text": ["a", "b"], "n": [np.inf, 1.0]}), "text")
    assert written(data, tmp_path / "a.jsonl").notes[0].startswith("1 infinite")
    assert written(data, tmp_path / "a.parquet", overwrite=True).notes == ()
    assert pd.read_parquet(tmp_path / "a.parquet")["n"].tolist() == [np.inf, 1.0]


def test_many_chunks_are_one_file(tmp_path, monkeypatch):
    monkeypatch.setattr("diversity.export.sheet.MOST_ROWS", 3)
    frame = pd.DataFrame({"text": [f"t{i}" for i in range(10)], "n": range(10)})
    for suffix in ("jsonl", "json", "csv", "parquet"):
        written(from_frame(frame, "text"), tmp_path / f"out.{suffix}", overwrite=True)
    assert pd.read_json(tmp_path / "out.jsonl", lines=True)["n"].tolist() == list(range(10))
    assert pd.read_json(tmp_path / "out.json")["n"].tolist() == list(range(10))
    assert pd.read_csv(tmp_path / "out.csv")["n"].tolist() == list(range(10))
    assert pd.read_parquet(tmp_path / "out.parquet")["n"].tolist() == list(range(10))


def test_a_folder_that_vanishes_on_the_way_leaves_a_sentence(jsonl, tmp_path, monkeypatch):
    import shutil

    from diversity.export import formats

    folder = tmp_path / "gone"
    before = formats.JsonLines.write

    def vanish(self, chunk):
        before(self, chunk)
        shutil.rmtree(folder)

    monkeypatch.setattr(formats.JsonLines, "write", vanish)
    with pytest.raises(ExportError, match="cannot be written"):
        written(jsonl, folder / "out.jsonl")
    assert not folder.exists()


ON_A_SMALL_DISK = """
    import resource, sys
    import pandas as pd
    from diversity.errors import ExportError
    from diversity.export import write_records
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        write_records(pd.DataFrame({"text": ["x" * 1000] * 1000}), sys.argv[1])
    except ExportError as error:
        print(error)
"""


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_full_disk_leaves_nothing_but_a_sentence(tmp_path, suffix):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ON_A_SMALL_DISK), tmp_path / f"out.{suffix}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if suffix != "parquet":  # which packs a thousand equal letters into nothing
        assert "File too large" in done.stdout, done.stderr
        assert list(tmp_path.iterdir()) == []
    assert done.returncode == 0, done.stderr


KILLED = """
    import os, sys
    import pandas as pd
    from diversity.export import formats, write_records
    def die(self, chunk):
        self._file.write("half a line") if hasattr(self, "_n_rows") else None
        os.kill(os.getpid(), 9)
    formats.JsonLines.write = die
    write_records(pd.DataFrame({"text": ["x"] * 1000}), sys.argv[1])
"""


def test_a_killed_process_leaves_no_half_file_under_the_name(tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(KILLED), tmp_path / "out.jsonl"]
    assert subprocess.run(command, check=False, env=dict(os.environ)).returncode == -9
    assert not (tmp_path / "out.jsonl").exists()


def test_json_lines_come_back_equal_but_for_what_json_cannot_hold(tmp_path):
    lines = [
        '{"text": "a", "x": 1.5, "n": 123456789012345678901234567890, "d": "2024-01-02T03:04:05Z"}',
        '{"text": "b", "x": NaN, "n": -1, "d": null, "deep": {"l": [1, null, {"k": []}]}}',
        '{"text": "c", "x": Infinity, "n": null, "d": "2024-05-06", "deep": [1, {"z": 1e400}]}',
        '{"text": "d", "x": -1e400, "n": 9007199254740993, "d": "", "deep": "s"}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    done = written(read(tmp_path / "in.jsonl", "text"), tmp_path / "out.jsonl")
    out = (tmp_path / "out.jsonl").read_text("utf-8")
    expected = [{"deep": None} | json.loads(line) for line in lines]
    expected[1]["x"] = expected[2]["x"] = expected[3]["x"] = expected[2]["deep"][1]["z"] = None
    assert list(map(json.loads, out.splitlines())) == expected
    assert "NaN" not in out
    assert done.notes[0].startswith("3 infinite numbers")
