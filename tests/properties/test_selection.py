"""What holds for every selector, whatever the records."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversity.neighbors import nearest
from diversity.selection import NAMES, REGISTRY, Inputs, make, name_of, select

WORDS = ["sun", "rain", "a long walk by the sea", "tea", "tea and milk", "", "sun sun sun", "茶"]
every = pytest.mark.parametrize("name", NAMES)


@st.composite
def records(draw):
    """Records with many ties: few directions, few labels, few qualities."""
    n = draw(st.integers(1, 24))
    angles = draw(st.lists(st.integers(0, 11), min_size=n, max_size=n))
    quality = draw(st.lists(st.sampled_from([0.0, 1.0, 2.5, np.nan]), min_size=n, max_size=n))
    candidates = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    return make_inputs(
        angles,
        labels=draw(st.lists(st.integers(-1, 3), min_size=n, max_size=n)),
        texts=draw(st.lists(st.sampled_from(WORDS), min_size=n, max_size=n)),
        quality=None if np.isnan(np.array(quality)[candidates]).all() else quality,
        candidates=candidates if draw(st.booleans()) else None,
    )


def make_inputs(angles, labels=None, texts=None, quality=None, candidates=None):
    turns = np.array(angles) * np.pi / 6
    vectors = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
    return Inputs(
        n_records=len(angles),
        vectors=vectors,
        neighbors=nearest(vectors, 5),
        labels=np.array([0] * len(angles) if labels is None else labels, np.int32),
        texts=[str(angle) for angle in angles] if texts is None else texts,
        quality=None if quality is None else np.array(quality, float),
        candidates=candidates,
    )


def methods(name, k, inputs, **options):
    """The defaults, and the same with all the weight on quality."""
    plain = make(name, k, **options)
    if inputs.quality is None or "quality_weight" not in vars(plain):
        return [plain]
    return [plain, make(name, k, quality_weight=1.0, **options)]


@every
@settings(max_examples=40, deadline=None)
@given(records(), st.integers(0, 30))
def test_a_choice_is_unique_and_exactly_as_large_as_asked(name, inputs, k):
    for method in methods(name, k, inputs):
        rows = select(method, inputs)
        assert rows.dtype == np.int64
        assert len(rows) == len(set(rows.tolist())) == min(k, len(inputs.rows))
        assert set(rows.tolist()) <= set(inputs.rows.tolist())


@every
@settings(max_examples=30, deadline=None)
@given(records(), st.integers(0, 24))
def test_a_prefix_is_what_a_smaller_k_would_have_chosen(name, inputs, k):
    """Coverage finds a similarity for each k; the law is about one that is given."""
    fixed = {"min_similarity": 0.8} if name == "coverage" else {}
    larger, smaller = (methods(name, size, inputs, **fixed) for size in (24, k))
    for large, small in zip(larger, smaller, strict=True):
        assert select(large, inputs)[:k].tolist() == select(small, inputs).tolist()


@every
@settings(max_examples=20, deadline=None)
@given(records())
def test_the_same_inputs_give_the_same_rows(name, inputs):
    assert select(make(name, 7), inputs).tolist() == select(make(name, 7), inputs).tolist()


@every
@settings(max_examples=20, deadline=None)
@given(records())
def test_equal_qualities_change_nothing(name, inputs):
    level = Inputs(**{**fields(inputs), "quality": np.full(inputs.n_records, 3.0)})
    without = Inputs(**{**fields(inputs), "quality": None})
    for method in methods(name, 9, level):
        assert select(method, level).tolist() == select(make(name, 9), without).tolist()


@every
@settings(max_examples=20, deadline=None)
@given(records())
def test_only_the_order_of_qualities_counts(name, inputs):
    if inputs.quality is None:
        return
    stretched = Inputs(**{**fields(inputs), "quality": np.exp(inputs.quality) * 1e6 - 5})
    for method in methods(name, 9, inputs):
        assert select(method, inputs).tolist() == select(method, stretched).tolist()


@every
@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_identical_records_are_all_chosen_once(name, n):
    inputs = make_inputs([4] * n)
    assert sorted(select(make(name, n), inputs).tolist()) == list(range(n))


@every
def test_records_that_are_all_noise_can_be_chosen_from(name):
    inputs = make_inputs(range(12), labels=[-1] * 12)
    assert len(select(make(name, 5), inputs)) == 5


@every
def test_from_no_candidates_none_are_chosen(name):
    inputs = make_inputs(range(6), candidates=np.zeros(6, bool))
    assert select(make(name, 3), inputs).tolist() == []


@every
def test_an_empty_dataset_has_nothing_to_choose(name):
    empty = Inputs(0, vectors=np.empty((0, 2), np.float32), labels=np.empty(0, int), texts=[])
    assert select(make(name, 3), empty).tolist() == []


@every
def test_a_choice_cannot_be_changed_by_whoever_gets_it(name):
    with pytest.raises(ValueError, match="read-only"):
        select(make(name, 2), make_inputs(range(5)))[0] = 0


@every
def test_the_registry_knows_every_option(name):
    selector = REGISTRY[name]
    method = make(name, 3)
    assert name_of(method) == name
    assert {option.name for option in selector.options} == set(vars(method)) - {"k"}
    for option in selector.options:
        default = selector.default(option.name)
        assert default is None or option.low <= default <= option.high, option.name


@every
def test_what_a_selector_needs_is_asked_for(name):
    for needed in REGISTRY[name].needs:
        lacking = Inputs(**{**fields(make_inputs(range(4))), needed: None})
        with pytest.raises(ValueError, match=f"{name} needs {needed}"):
            select(make(name, 2), lacking)


def fields(inputs):
    return {name: getattr(inputs, name) for name in Inputs.__dataclass_fields__}
