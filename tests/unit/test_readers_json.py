"""JSON and JSON Lines: broken lines, odd values, and what has no single type."""

import json

import pytest

from diversity.dataset import read
from diversity.errors import EmptyDatasetError, UnreadableFileError
from diversity.readers.cells import decode, encode


def lines(*rows):
    return read(("data.jsonl", "\n".join(rows).encode()))


def document(value):
    return read(("data.json", json.dumps(value).encode()))


def test_a_broken_line_is_left_out_with_number_and_reason():
    report = lines('{"text": "a"}', '{"text": ', "", "[1]", "7", '{"text": "b"}').report
    assert [(row.row, row.reason) for row in report.left_out] == [
        (2, "not valid JSON"),
        (4, "not a JSON object"),
        (5, "not a JSON object"),
    ]
    assert (report.n_read, report.n_kept) == (5, 2)
    assert "Expecting value at character 11" in report.left_out[0].detail


def test_only_broken_lines_make_no_dataset():
    with pytest.raises(UnreadableFileError, match=r"line 1 is not valid JSON"):
        lines("{oops", "{again")


def test_json_lines_under_the_name_of_json_and_the_reverse():
    assert len(read(("data.json", b'{"text": "a"}\n{"text": "b"}\n'))) == 2
    assert len(read(("data.jsonl", b'\n\n   \n[{"text": "a"},\n {"text": "b"}]'))) == 2


def test_the_list_inside_an_object_is_found():
    data = document({"version": 1, "data": [{"text": "a"}, {"text": "b"}]})
    assert data.texts.tolist() == ["a", "b"]
    assert "version" in " ".join(data.report.repaired)


def test_one_object_is_one_record():
    assert document({"text": "a", "tags": ["x"]}).texts.tolist() == ["a"]


def test_a_list_of_texts_is_a_column_of_texts():
    assert document(["a", "b"]).records["text"].tolist() == ["a", "b"]


@pytest.mark.parametrize("content", [b"[]", b'{"data": []}'])
def test_no_objects_are_no_dataset(content):
    with pytest.raises((EmptyDatasetError, UnreadableFileError)):
        read(("data.json", content))


def test_a_broken_document_says_where():
    with pytest.raises(UnreadableFileError, match=r"line 2, character 3"):
        read(("data.json", b'[{"text": "a"},\n {oops}]'))


def test_deep_nesting_is_refused_not_crashed():
    with pytest.raises(UnreadableFileError, match="nested too deeply"):
        read(("data.json", b"[" * 200_000))
    report = lines('{"text": "a"}', "[" * 200_000).report
    assert report.left_out[0].detail == "nested too deeply"


def test_numbers_too_long_to_read_are_left_out():
    assert lines('{"text": "a"}', '{"text": "b", "n": ' + "9" * 5000 + "}").report.n_left_out == 1


def test_huge_integers_nan_and_infinity_survive():
    data = lines(
        '{"text": "a", "big": 123456789012345678901234567890, "x": NaN}',
        '{"text": "b", "big": 1, "x": -Infinity}',
    )
    assert [decode(cell) for cell in data.records["big"]] == [123456789012345678901234567890, 1]
    assert data.json_columns == {"big"}
    assert str(data.records["x"].tolist()) == "[nan, -inf]"


def test_lone_surrogates_are_replaced_and_reported():
    data = lines(
        '{"text": "a\\ud800b", "\\udfff": 1}', '{"text": "\\ud83d\\ude00", "k": [{"\\ud800": 1}]}'
    )
    assert data.texts.tolist() == ["a\ufffdb", "😀"]
    assert "text" in " ".join(data.report.repaired)


def test_types_are_kept():
    data = lines(
        '{"text": "a", "i": 1, "f": 1.5, "b": true, "m": null, "l": ["x"], "o": {"k": 1}}',
        '{"text": "b", "i": null, "f": 2, "b": false, "m": null, "l": [], "o": {"k": 2}}',
    )
    kinds = {name: str(kind) for name, kind in data.records.dtypes.items()}
    assert kinds == {
        "text": "str",
        "i": "int64[pyarrow]",
        "f": "float64",
        "b": "bool",
        "m": "str",
        "l": "list<item: string>[pyarrow]",
        "o": "struct<k: int64>[pyarrow]",
    }


def test_objects_with_different_fields_are_kept_as_json():
    values = [{"a": 1}, {"b": [2]}, "plain", "5", 5, None, True]
    data = document([{"text": "x", "v": value} for value in values])
    assert data.json_columns == {"v"}
    cells = data.records["v"]
    assert [None if cell != cell else decode(cell) for cell in cells] == values


@pytest.mark.parametrize("value", ["a", "5", "null", '"q"', "{", "[1]", " 5", "-", "Infinity", ""])
def test_relaxed_json_keeps_texts_apart_from_values(value):
    assert decode(encode(value)) == value


def test_a_field_that_comes_late_is_null_before():
    data = lines('{"text": "a"}', '{"text": "b", "late": "x"}')
    assert data.records["late"].isna().tolist() == [True, False]
    assert data.columns == ("text", "late")
