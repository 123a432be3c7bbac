import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from diversity.filters import Context, Filter
from pages.ui.selecting import outlined
from pages.ui.strokes import Stroke, rows_selected

PLACES = np.random.default_rng(0).uniform(0, 10, (300, 2)).astype(np.float32)
RECORDS = pd.DataFrame({"text": ["t"] * len(PLACES)})
CONTEXT = Context(records=RECORDS, texts=RECORDS["text"], coordinates=PLACES)

corners = st.tuples(st.integers(0, 8), st.integers(0, 8))
strokes = st.builds(
    lambda corner, size, mode: Stroke(
        (
            (corner[0] + 0.25, corner[1] + 0.25),
            (corner[0] + size + 0.25, corner[1] + 0.25),
            (corner[0] + 0.25, corner[1] + size + 0.25),
        ),
        mode,
    ),
    corners,
    st.integers(1, 6),
    st.sampled_from(["replace", "add", "subtract"]),
)


@given(st.lists(strokes, min_size=1, max_size=6))
def test_a_selection_as_a_filter_holds_the_rows_it_held_on_the_map(drawn):
    as_filter = Filter((outlined(drawn),))
    assert (as_filter.mask(CONTEXT) == rows_selected(PLACES, drawn)).all()
    assert (Filter.parse(str(as_filter)).mask(CONTEXT) == as_filter.mask(CONTEXT)).all()
