"""Every format, plain and gzipped, against every edge."""

import csv
import gzip
import io
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diversity.dataset import read
from diversity.errors import DatasetError, EmptyDatasetError, UnreadableFileError

ROWS = [
    {"text": "first", "label": "a"},
    {"text": "second", "label": "b"},
    {"text": "third", "label": "a"},
]
TEXTS = {
    "plain": ["one", "two"],
    "nothing is mangled": ["NA", "nan", "None", "null", "007", "1e5", "true", "-0", "1.50"],
    "line breaks and quotes": ["a\nb", 'say "x"', "tab\there", "comma, semicolon;"],
    "other scripts": ["مرحبا", "漢字", "naïve 🧑‍🚀", "\u202eright to left"],
    "odd characters": ["nul\x00byte", "\x1b[31mred", "=1+1", "<script>alert(1)</script>"],
    "long": ["x" * 300_000, "y"],
}


def delimited(delimiter):
    def write(rows):
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)
        return stream.getvalue().encode()

    return write


def parquet(rows):
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


WRITERS = {
    ".csv": delimited(","),
    ".tsv": delimited("\t"),
    ".json": lambda rows: json.dumps(rows).encode(),
    ".jsonl": lambda rows: "\n".join(map(json.dumps, rows)).encode(),
    ".ndjson": lambda rows: "\r\n".join(map(json.dumps, rows)).encode(),
    ".parquet": parquet,
}


@pytest.fixture(params=WRITERS)
def suffix(request):
    return request.param


@pytest.fixture(params=[False, True], ids=["plain", "gzipped"])
def written(request, suffix, tmp_path):
    def write(rows, name="data"):
        content = WRITERS[suffix](rows)
        path = tmp_path / f"{name}{suffix}{'.gz' if request.param else ''}"
        path.write_bytes(gzip.compress(content) if request.param else content)
        return path

    return write


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_a_text_comes_back_as_it_was(written, texts):
    data = read(written([{"text": text, "n": i} for i, text in enumerate(texts)]))
    assert data.texts.tolist() == texts
    assert data.records["text"].tolist() == texts
    assert data.records["n"].tolist() == list(range(len(texts)))


def test_columns_keep_their_names_and_order(written):
    data = read(written([{"z z": "long enough", "ä": "b", "a,b": "c"}]))
    assert data.columns == ("z z", "ä", "a,b")
    assert list(data.records.index) == [0]


def test_the_source_is_described(written, suffix):
    path = written(ROWS)
    source = read(path).report.sources[0]
    assert (source.name, source.n_read) == (path.name, 3)
    assert source.size_bytes == path.stat().st_size


def test_rows_without_text_are_left_out_and_named(written, suffix):
    rows = [{"text": "a", "n": 1}, {"text": "", "n": 2}, {"text": " \t", "n": 3}]
    report = read(written(rows)).report
    offset = 1 if suffix in {".csv", ".tsv"} else 0
    assert [(row.row - offset, row.reason) for row in report.left_out] == [
        (2, "no text"),
        (3, "no text"),
    ]
    assert (report.n_read, report.n_kept, report.n_left_out) == (3, 1, 2)


def test_only_blank_texts_make_no_dataset(written):
    with pytest.raises(EmptyDatasetError, match="2 rows"):
        read(written([{"text": " "}, {"text": "\n"}]), text="text")


def test_an_upload_equals_the_file(written):
    path = written(ROWS)
    upload = read((path.name, io.BytesIO(path.read_bytes())))
    assert upload.fingerprint == read(path).fingerprint
    assert upload.report == read(path).report


def test_all_formats_give_the_same_dataset():
    datasets = [read((f"data{s}", write(ROWS))) for s, write in WRITERS.items()]
    assert len({data.fingerprint for data in datasets}) == 1
    for data in datasets[1:]:
        pd.testing.assert_frame_equal(data.records, datasets[0].records)


def test_an_empty_file_is_refused(suffix):
    with pytest.raises(EmptyDatasetError, match="empty"):
        read((f"data{suffix}", b""))


def test_random_bytes_are_refused(suffix):
    with pytest.raises(DatasetError):
        read((f"data{suffix}", bytes(range(255, 100, -1))))


def test_gz_without_gzip_inside_is_refused(suffix):
    with pytest.raises(UnreadableFileError, match="does not hold gzip"):
        read((f"data{suffix}.gz", WRITERS[suffix](ROWS)))


def test_gzip_without_its_suffix_is_read(suffix):
    assert len(read((f"data{suffix}", gzip.compress(WRITERS[suffix](ROWS))))) == 3


def test_a_gzip_file_cut_short_is_refused(suffix):
    packed = gzip.compress(WRITERS[suffix](ROWS))
    with pytest.raises(UnreadableFileError, match="broken"):
        read((f"data{suffix}.gz", packed[:-9]))


@pytest.mark.parametrize("suffix_in_capitals", [".CSV", ".Json", ".JSONL", ".Parquet"])
def test_case_of_the_suffix_does_not_matter(suffix_in_capitals):
    write = WRITERS[suffix_in_capitals.lower()]
    assert len(read((f"DATA{suffix_in_capitals}", write(ROWS)))) == 3


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".parquet"])
def test_content_decides_where_the_name_has_no_known_suffix(suffix):
    assert len(read(("download", WRITERS[suffix](ROWS)))) == 3


def test_parquet_under_a_wrong_name_is_noticed():
    assert len(read(("data.csv", parquet(ROWS)))) == 3


def test_an_unknown_format_lists_the_known_ones():
    with pytest.raises(UnreadableFileError, match=r"\.csv, .*\.parquet"):
        read(("notes.txt", b"some words"))


@pytest.mark.parametrize(
    ("start", "word"), [(b"PK\x03\x04", "Excel"), (b"PARE", "encrypted"), (b"ARROW1\0\0", "Arrow")]
)
def test_what_is_not_read_is_recognised(start, word):
    with pytest.raises(UnreadableFileError, match=word):
        read(("data.csv", start + b"rest"))


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(UnreadableFileError, match="no file"):
        read(tmp_path / "absent.csv")
    with pytest.raises(UnreadableFileError, match="folder"):
        read(tmp_path)
    with pytest.raises(UnreadableFileError, match="no file"):
        read("nul\0byte.csv")
