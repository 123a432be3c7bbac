import re
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
    frame = pd.DataFrame(
        {"text": texts, "arm": [HOSTILE, "=cmd|' /C'!A0"] * 40, "task": [*range(20)] * 4}
    )
    analysis = analyze(from_frame(frame, "text"), Settings(embedder="hashing"))
    groups = analysis.dataset.groups("arm")
    found = compare(analysis, "arm", n_deals=20, reference=HOSTILE)
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


def test_a_report_says_what_every_part_rests_on(page):
    for part in ("Groups", "Maps", "Scores", "Clusters", "Against", "random deals", "budget"):
        assert part in page


def test_a_place_that_cannot_be_written_is_said(tmp_path, page):
    with pytest.raises(ExportError, match="cannot be written"):
        write_report(tmp_path, *report_parts())


def report_parts():
    frame = pd.DataFrame({"text": [f"tea {i}" for i in range(40)], "arm": ["a", "b"] * 20})
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
