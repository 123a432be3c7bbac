"""Are records that were filled into one template found together?"""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity import analyze
from diversity.curation import Cap, Plan, curate, material
from diversity.dataset import from_frame
from diversity.duplicates.templates import LEAST, WORDS, templates
from diversity.scores.tokens import tokenize

POEMS = [f"Please write a poem about {x}!" for x in ("the sea", "rain", "my old cat")]
FACTS = [f"Give me {n} short facts on tea." for n in ("3", "17", "1,000")]


def test_records_of_one_template_share_its_words_and_others_have_none():
    found = templates([*POEMS, "Nothing of the kind here.", "", *FACTS])
    assert found.labels.tolist() == [0, 0, 0, -1, -1, 1, 1, 1]
    assert found.names == ("please write a poem", "give me short facts")


def test_two_records_are_no_template():
    assert templates(POEMS[:2]).labels.tolist() == [-1, -1]


def test_a_run_that_one_record_repeats_counts_once():
    assert templates(["a b c d " * 9, "x"]).labels.tolist() == [-1, -1]


@pytest.mark.parametrize("texts", [[], [""], ["one two"], ["", "", ""]])
def test_texts_without_four_words_have_no_template(texts):
    found = templates(texts)
    assert found.labels.tolist() == [-1] * len(texts)
    assert found.names == ()


def naive(texts):
    """Count runs in a dictionary; the first of the most widespread is a record's template."""
    runs = []
    for text in texts:
        words = tokenize(text)
        runs.append([" ".join(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)])
    spread = Counter(run for own in runs for run in set(own))
    best = [max(own, key=lambda run: spread[run], default=None) for own in runs]
    return [run if run is not None and spread[run] >= LEAST else None for run in best]


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), max_size=9).map(" ".join), max_size=12))
def test_templates_are_those_of_a_count_in_a_dictionary(texts):
    found = templates(texts)
    assert [found.names[n] if n >= 0 else None for n in found.labels] == naive(texts)
    sizes = np.bincount(found.labels[found.labels >= 0], minlength=len(found.names))
    assert (sizes > 0).all()


def test_a_cap_by_template_keeps_what_has_none_and_an_own_column_of_that_name_wins():
    texts = [*POEMS, *FACTS, "Something else entirely."]
    records = pd.DataFrame({"text": texts, "other": range(7)})
    vectors = np.eye(7, dtype=np.float32)
    asked = material(analyze(from_frame(records), vectors=vectors, with_map=False))
    assert curate(asked, Plan((Cap("template", 1),))).rows.tolist() == [0, 3, 6]
    assert curate(asked, Plan((Cap("@template", 2, "longest"),))).rows.tolist() == [0, 2, 4, 5, 6]
    own = records.rename(columns={"other": "template"})
    asked = material(analyze(from_frame(own), vectors=vectors, with_map=False))
    assert len(curate(asked, Plan((Cap("template", 1),))).rows) == 7
    assert curate(asked, Plan((Cap("@template", 1),))).rows.tolist() == [0, 3, 6]
