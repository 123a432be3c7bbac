import json

import pandas as pd
import pytest

from diversity.errors import ExportError
from diversity.export import write_records

RECORDS = pd.DataFrame({"text": ["=1+1", "plain", "-2", None], "n": [-1, 2, 3, 4]})


@pytest.mark.parametrize("suffix", ["json", "jsonl", "parquet"])
def test_exact_formats_keep_every_value(tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    assert write_records(RECORDS, path) == 0
    read = {
        "json": pd.read_json,
        "jsonl": lambda file: pd.read_json(file, lines=True),
        "parquet": pd.read_parquet,
    }[suffix](path)
    assert read["text"].tolist()[:3] == ["=1+1", "plain", "-2"]
    assert read["n"].tolist() == [-1, 2, 3, 4]


@pytest.mark.parametrize(("suffix", "separator"), [("csv", ","), ("tsv", "\t")])
def test_texts_that_a_spreadsheet_would_run_are_guarded_and_counted(tmp_path, suffix, separator):
    path = tmp_path / f"out.{suffix}"
    assert write_records(RECORDS, path) == 2
    read = pd.read_csv(path, sep=separator)
    assert read["text"].tolist()[:3] == ["'=1+1", "plain", "'-2"]
    assert read["n"].tolist() == [-1, 2, 3, 4]


def test_records_that_were_handed_in_stay_as_they_are(tmp_path):
    before = RECORDS.copy()
    write_records(RECORDS, tmp_path / "out.csv")
    pd.testing.assert_frame_equal(RECORDS, before)


def test_a_file_is_not_replaced_unasked(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        write_records(RECORDS, path)
    assert path.read_text() == "mine"
    write_records(RECORDS, path, overwrite=True)
    assert path.read_text() != "mine"


def test_an_unknown_suffix_names_the_known_ones(tmp_path):
    with pytest.raises(ExportError, match=r"\.parquet"):
        write_records(RECORDS, tmp_path / "out.docx")


def test_a_failure_leaves_no_half_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        write_records(RECORDS, tmp_path / "file" / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_two_columns_of_one_name_are_both_guarded(tmp_path):
    twice = pd.DataFrame([["=a", "=b"]], columns=["t", "t"])
    assert write_records(twice, tmp_path / "out.csv") == 2


def test_a_file_can_be_read_by_those_who_may_read_the_folder(tmp_path):
    path = tmp_path / "out.csv"
    (tmp_path / "plain").write_text("")
    write_records(RECORDS, path)
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_numbers_are_written_to_the_last_digit(tmp_path):
    numbers = pd.DataFrame({"n": [0.1 + 0.2, 1.0, 1e300, -0.0, 5e-324]})
    for suffix in ("csv", "jsonl", "parquet"):
        write_records(numbers, tmp_path / f"out.{suffix}")
    for read in (
        pd.read_csv(tmp_path / "out.csv", dtype=str).astype(float),
        pd.read_parquet(tmp_path / "out.parquet"),
    ):
        assert read["n"].tolist() == numbers["n"].tolist()
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["n"] for line in lines] == numbers["n"].tolist()
