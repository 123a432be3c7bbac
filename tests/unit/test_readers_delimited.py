"""CSV and TSV: what a cell is, and what happens to rows that do not fit."""

import codecs

import pytest

from diversity.dataset import read
from diversity.errors import EmptyDatasetError, UnreadableFileError
from diversity.readers import delimited


def csv(content, **options):
    return read(
        ("data.csv", content if isinstance(content, bytes) else content.encode()), **options
    )


def test_a_row_with_too_few_or_too_many_fields_is_left_out_with_its_line():
    report = csv('text,n\n"two\nlines",1\nshort\ngood,2\nlong,3,4\n').report
    assert [(row.row, row.detail) for row in report.left_out] == [
        (4, "1 instead of 2"),
        (6, "3 instead of 2"),
    ]
    assert report.left_out_counts == {delimited.WRONG_WIDTH: 2}
    assert (report.n_read, report.n_kept) == (4, 2)


def test_the_listing_is_capped_and_the_count_is_not():
    report = csv("text,n\ngood,1\n" + "bad\n" * 250).report
    assert len(report.left_out) == 100
    assert report.left_out_counts == {delimited.WRONG_WIDTH: 250}


def test_a_quote_that_is_never_closed_costs_one_line():
    data = csv('text,n\na,1\n"b,2\nc,3\nd,4\n')
    assert data.texts.tolist() == ["a", "c", "d"]
    assert [(row.row, row.reason) for row in data.report.left_out] == [(3, delimited.OPEN_QUOTE)]


def test_many_open_quotes_end_in_a_report_not_in_endless_work():
    lines = ['"' + "x" * i + ',"' * (2 * i) + ",1" for i in range(60)]
    report = csv("text,n\na,1\n" + "\n".join(lines)).report
    assert report.n_kept >= 1
    assert report.n_left_out == sum(report.left_out_counts.values())


def test_a_last_row_of_several_lines_is_whole():
    assert csv('text,n\na,1\n"b\n""c""\n",2').texts.tolist() == ["a", 'b\n"c"\n']


def test_blank_lines_are_passed_over():
    data = csv("\n\ntext,n\n\na,1\n\n\nb,2\n\n")
    assert data.texts.tolist() == ["a", "b"]
    assert data.report.n_left_out == 0


def test_when_no_row_fits_the_first_one_explains_why():
    with pytest.raises(UnreadableFileError, match=r"line 2 has .*3 instead of 2"):
        csv("text,n\na,b,c\nd,e,f\n")


def test_a_header_alone_is_empty():
    with pytest.raises(EmptyDatasetError, match="no rows"):
        csv("text,n\n")


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + "text,n\nä,1\n".encode(),
        "text,n\r\nä,1\r\n".encode(),
        "text,n\rä,1\r".encode(),
        "\ufefftext,n\nä,1\n".encode("utf-16-le"),
        "\ufefftext,n\nä,1\n".encode("utf-16-be"),
        b"text;n\n\xc3\xa4;1\n",
    ],
    ids=["utf-8 mark", "crlf", "cr", "utf-16 le", "utf-16 be", "semicolons"],
)
def test_byte_order_marks_line_ends_and_semicolons(content):
    data = csv(content)
    assert data.columns == ("text", "n")
    assert data.texts.tolist() == ["ä"]


def test_a_wrong_encoding_is_named_with_its_first_byte():
    content = "text,n\nplain,1\nä,2\n".encode("cp1252")
    with pytest.raises(UnreadableFileError, match=r"not UTF-8: byte 0xE4 at position 15 "):
        csv(content)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_refused_and_recognised(encoding):
    with pytest.raises(UnreadableFileError, match="UTF-16 without a byte order mark"):
        csv("text,n\na,1\n".encode(encoding))


def test_the_bad_byte_is_found_behind_the_first_buffers():
    content = b"text\n" + ("ä" * 1_499 + "x\n").encode() * 1_000 + b"\xff\n"
    with pytest.raises(UnreadableFileError, match=r"0xFF at position 3,000,005 "):
        csv(content)


def test_equal_and_missing_column_names_are_told_apart():
    data = csv("text,a,a,,a (2)\nx,1,2,3,4\n")
    assert data.columns == ("text", "a", "a (3)", "column_4", "a (2)")
    assert len(data.report.repaired) >= 2


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (["1", "-20", "0"], "int64"),
        (["1", "", "3"], "int64[pyarrow]"),
        (["1.5", "2", "1e-3"], "float64"),
        (["1.5", "", "-3"], "float64"),
        (["007", "1", "2"], "str"),
        (["1", "NA", "2"], "str"),
        (["1", "nan", "2"], "str"),
        (["+1", "2", "3"], "str"),
        (["1", "99999999999999999999", "2"], "str"),
        (["true", "false", "true"], "str"),
        (["", "", ""], "str"),
    ],
)
def test_a_column_becomes_numbers_only_where_no_digit_is_lost(cells, dtype):
    data = csv("text,n\n" + "".join(f"t{i},{cell}\n" for i, cell in enumerate(cells)))
    assert str(data.records["n"].dtype) == dtype
    if dtype == "str":
        assert data.records["n"].tolist() == cells


def test_a_number_after_a_thousand_rows_of_none_is_still_a_number():
    data = csv("text,n\n" + "t,\n" * 1_000 + "t,5\n")
    assert data.records["n"].sum() == 5


def test_the_text_column_stays_text_even_if_it_holds_numbers():
    data = csv("text,n\n1.50,1\n2,2\n")
    assert data.texts.tolist() == ["1.50", "2"]
    assert data.records["text"].tolist() == ["1.50", "2"]


def test_tsv_does_not_split_at_commas():
    data = read(("data.tsv", b"text\tn\na, b\t1\n"))
    assert data.texts.tolist() == ["a, b"]
