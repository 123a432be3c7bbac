import re
import unicodedata
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from diversity import Settings, analyze, compare
from diversity.dataset import from_frame
from diversity.drawings import lines, scatter
from diversity.errors import ExportError
from diversity.report import as_html, write_report

HOSTILE = '<img src=x onerror="window.__canary=1">'
ROUGH = """</style></pre><script>alert('1')</script> "q" &amp; \x00\x1b[2J\u202egnp.exe שלום"""
SHOWN = """</style></pre><script>alert('1')</script> "q" &amp; ␀␛[2J�gnp.exe שלום"""


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def page():
    words = ("tea", "rain", "bread", "wheat", "glass", "salt")
    random = np.random.default_rng(0)
    texts = [f"{HOSTILE} {' '.join(random.choice(words, 9))}" for _ in range(80)]
    frame = pd.DataFrame({"text": texts, "arm": [HOSTILE, ROUGH] * 40, "task": [*range(20)] * 4})
    analysis = analyze(from_frame(frame, "text"), Settings(embedder="hashing"))
    groups = analysis.dataset.groups("arm")
    found = compare(analysis, "arm", n_deals=20, reference=HOSTILE, raw=True)
    return as_html(found, analysis, groups, 'text contains "<b>"')


def test_a_report_holds_no_script_and_asks_for_nothing(page):
    tags = Tags()
    tags.feed(page)
    names = {tag for tag, _ in tags.seen}
    assert not names & {"script", "img", "iframe", "link", "object", "embed", "a", "form"}
    attributes = {name for _, attrs in tags.seen for name in attrs}
    assert not any(name.startswith("on") or name in ("src", "href") for name in attributes)
    assert not re.search(r"url\(|@import", page)


def test_a_report_shows_names_and_texts_as_they_are(page):
    tags = Tags()
    tags.feed(page)
    assert HOSTILE in " ".join(tags.text)
    assert 'text contains "<b>"' in " ".join(tags.text)


def test_what_would_not_be_seen_or_would_turn_a_line_about_has_a_sign(page):
    tags = Tags()
    tags.feed(page)
    assert SHOWN in " ".join(tags.text)
    assert not {c for c in page if unicodedata.category(c) == "Cc"} - {"\n"}


def test_values_of_all_records_are_folded_away_and_said_not_to_be_compared(page):
    folded = re.search("<details>(.*?)</details>", page, re.DOTALL).group(1)
    assert "Values of all records" in folded
    assert "all 40" in folded
    assert "Size alone moves these" in folded
    assert "<details>" not in as_html(*report_parts())


def test_a_report_of_matched_lengths_says_which_texts_it_shows():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({
        "text": [" ".join(random.choice(["tea", "rain", "salt"], n)) for n in (4, 12) * 30],
        "arm": ["short", "long"] * 30,
    })  # fmt: skip
    analysis = analyze(from_frame(frame, "text"), Settings(embedder="hashing"))
    found = compare(analysis, "arm", n_deals=20, match_length=True)
    page = as_html(found, analysis, analysis.dataset.groups("arm"))
    assert "Maps show the whole texts" in page
    assert "texts cut to one distribution of lengths" in page


def test_a_report_that_exists_is_replaced_only_if_that_is_asked_for(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    with pytest.raises(ExportError, match="exists already"):
        write_report(path, *report_parts(), overwrite=False)
    assert path.read_text() == "mine"
    write_report(path, *report_parts())
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_report_says_what_every_part_rests_on(page):
    for part in ("Groups", "Maps", "Scores", "Clusters", "Against", "random deals", "budget"):
        assert part in page


def test_a_place_that_cannot_be_written_is_said(tmp_path, page):
    with pytest.raises(ExportError, match="cannot be written"):
        write_report(tmp_path, *report_parts())


def report_parts():
    texts = [f"tea {i}" for i in range(40)]
    frame = pd.DataFrame({"text": texts, "arm": ["a", "b"] * 20})
    analysis = analyze(from_frame(frame, "text"), Settings(embedder="hashing"), with_map=False)
    return compare(analysis, "arm", n_deals=20), analysis, analysis.dataset.groups("arm")


def test_points_keep_their_place_whatever_else_is_drawn():
    bounds = (0.0, 10.0), (0.0, 10.0)
    alone = scatter(np.array([[5, 5]], np.float32), bounds, "#123456")
    among = scatter(np.array([[0, 0], [5, 5]], np.float32), bounds, "#123456")
    place = re.findall(r"M[\d. ]+h0", alone)
    assert place[0] in among


def test_a_curve_of_one_point_and_of_none_can_be_drawn():
    assert "<polyline" in lines({"a": [(1.0, 2.0)]}, {"a": "#000"}, "x", "y")
    assert lines({}, {}, "x", "y") == ""
