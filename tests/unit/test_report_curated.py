"""Does the page on a curation say what was done, and keep hostile data data?"""

from html.parser import HTMLParser

import numpy as np
import pandas as pd

from diversity import analyze
from diversity.analysis import Settings
from diversity.curation import Cap, Plan, Remove, curate, effect, material
from diversity.dataset import from_frame
from diversity.report import curation_as_html, report_beside
from diversity.scores import prepare
from tests.curating import ten

HOSTILE = '<img src=x onerror="alert(1)"></pre><script>1</script>\x00\u202e'


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)


def test_steps_scores_and_losses_stand_on_the_page():
    asked = material(ten())
    analysis = asked.analysis
    outcome = curate(asked, Plan((Cap("topic", 2), Remove((0,)))))
    panel = prepare(
        analysis.dataset.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels
    )
    found = effect(analysis, panel, outcome)
    page = curation_as_html(asked, outcome, found)
    assert f"{len(outcome.rows)} of 10 records are kept." in page
    assert "1. At most 2 of each topic, the first" in page
    assert "2. Drop 1 by hand" in page
    assert all(measure.label in page for measure in found.measures)
    assert page.count("<tr>") == 1 + 2 + 1 + len(found.measures) + 1 + 3


def test_what_the_data_says_is_never_markup():
    records = pd.DataFrame({"text": [f"{HOSTILE} {i}" for i in range(6)], "arm": [HOSTILE] * 6})
    dataset = from_frame(records, "text")
    vectors = np.eye(6, dtype=np.float32)
    asked = material(analyze(dataset, Settings(), vectors=vectors, with_map=False))
    outcome = curate(asked, Plan((Cap("arm", 2),), name=HOSTILE))
    page = curation_as_html(asked, outcome, None)
    reader = Tags()
    reader.feed(page)
    assert not {"img", "script"} & set(reader.seen)
    assert page.count("&lt;img") >= 4
    assert "\x00" not in page
    assert "\u202e" not in page


def test_nothing_kept_and_no_step_are_pages_too():
    asked = material(ten())
    everything = curation_as_html(asked, curate(asked, Plan()), None)
    assert "No step was taken." in everything
    nothing = curation_as_html(asked, curate(asked, Plan((Cap("@row", 0),))), None)
    assert "0 of 10 records are kept." in nothing


def test_a_report_stands_beside_a_file_or_a_folder(tmp_path):
    assert report_beside(tmp_path / "kept.jsonl") == tmp_path / "kept.report.html"
    assert report_beside(tmp_path / "kept") == tmp_path / "kept.report.html"
