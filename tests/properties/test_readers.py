"""What holds for every file: whatever comes in, a dataset or one sentence comes out."""

import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diversity.dataset import read
from diversity.errors import DatasetError
from diversity.readers.cells import column, decode, encode

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts = st.text(max_size=20)
filled = texts.filter(str.strip)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(texts, v, max_size=3), max_leaves=6
)
ROWS = [
    {"text": f'number {i} é\n"x"', "n": i / 3, "chat": [{"role": "u", "content": "x"}] * (i % 3)}
    for i in range(8)
]


def delimited(rows, delimiter=","):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return stream.getvalue().encode()


def parquet(**options):
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), stream, **options)
    return stream.getvalue()


FILES = {
    "a.csv": delimited(ROWS),
    "a.tsv": delimited(ROWS, "\t"),
    "a.json": json.dumps({"v": 1, "data": ROWS}).encode(),
    "a.jsonl": "\n".join(map(json.dumps, ROWS)).encode(),
    "a.parquet": parquet(),
    "b.parquet": parquet(compression="none", use_dictionary=False),
    "a.csv.gz": gzip.compress(delimited(ROWS)),
    "a.parquet.gz": gzip.compress(parquet()),
}
edits = st.lists(
    st.tuples(
        st.integers(0, 5_000),
        st.integers(0, 12),
        st.binary(max_size=4)
        | st.sampled_from([b'"', b"\n", b"\r", b"\\", b"{", b"]", b"\0", b","]),
    ),
    min_size=1,
    max_size=6,
)


def mutated(content, edits):
    changed = bytearray(content)
    for position, removed, put in edits:
        start = position % (len(changed) + 1)
        changed[start : start + removed] = put
    return bytes(changed)


def survives(name, content):
    """Whether the bytes become a whole dataset, or a refusal that names the file."""
    try:
        data = read((name, content))
    except DatasetError as error:
        return name in error.message
    report = data.report
    counted = report.n_left_out == sum(report.left_out_counts.values())
    return counted and len(data) == len(data.texts) == report.n_kept > 0


@pytest.mark.parametrize("name", FILES)
@given(edits=edits)
@few
def test_a_damaged_file_is_read_or_refused_in_words(name, edits):
    assert survives(name, mutated(FILES[name], edits))


@pytest.mark.parametrize("name", FILES)
@given(content=st.binary(max_size=200))
@settings(few, max_examples=25)
def test_any_bytes_are_read_or_refused_in_words(name, content):
    assert survives(name, content)


@given(content=st.text(alphabet='",;\t\n\r{}[]:ab0 \\', max_size=60))
@few
def test_any_punctuation_is_read_or_refused_in_words(content):
    for name in ("a.csv", "a.tsv", "a.json", "a.jsonl"):
        assert survives(name, content.encode())


@given(cells=st.lists(st.tuples(filled, texts), min_size=1, max_size=6))
@few
def test_whatever_text_is_written_to_csv_comes_back(cells):
    rows = [{"text": text, "other": "x" + other} for text, other in cells]
    data = read(("a.csv", delimited(rows)))
    assert data.texts.tolist() == [row["text"] for row in rows]
    assert data.records["other"].tolist() == [row["other"] for row in rows]


@given(cells=st.lists(values, min_size=1, max_size=6))
@few
def test_whatever_is_written_to_json_comes_back(cells):
    rows = [{"text": "x", "v": cell} for cell in cells]
    data = read(("a.json", json.dumps(rows).encode()), text="text")
    column = pa.array(data.records["v"], from_pandas=True).to_pylist()
    if "v" in data.json_columns:
        column = [None if cell is None else decode(cell) for cell in column]
    assert column == cells


@given(value=values)
@few
def test_relaxed_json_is_undone_by_reading_it(value):
    assert decode(encode(value)) == value


@given(cells=st.lists(values, max_size=6))
@few
def test_a_column_has_one_cell_a_value(cells):
    array, _ = column(cells)
    assert len(array) == len(cells)
    assert array.null_count == sum(cell is None for cell in cells)


@given(rows=st.lists(filled, min_size=1, max_size=8), sizes=st.lists(st.integers(1, 3), min_size=1))
@few
def test_the_name_does_not_depend_on_how_rows_are_spread_over_row_groups(rows, sizes):
    names = set()
    for size in {*sizes, len(rows)}:
        stream = io.BytesIO()
        pq.write_table(pa.table({"text": rows}), stream, row_group_size=size)
        names.add(read(("a.parquet", stream.getvalue())).fingerprint)
    assert len(names) == 1
