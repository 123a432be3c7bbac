import numpy as np

from diversity.filters import Context, Filter
from pages.ui.tags import no_tags


def rows(*numbers):
    mask = np.zeros(4, bool)
    mask[list(numbers)] = True
    return mask


def test_a_later_tag_is_written_over_an_earlier_one():
    tags = no_tags(4).tagged(rows(0, 1), "keep").tagged(rows(1, 2), "drop")
    assert tags.column().astype(object).where(tags.column().notna(), None).tolist() == [
        "keep", "drop", "drop", None,
    ]  # fmt: skip


def test_tagging_leaves_the_tags_before_as_they_were():
    before = no_tags(4).tagged(rows(0), "keep")
    before.tagged(rows(1), "drop")
    assert before.names == ("keep",)
    assert len(before) == 1


def test_removing_leaves_the_other_records_tagged():
    assert len(no_tags(4).tagged(rows(0, 1), "keep").removed(rows(1))) == 1


def test_a_filter_reads_tags_like_any_column():
    import pandas as pd

    tags = no_tags(4).tagged(rows(1, 3), "keep")
    records = pd.DataFrame({"text": list("abcd")})
    context = Context(records=records, texts=records["text"], columns={"tag": tags.column()})
    assert Filter.parse('tag = "keep"').mask(context).tolist() == [False, True, False, True]
    assert Filter.parse("tag is null").mask(context).tolist() == [True, False, True, False]
