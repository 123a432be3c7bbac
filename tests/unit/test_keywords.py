import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversity.keywords import MOST_TEXTS, cluster_names, keyphrases


def labels(*values):
    return np.array(values, dtype=np.int32)


SOLAR = ["Solar panels feed the inverter.", "An inverter needs solar panels.", "Solar panels age."]
BREAD = ["The dough rests.", "Knead the dough, then rest it.", "Yeast lifts the dough."]


def test_the_words_of_a_cluster_are_found_and_a_fixed_pair_stands_as_a_pair():
    phrases = keyphrases(SOLAR + BREAD, labels(0, 0, 0, 1, 1, 1))
    assert phrases[0][:2] == ("solar panels", "inverter")
    assert phrases[1][0] == "dough"
    assert "panels" not in phrases[0]


def test_the_weights_order_phrases_as_worked_out_by_hand():
    """Half of all texts say "tea" (no excess); "mint" is in all of one cluster, "lime" in half."""
    texts = ["mint, tea", "mint, lime", "oak, tea", "oak"]
    assert keyphrases(texts, labels(0, 0, 1, 1))[0][:2] == ("mint", "lime")


def test_a_word_in_every_text_names_no_cluster():
    texts = [f"Imagine {thing}" for thing in ("rivers", "rivers", "comets", "comets")]
    assert keyphrases(texts, labels(0, 0, 1, 1), n=1) == {0: ("rivers",), 1: ("comets",)}


def test_stop_words_of_a_language_without_a_list_sink():
    french = ["le chat dort", "le chat mange", "le pain cuit", "le pain chaud"]
    first = keyphrases(french, labels(0, 0, 1, 1), n=1)
    assert "chat" in first[0][0]
    assert "pain" in first[1][0]


def test_scripts_without_spaces_are_read_by_pairs_of_characters():
    texts = ["我喜欢绿茶", "绿茶很好", "今天天气好", "天气预报"]
    phrases = keyphrases(texts, labels(0, 0, 1, 1))
    assert phrases[0][0] == "绿茶"
    assert phrases[1][0] == "天气"


def test_noise_is_background_only():
    texts = ["plum jam", "plum pie", "plum", "rock"]
    phrases = keyphrases(texts, labels(0, 0, -1, -1))
    assert set(phrases) == {0}


def test_one_cluster_alone_is_described_by_its_most_common_words():
    assert keyphrases(["red kite", "red fox", "red"], labels(0, 0, 0), n=1) == {0: ("red",)}


def test_a_text_counts_once_however_often_it_repeats_itself():
    texts = ["spam, " * 50 + "kelp", "kelp: a", "kelp: b", "kelp: c", "fern", "fern!"]
    assert keyphrases(texts, labels(0, 0, 0, 0, 1, 1))[0][0] == "kelp"


def test_copies_of_a_text_count_once():
    texts = ["opal"] * 9 + ["jade, ring", "jade, cup", "fern"]
    assert keyphrases(texts, labels(*[0] * 11, 1))[0][0] == "jade"


def test_a_pair_does_not_reach_across_punctuation_or_texts():
    phrases = keyphrases(["cold. brew", "cold, brew", "cold"], labels(0, 0, 0))
    assert set(phrases[0]) == {"cold", "brew"}


def test_texts_without_words_have_no_phrases():
    assert keyphrases(["", "!?", "42"], labels(0, 0, 1)) == {0: (), 1: ()}
    assert keyphrases([], labels()) == {}


def test_texts_and_labels_must_match():
    with pytest.raises(ValueError, match="a label for each of 1 texts"):
        keyphrases(["one"], labels(0, 1))


def test_a_huge_cluster_is_read_from_one_end_to_the_other():
    n_texts = 4 * MOST_TEXTS
    texts = [f"{'dawn' if i < n_texts / 2 else 'dusk'} x{i}" for i in range(n_texts)]
    found = keyphrases(texts, np.zeros(n_texts, np.int32))
    assert {"dawn", "dusk"} <= set(found[0])


@given(
    st.lists(st.tuples(st.text(max_size=30), st.integers(-1, 3)), max_size=12), st.integers(1, 4)
)
def test_every_cluster_gets_at_most_n_different_phrases(rows, n):
    texts, names = [text for text, _ in rows], [label for _, label in rows]
    phrases = keyphrases(texts, labels(*names), n)
    assert list(phrases) == sorted({name for name in names if name >= 0})
    for found in phrases.values():
        assert len(found) == len(set(found)) <= n


@given(st.permutations(range(6)))
def test_the_order_of_records_does_not_matter(order):
    texts, names = SOLAR + BREAD, [0, 0, 0, 1, 1, 1]
    shuffled = keyphrases([texts[i] for i in order], labels(*[names[i] for i in order]), 2)
    assert set(shuffled[0]) == {"solar panels", "inverter"}


def test_a_name_joins_two_phrases_that_share_no_word():
    phrases = {0: ("solar panels", "panel", "solar farm", "inverter")}
    assert cluster_names(phrases) == {0: "solar panels, inverter"}


def test_siblings_get_different_names():
    names = cluster_names({0: ("card", "fee"), 1: ("card", "fee", "visa"), 2: ("card", "fee")})
    assert names == {0: "card, fee", 1: "card, visa", 2: "card"}


@given(
    st.lists(st.lists(st.sampled_from(["tea", "teas", "mint", "mint tea"]), max_size=3), max_size=9)
)
def test_names_are_distinct_and_never_empty(ranked):
    names = cluster_names(dict(enumerate(ranked)))
    assert len(set(names.values())) == len(ranked)
    assert all(names.values())
