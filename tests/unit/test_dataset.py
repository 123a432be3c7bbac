"""One dataset of files, frames and datasets; its text, its groups, its report, its name."""

import decimal
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diversity import dataset
from diversity.dataset import concat, from_frame, from_table, load, read, read_bytes
from diversity.errors import EmptyDatasetError, MissingColumnError, UnreadableFileError

A = ("a.csv", b"text,n,only_a\none,1,x\ntwo,2,y\n")
B = ("b.jsonl", b'{"text": "three", "n": 3.5}\n{"text": "TWO", "n": null}\n')


def parquet(table):
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return ("data.parquet", stream.getvalue())


def test_several_files_become_one_dataset_with_a_column_that_names_them():
    data = read([A, B])
    assert data.columns == ("text", "n", "only_a", "dataset")
    assert data.texts.tolist() == ["one", "two", "three", "TWO"]
    assert data.records["dataset"].tolist() == ["a", "a", "b", "b"]
    assert data.records["n"].tolist()[:3] == [1.0, 2.0, 3.5]
    assert data.records["only_a"].isna().tolist() == [False, False, True, True]
    assert [source.name for source in data.report.sources] == ["a.csv", "b.jsonl"]


def test_a_column_called_dataset_is_kept_and_ours_gets_another_name():
    own = ("c.csv", b"text,dataset\nfour,mine\n")
    data = read([A, own])
    assert data.group_column == "dataset_file"
    assert data.records["dataset"].tolist()[2] == "mine"
    assert data.records["dataset_file"].tolist() == ["a", "a", "c"]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a.csv", "b.csv"], ["a", "b"]),
        (["x/data.csv", "y/data.csv"], ["x/data", "y/data"]),
        (["data.csv", "data.tsv"], ["data.csv", "data.tsv"]),
        (["data.csv", "data.csv"], ["data.csv", "data.csv (2)"]),
    ],
)
def test_files_with_the_same_name_are_told_apart(paths, names):
    data = read([(path, b"text\nsome words\n") for path in paths])
    assert data.records["dataset"].tolist() == names


def test_rows_left_out_name_their_file_and_line():
    broken = ("c.jsonl", b'{"text": "x"}\n{\n{"text": ""}\n')
    report = read([A, broken]).report
    assert [(row.source, row.row) for row in report.left_out] == [("c.jsonl", 2), ("c.jsonl", 3)]
    sentences = " ".join(report.sentences())
    assert "Read 2 rows from a.csv (CSV)." in sentences
    assert "Left out 1 row: no text (c.jsonl line 3)." in sentences
    assert "Kept 3 records." in sentences


def test_columns_of_different_types_keep_every_value_as_json():
    data = read([("a.jsonl", b'{"text": "x", "v": "5"}'), ("b.jsonl", b'{"text": "y", "v": 5}')])
    assert data.records["v"].tolist() == ['"5"', "5"]
    assert data.json_columns == {"v"}


def test_numbers_in_a_csv_meet_numbers_in_parquet():
    numbers = parquet(pa.table({"text": ["z"], "n": [7]}))
    data = read([A, numbers])
    assert data.records["n"].tolist() == [1, 2, 7]
    assert str(data.records["n"].dtype) == "int64"


def test_the_missing_column_error_knows_what_was_meant():
    with pytest.raises(MissingColumnError, match=r"no column 'txet'.*mean 'text'.*'only_a'"):
        read(A, text="txet")
    with pytest.raises(MissingColumnError, match=r"no column 'output'"):
        read(A, text="{text} {output}")
    with pytest.raises(MissingColumnError, match=r"no column 'm'"):
        read(A, columns=["m"])


def test_a_template_joins_columns_and_leaves_nulls_empty():
    frame = pd.DataFrame({"q": ["one", None, None], "a": ["two", "three", " "]})
    data = from_frame(frame, r"Q: {q}\nA: {a} {{ok}}")
    assert data.texts.tolist() == ["Q: one\nA: two {ok}", "Q: \nA: three {ok}"]
    assert data.report.left_out[0].row == 3
    assert data.text == "Q: {q}\nA: {a} {{ok}}"


def test_a_template_never_reaches_into_objects():
    with pytest.raises(MissingColumnError):
        read(A, text="{text.__class__}")
    with pytest.raises(MissingColumnError):
        read(A, text="{0}")


def test_a_column_whose_name_looks_like_a_template_is_a_column():
    assert from_frame(pd.DataFrame({"{a}": ["x y"]}), "{a}").texts.tolist() == ["x y"]


def test_numbers_as_text_are_converted_with_a_note():
    data = from_frame(pd.DataFrame({"n": [1.5, 2.0]}), "n")
    assert data.texts.tolist() == ["1.5", "2.0"]
    assert "'n'" in " ".join(data.report.repaired)
    assert data.records["n"].tolist() == [1.5, 2.0]


def test_a_chat_is_what_was_said_in_it():
    chat = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    data = from_frame(pd.DataFrame({"id": ["x"], "messages": [chat]}))
    assert data.text == "messages"
    assert data.texts.tolist() == ["Hi\nHello"]


@pytest.mark.parametrize(
    ("columns", "guessed"),
    [
        ({"text": ["a"], "content": ["longer words"]}, "text"),
        ({"Passage": ["a"], "other": ["longer words"]}, "Passage"),
        (
            {"instruction": ["a"], "input": ["b"], "output": ["c"], "category": ["d e f g"]},
            "{instruction}\n{input}\n{output}",
        ),
        ({"instruction": ["a"], "output": ["c"]}, "{instruction}\n{output}"),
        ({"id": ["3f2a" * 20], "said": ["some short words"]}, "said"),
        (
            {"prompt": ["the same long prompt"] * 9, "out": [f"the story {i}" for i in range(9)]},
            "out",
        ),
        ({"text": [1.0], "words": ["a b"]}, "words"),
        ({"text": [""], "words": ["a b"]}, "words"),
    ],
)
def test_the_guess(columns, guessed):
    data = from_frame(pd.DataFrame(columns))
    assert data.text == guessed
    assert any("a guess" in sentence for sentence in data.report.sentences())


def test_a_file_that_calls_its_text_otherwise_keeps_its_records():
    real = ("real.csv", b"text,kind\ntea and rain,x\nbread and salt,y\n")
    made = ("made.csv", b"content,kind\nglass of wheat,x\nstars over paint,y\n")
    data = read([real, made])
    assert data.texts.tolist() == [
        "tea and rain", "bread and salt", "glass of wheat", "stars over paint"
    ]  # fmt: skip
    assert data.records["dataset"].tolist() == ["real", "real", "made", "made"]
    assert any("that of made is 'content'" in said for said in data.report.sentences())
    assert data.report.n_left_out == 0


def test_a_file_without_any_text_leaves_the_guess_as_it_is():
    data = read([("a.csv", b"text,n\ntea and rain,1\n"), ("b.csv", b"n\n2\n")])
    assert data.text == "text"
    assert data.report.n_left_out == 1


def test_without_any_text_nothing_is_guessed():
    with pytest.raises(MissingColumnError, match=r"No column of .* holds text"):
        from_frame(pd.DataFrame({"n": [1, 2]}))


def test_exact_duplicates_are_counted_and_kept():
    texts = ["Straße  eins", "STRASSE eins", "strasse\neins ", "ﬁne", "fine", "other", "other"]
    data = from_frame(pd.DataFrame({"text": texts}))
    assert data.report.n_exact_duplicates == 4
    assert data.texts.tolist() == texts


def test_groups_come_in_order_of_first_appearance_with_nulls_under_none():
    frame = pd.DataFrame({"text": list("abcde"), "g": ["z", None, "a", "z", "(none)"]})
    groups = from_frame(frame).groups("g")
    assert {name: rows.tolist() for name, rows in groups.items()} == {
        "z": [0, 3],
        "(none) (2)": [1],
        "a": [2],
        "(none)": [4],
    }
    assert groups["z"].dtype == np.int64
    assert not groups["z"].flags.writeable


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 1],
        [1.5, np.nan, 1.5],
        [True, False, True],
        [[1], [2], [1]],
        [{"a": 1}, None, {"a": 1}],
    ],
    ids=["whole", "decimal", "truth", "lists", "objects"],
)
def test_any_column_can_be_grouped(values):
    data = from_frame(pd.DataFrame({"text": list("abc"), "g": pd.Series(values)}))
    assert [rows.tolist() for rows in data.groups("g").values()] == [[0, 2], [1]]


def test_grouping_by_a_missing_column_is_an_error():
    with pytest.raises(MissingColumnError):
        read(A).groups("m")


def test_the_name_follows_the_content_and_nothing_else():
    frame = pd.DataFrame({"text": ["a", "b"], "n": [1, 2]})
    name = from_frame(frame).fingerprint
    assert from_frame(frame.set_axis([7, 9]), name="elsewhere").fingerprint == name
    assert from_frame(frame.assign(n=[1, 3])).fingerprint != name
    assert from_frame(frame.assign(n=[1.0, 2.0])).fingerprint != name
    assert from_frame(frame.rename(columns={"n": "m"})).fingerprint != name
    assert from_frame(frame.assign(text=["ab", ""]).iloc[:1]).fingerprint != name
    assert from_frame(frame, "{text}!").fingerprint != name


def test_a_table_can_be_read_once_and_its_text_chosen_often():
    table = load([A])
    assert from_table(table, "only_a").texts.tolist() == ["x", "y"]
    assert from_table(table, "text").fingerprint == read(A, "text").fingerprint


def test_chosen_columns_come_with_those_of_the_text():
    assert read(A, "text", columns=["n"]).columns == ("text", "n")
    assert read([A, B], "text", columns=["n"]).columns == ("text", "n", "dataset")


def test_concatenated_datasets_equal_the_files_read_together():
    apart, together = concat([read(A), read(B)]), read([A, B], "text")
    pd.testing.assert_frame_equal(apart.records, together.records)
    assert apart.report.sources == together.report.sources
    assert apart.report.n_exact_duplicates == together.report.n_exact_duplicates == 1
    three = concat([apart, read_bytes("c.csv", b"text\nfour\n")])
    assert three.records["dataset"].tolist() == ["a", "a", "b", "b", "c"]


def test_uploads_of_the_same_name_stay_apart():
    twice = concat([read(A), read(A)])
    assert list(twice.groups("dataset")) == ["a.csv", "a.csv (2)"]
    thrice = concat([concat([read(A), read(B)]), read(A)])
    assert list(thrice.groups("dataset")) == ["a", "b", "a (2)"]


@pytest.mark.parametrize("nothing", [read, concat])
def test_nothing_makes_no_dataset(nothing):
    with pytest.raises(EmptyDatasetError, match="nothing to read"):
        nothing([])


def test_concatenated_datasets_with_different_texts_get_a_column_for_them():
    data = concat([read(A, "only_a"), read(B, "{text}!")])
    assert data.texts.tolist() == ["x", "y", "three!", "TWO!"]
    assert data.text not in read(A).columns


def test_parquet_types_survive():
    table = pa.table(
        {
            "text": pa.array(["a", "b"]).dictionary_encode(),
            "i": pa.array([1, None], pa.int32()),
            "l": [["x"], None],
            "s": [{"k": 1}, {"k": None}],
            "d": pa.array([decimal.Decimal("1.50"), None]),
            "t": pa.array([0, None], pa.timestamp("us", tz="UTC")),
            "b": pa.array([b"\xff", None]),
            "x": pa.array([float("nan"), None]),
            "z": pa.nulls(2),
        }
    )
    records = read(parquet(table)).records
    for name in ("i", "l", "s", "d", "b"):
        assert pa.array(records[name]).type == table.schema.field(name).type
        assert pa.array(records[name]).to_pylist() == table[name].to_pylist()
    assert str(records["text"].dtype) == "str"
    assert str(records["t"].dtype) == "datetime64[us, UTC]"
    assert records["x"].isna().tolist()[1]


def test_repeated_column_names_in_parquet_are_told_apart():
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    data = read(parquet(table))
    assert data.columns == ("text", "text (2)")
    assert "text (2)" in " ".join(data.report.repaired)


def test_a_parquet_file_without_rows_is_empty():
    with pytest.raises(EmptyDatasetError):
        read(parquet(pa.table({"text": pa.array([], pa.string())})))


def test_a_truncated_parquet_file_is_refused():
    name, content = parquet(pa.table({"text": ["a"]}))
    with pytest.raises(UnreadableFileError, match=r"data\.parquet is broken"):
        read((name, content[:-6]))


def test_odd_frames_are_taken():
    frame = pd.DataFrame(
        {
            0: ["x", "y"],
            "mixed": [1, "a"],
            "when": pd.period_range("2020", periods=2, freq="M"),
            "kind": pd.Categorical(["p", None]),
            "whole": pd.array([1, None], dtype="Int64"),
        },
        index=["r", "s"],
    )
    data = from_frame(frame, "0")
    assert data.columns == ("0", "mixed", "when", "kind", "whole")
    assert data.records["mixed"].tolist() == ["1", "a"]
    assert str(data.records["kind"].dtype) == "str"
    assert list(data.records.index) == [0, 1]


def test_no_rows_are_no_dataset():
    with pytest.raises(EmptyDatasetError):
        from_frame(pd.DataFrame({"text": pd.Series([], dtype="str")}))


def test_public_names_exist():
    assert all(hasattr(dataset, name) for name in dataset.__all__)
