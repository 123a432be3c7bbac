"""Does bad input leave a page with a clear state, nothing lost and no trace?"""

import json
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from diversity import samples
from diversity.cli import group
from pages.ui import cached, the_map
from pages.ui.state import KEY
from pages.ui.strokes import Stroke

MAIN = "../../pages/ui/main.py"
BOMB = "text matches /(?:[^#]{0,999}#|[a-z]{0,999}9)/i"
LONG = "x" * 100_000


def visit(**address):
    """Open the explore page as a new visitor and wait until the records are there."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return settled(app.run())


def settled(app):
    while any(button.label == "Cancel" for button in app.button):
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return app


def texts(app):
    return [element.value for element in app.text]


def complaint(app):
    """Read what stands on a page that complains."""
    assert any("That did not work" in badge.value for badge in app.markdown)
    return texts(app)


def n_passing(app):
    said = next(text for text in texts(app) if text.endswith(" records") and " of " in text)
    return int(said.split()[0].replace(",", ""))


def button(app, label):
    return next(button for button in app.button if button.label == label)


def address(app):
    shown = app.query_params
    return {n: v if isinstance(v, str) else v[0] for n, v in shown.items()}


def reload(app):
    """Open the same address again, as a new session."""
    return visit(**address(app))


def file_of(records):
    return "\n".join(json.dumps(record) for record in records).encode()


def open_upload(app, name, content):
    """Take a file to its map, by way of the data page."""
    app.switch_page("../data.py").run()
    app.file_uploader[0].set_value((name, content, "text/plain")).run()
    app.radio(key="data_model").set_value("hashing").run()
    assert not app.exception
    button(app, "Explore these records").click().run()
    app.switch_page("../explore.py").run()
    return settled(app)


def write(app, filter):
    return app.text_input(key="explore_filter_line").set_value(filter).run()


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        ("prompt = ", "column 10: expected a value"),
        ("vanished > 3", "There is no column vanished."),
        ('cluster = "no such cluster"', 'No cluster is called "no such cluster".'),
        ("near record 5000 above 0.5", "There is no record 5000"),
        ("prompt > 3", "Column prompt holds text"),
        ("text matches /(?=x)/", "cannot be read"),
        ('tag = "mine"', "There is no column tag."),
        (LONG, "column 100001: expected a comparison after xxx"),
        (LONG + "x", "This filter has 100,001 characters"),
        ("<img src=x onerror=alert(1)>", "column 1"),
        ("\x00", "has no meaning here"),
        (f"{LONG[9:]}=1", "There is no column xxx"),
        ("(" * 500, "more than 32 conditions are nested"),
    ],
    ids=lambda value: value[:20],
)
def test_an_address_with_a_filter_that_cannot_be_applied_says_so_and_keeps_it(filter, message):
    app = visit(filter=filter)
    assert any(message in text for text in complaint(app))
    assert max(map(len, texts(app))) < 2_000
    assert n_passing(app) == 1_000
    assert app.text_input(key="explore_filter_line").value == filter


@pytest.mark.parametrize("key", ["explore_search", "explore_filter_line", "explore_meaning"])
def test_a_query_of_100_kb_is_refused_in_a_sentence(key):
    app = visit(filter="length > 500")
    before = n_passing(app)
    app.text_input(key=key).set_value(LONG + "x").run()
    assert not app.exception
    assert any("100,001 characters" in text for text in complaint(app))
    assert n_passing(app) == (1_000 if key == "explore_filter_line" else before)


def test_a_broken_line_does_not_break_a_search_by_meaning():
    app = visit(filter="prompt = ")
    app.text_input(key="explore_meaning").set_value("solar energy").run()
    app.button(key="explore_take_meaning").click().run()
    assert not app.exception
    assert 0 < n_passing(app) < 1_000
    assert app.text_input(key="explore_filter_line").value.startswith("meaning like")
    app.button(key="explore_Undo").click().run()
    assert app.text_input(key="explore_filter_line").value == "prompt = "


def test_a_pattern_that_takes_too_long_is_given_up_and_said_only_once(monkeypatch):
    app = visit()
    view = cached.sample()
    object.__setattr__(view, "context", replace(view.context, patience_s=0.01))
    began = time.monotonic()
    try:
        app.text_input(key="explore_filter_line").set_value(BOMB).run()
    finally:
        object.__setattr__(view, "context", replace(view.context, patience_s=5))
    assert any("The search was given up after 0.01 s" in text for text in complaint(app))
    assert n_passing(app) == 1_000
    assert time.monotonic() - began < 20
    app.run()
    assert any("given up after 0.01 s" in text for text in complaint(app))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"data": "../../etc/passwd"}, "records that this address names are not kept here"),
        ({"data": "0" * 32, "model": "x", "color": "x"}, "are not kept here"),
        ({"color": "<b>no</b>"}, "cannot be coloured by '<b>no</b>'"),
        ({"record": "99999"}, "There is no record 99,999 here."),
        ({"tags": "0" * 32}, "The tags that this address names cannot be found here."),
        ({"kept": "../../x"}, "The filter that this address names cannot be found here."),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_an_address_names_and_is_not_here_is_said_until_it_is_put_away(asked, message):
    app = visit(**asked, filter="length > 500")
    assert any(message in text for text in complaint(app))
    app.run()
    assert any(message in text for text in complaint(app))
    app.button(key="notices_close").click().run()
    assert not any(message in text for text in texts(app))
    assert n_passing(app) == (1_000 if "kept" in asked else n_passing(visit(filter="length > 500")))
    assert set(app.query_params) <= {"filter"}


@pytest.mark.parametrize("record", ["-1", "1e3", "\u0663", "x" * 10_000, ""])
def test_a_record_that_is_no_number_opens_none(record):
    app = visit(record=record)
    assert not any(text.startswith("Record ") for text in texts(app))


def test_a_vector_column_that_does_not_exist_is_said_with_those_that_do():
    app = visit(vectors="nowhere")
    assert any("nowhere" in text for text in complaint(app))
    assert button(app, "Try again")


def test_a_model_that_an_address_asks_for_is_not_fetched_unasked():
    app = visit(model="api:openai/costly")
    assert "This address asks for another embedding model: api:openai/costly" in texts(app)
    assert not any("of 1,000" in text for text in texts(app))
    settled(app.button(key="waiting_default").click().run())
    assert n_passing(app) == 1_000
    assert "model" not in app.query_params


def test_a_reload_finds_filter_colour_record_and_tags_again():
    app = visit()
    write(app, 'prompt = "topic"')
    tag(app, "mine")
    write(app, 'tag = "mine" and length > 560')
    before = n_passing(app)
    app.session_state[KEY].opened = 7
    app.session_state[KEY].color_by = "cluster"
    app.run()
    again = reload(app)
    assert 0 < n_passing(again) == before < 250
    assert any(text.startswith("Record 7 · ") for text in texts(again))
    assert again.session_state[KEY].color_by == "cluster"
    assert len(again.session_state[KEY].tags) == 250
    assert address(reload(again)) == address(app)


def tag(app, name):
    app.text_input(key="explore_tag_name").set_value(name).run()
    app.button(key="explore_tag_do").click().run()
    assert not app.exception


def test_a_later_visit_is_offered_the_tags_of_an_earlier_one():
    app = write(visit(), "length > 560")
    tag(app, "found again")
    n_tagged = len(app.session_state[KEY].tags)
    later = visit()
    assert later.session_state[KEY].tags is None
    button(later, f"Bring back {n_tagged} tags").click().run()
    assert n_passing(write(later, 'tag = "found again"')) == n_tagged
    assert not any(b.label.startswith("Bring back") for b in later.button)


def test_tags_of_other_records_are_not_put_on_these():
    app = visit()
    tag(app, "mine")
    tags = address(app)["tags"]
    other = open_upload(visit(), "three.jsonl", file_of({"text": f"one {i}"} for i in range(1_000)))
    app = visit(**address(other), tags=tags)
    assert any("tags of this address were written on other records" in t for t in complaint(app))
    assert n_passing(write(app, 'tag = "mine"')) == 1_000
    assert "There is no column tag." in texts(app)


def test_a_filter_too_long_for_an_address_outlives_a_reload():
    filter = " or ".join(f"length = {n}" for n in range(560, 860))
    app = write(visit(), filter)
    assert max(map(len, address(app).values())) < 100
    again = reload(app)
    assert 0 < n_passing(again) == n_passing(app) < 1_000
    assert again.text_input(key="explore_filter_line").value == filter


def table(app):
    return next(frame.value for frame in app.dataframe if {"novelty", "@novelty"} & {*frame.value})


def rows_in_table(app):
    shown = table(app)
    return shown["@row" if "@row" in shown else "row"].tolist()


@pytest.mark.parametrize("n_rows", [0, 1, 2])
def test_a_filter_that_keeps_almost_nothing_leaves_every_part_of_the_page_whole(n_rows):
    rows = list(range(n_rows))
    app = visit(filter=f"row in ({', '.join(map(str, rows))})")
    assert n_passing(app) == n_rows
    if rows:
        assert rows_in_table(app) == rows
    else:
        assert any(info.value.startswith("No record is in view.") for info in app.info)
    for order in ("Most novel first", "Longest first", "Most repeated first")[: 3 * bool(rows)]:
        app.selectbox(key="explore_order").set_value(order).run()
        assert sorted(rows_in_table(app)) == rows
    app.segmented_control(key="explore_below").set_value("Clusters").run()
    assert not app.exception
    assert not any("That did not work" in badge.value for badge in app.markdown)


def test_a_lasso_over_nothing_is_said_and_dropped():
    app = visit()
    view = cached.sample()
    far = view.coordinates.max(axis=0) + 10
    outline = tuple((float(far[0] + x), float(far[1] + y)) for x, y in ((0, 0), (1, 0), (0, 1)))
    app.session_state[f"{the_map.key(view)}:strokes"] = (Stroke(outline),)
    app.run()
    assert "The lasso holds no record that passes the filter." in texts(app)
    assert not any(b.key == "explore_keep" for b in app.button)
    assert n_passing(app) == 1_000
    app.button(key="explore_drop_lasso").click().run()
    assert rows_in_table(app) == list(range(1_000))


def many(n_records, **columns):
    """Records with columns, each given by a function of the record's number."""
    return [
        {"text": f"word {i}"} | {name: make(i) for name, make in columns.items()}
        for i in range(n_records)
    ]


OWN_NAMES = ("row", "cluster", "length", "tag", "novelty", "explore_tag_do", "workspace", "index")
MARKUP = ("<b>h</b>", "**bold**", ":red[x]", "$a$", "", " ", "a\nb", "x" * 300, "![p](http://x)")
NOT_LATIN = ("\u0645\u0631\u062d\u0628\u0627 ", "\U0001f600", "\u200b.", "\u202eabc\u202c")
ODD = {
    "one record": many(1),
    "two alike": [{"text": "same"}] * 2,
    "three": many(3),
    "all alike": [{"text": "the same words"}] * 40,
    "long": [{"text": f"{i} " + "long " * 10_000} for i in range(4)],
    "no latin": [{"text": text * 3} for text in NOT_LATIN],
    "60 columns": many(70, **{f"c{j}": lambda i, j=j: i % (j + 1) for j in range(60)}),
    "our own names": many(30, **{name: lambda i, n=name: f"{n} {i % 3}" for name in OWN_NAMES}),
    "markup": many(30, **{name: lambda i, n=name: f"{n} {i % 3}" for name in MARKUP}),
    "holes": many(20, a=lambda _: None, b=lambda _: [], c=lambda _: {}, d=lambda _: [None]),
    "mixed": many(40, a=lambda i: [i, str(i), None, {"x": i}][i % 4]),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_records_are_explored_like_any(name):
    app = open_upload(visit(), f"{name}.jsonl", file_of(ODD[name]))
    assert n_passing(app) == len(ODD[name])
    app.segmented_control(key="explore_below").set_value("Clusters").run()
    assert not app.exception
    app.session_state[KEY].opened = 0
    app.segmented_control(key="explore_below").set_value("Records").run()
    tag(app, "<i>mine</i>")
    assert not app.exception
    assert n_passing(write(app, "length > 5 or not length > 5")) == len(ODD[name])
    assert not app.exception
    assert rows_in_table(reload(app)) == list(range(len(ODD[name])))


def test_columns_that_are_called_as_ours_stand_beside_ours():
    app = open_upload(visit(), "own.jsonl", file_of(ODD["our own names"]))
    tag(write(app, 'length = "length 1"'), "mine")
    assert n_passing(app) == 10
    assert {*OWN_NAMES, "@row", "@cluster", "@length", "@novelty", "@tag"} <= {*table(app)}
    assert n_passing(write(app, '@tag = "mine" and tag = "tag 1"')) == 10
    assert n_passing(write(app, '@tag is null and tag = "tag 1"')) == 0


MESSY = Path(__file__).parents[3] / "shared" / "data" / "messy"
ODD_FILES = (
    "derived/arb_utf8_rtl.csv",
    "derived/fra_utf16le_bom.csv",
    "derived/eng.csv.gz",
    "derived/deu_cp1252_semicolon.csv",
    "hwu64_semicolon/alarm_query.csv",
    "llama_factory/identity.json",
    "llama_factory/dataset_info.json",
    "llama_factory/c4_demo.jsonl",
    "fastchat/vicuna_bench_question.jsonl",
    "parquet_testing/data/nested_lists.snappy.parquet",
    "parquet_testing/data/nulls.snappy.parquet",
    "parquet_testing/bad_data/PARQUET-1481.parquet",
)


@pytest.mark.skipif(not MESSY.exists(), reason="the messy files are not part of this project")
def test_odd_files_are_read_with_a_report_or_refused_with_a_hint():
    app = visit().switch_page("../data.py").run()
    said = {}
    for name in ODD_FILES:
        content = (MESSY / name).read_bytes()
        app.file_uploader[0].set_value((Path(name).name, content, "")).run()
        assert not app.exception, name
        refused = any("That did not work" in badge.value for badge in app.markdown)
        shown = [text for text in texts(app) if text]
        assert shown, name
        assert max(map(len, shown)) < 2_000, name
        assert refused == (
            not any('class="de-tiles"' in str(html.proto.body) for html in app.get("html"))
        )
        said[name] = ("refused" if refused else "read", shown)
    assert said["parquet_testing/bad_data/PARQUET-1481.parquet"][0] == "refused"
    assert said["derived/fra_utf16le_bom.csv"][0] == "read"
    assert "is not UTF-8: byte 0xE4" in said["derived/deu_cp1252_semicolon.csv"][1][0]


def test_two_files_of_one_name_each_have_their_own_text_column():
    app = visit().switch_page("../data.py").run()
    for column in ("question", "answer"):
        rows = file_of({column: f"{column} words {i}", "other": f"more {i}"} for i in range(9))
        app.file_uploader[0].set_value(("same.jsonl", rows, "")).run()
        assert not app.exception
        box = next(box for box in app.selectbox if box.label == "Text to analyze")
        assert box.value == column
        assert {column, "other"} <= {*box.options}


def test_two_tabs_on_different_records_do_not_disturb_each_other():
    one, two = visit(), visit()
    open_upload(two, "nine.jsonl", file_of(many(9, group=lambda i: "ab"[i % 2])))
    write(one, 'prompt = "topic"')
    write(two, 'group = "a"')
    for app, n_rows in ((one, 250), (two, 5), (one, 250)):
        assert n_passing(app.run()) == n_rows
        assert len(rows_in_table(app)) == n_rows
    assert "prompt" in table(one)
    assert "prompt" not in table(two)
    assert n_passing(write(two, 'prompt = "topic"')) == 9
    assert n_passing(write(one, 'group = "a"')) == 1_000


def test_a_column_that_vanished_is_said_and_the_filter_is_kept():
    app = open_upload(visit(), "a.jsonl", file_of(many(9, group=lambda i: "ab"[i % 2])))
    write(app, 'group = "a"')
    tag(app, "mine")
    before = address(app)
    other = address(open_upload(visit(), "a.jsonl", file_of(many(9, other=lambda i: "ab"[i % 2]))))
    app = visit(**(before | {"data": other["data"], "color": "group"}))
    said = "\n".join(texts(app))
    for message in ("no column group", "cannot be coloured by 'group'", "written on other records"):
        assert message in said
    assert n_passing(app) == 9
    assert app.text_input(key="explore_filter_line").value == 'group = "a"'


def test_address_page_and_command_line_find_the_same_rows(tmp_path):
    filter = '(prompt = "topic" or text contains "energy") and length > 560 and row > 9'
    from_address = rows_in_table(visit(filter=filter))
    from_page = rows_in_table(write(visit(), filter))
    records = samples.load().records
    records.to_json(tmp_path / "sample.jsonl", orient="records", lines=True)
    paths = str(tmp_path / "sample.jsonl"), "--out", str(tmp_path / "found.jsonl")
    done = CliRunner().invoke(group, ["map", *paths, "--where", filter, "--embedder", "hashing"])
    assert done.exit_code == 0, done.output
    found = pd.read_json(tmp_path / "found.jsonl", lines=True)
    row_of = {text: row for row, text in enumerate(samples.load().texts)}
    assert from_address == from_page == [row_of[text] for text in found["text"]]
    assert 0 < len(from_page) < 1_000
