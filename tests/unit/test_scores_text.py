import math
from collections import Counter

import numpy as np
import pytest
import zstandard

from diversity.scores import DEFAULT_BUDGET, Budget, prepare, score
from diversity.scores.tokens import tokenize


def value(texts, name, **arguments):
    return score(texts, names=[name], **arguments)[name].value


def test_words_are_folded_and_han_characters_stand_alone():
    assert tokenize("Straße ﬁNE, ok!") == ["strasse", "fine", "ok"]
    assert tokenize("短い文 ok 한국어") == ["短", "い", "文", "ok", "한국어"]
    assert tokenize("हिन्दी में") == ["हिन्दी", "में"]
    assert tokenize("🎉 ... _") == []


def test_distinct_shares_are_counted_by_hand():
    texts = ["a b a b", "a b c"]
    assert value(texts, "distinct_1") == pytest.approx(3 / 7, rel=1e-12)
    assert value(texts, "distinct_2") == pytest.approx(3 / 5, rel=1e-12)
    assert value(texts, "distinct_3") == pytest.approx(3 / 3, rel=1e-12)


def test_ngrams_do_not_cross_the_border_of_a_record():
    assert value(["a b", "c d"], "distinct_2") == 1.0
    assert value(["a b", "c d"], "distinct_3") is None


def test_self_repetition_counts_other_records_only():
    texts = ["a b c d", "a b c d", "w x y z w x y z"]
    assert value(texts, "self_repetition") == pytest.approx(2 * math.log(2) / 3, rel=1e-12)
    assert value(texts, "repeated_4gram_share") == pytest.approx(1 / 5, rel=1e-12)


def test_hdd_is_the_chance_of_each_word_among_42_drawn():
    words = ["a"] * 40 + ["b"] * 10
    draws = np.random.default_rng(0)
    seen = [len(set(draws.choice(words, 42, replace=False))) / 42 for _ in range(4_000)]
    assert value([" ".join(words)], "hdd") == pytest.approx(np.mean(seen), abs=0.001)


def test_mattr_averages_windows_across_short_records():
    texts = [f"w{i} same" for i in range(40)]
    panel = prepare(texts)
    words = [w for row in panel.permutation for w in tokenize(texts[row])]
    windows = [len(set(words[i : i + 50])) / 50 for i in range(len(words) - 49)]
    assert value(texts, "mattr") == pytest.approx(np.mean(windows), rel=1e-12)


def test_the_compression_ratio_sees_copies_far_apart():
    letters = np.random.default_rng(0).choice(list("abcdefghij "), (300, 400))
    once = ["".join(row) for row in letters]
    assert value(once * 2, "compression_ratio") > 1.6 * value(once, "compression_ratio")


def test_text_scores_equal_a_slow_computation_on_the_first_rows_of_the_permutation():
    generator = np.random.default_rng(3)
    texts = [" ".join(f"w{i}" for i in generator.zipf(1.5, 9) % 50) for _ in range(200)]
    panel, budget = prepare(texts), Budget(n_records=50, n_tokens=500)
    rows = np.arange(0, 200, 2)
    scores = panel.scores(rows, budget=budget, interval=False)
    drawn = [row for row in panel.permutation if row % 2 == 0]
    records, left = [], 500
    for row in drawn:
        if left > 0:
            records.append(tokenize(texts[row])[:left])
            left -= len(records[-1])
    runs = [[tuple(r[i : i + 4]) for i in range(len(r) - 3)] for r in records]
    df = Counter(g for run in runs for g in set(run))
    total = sum(len(run) for run in runs)
    content = "".join(texts[row] + "\n" for row in drawn[: len(records)]).encode()
    expected = {
        "distinct_4": len(df) / total,
        "self_repetition": np.mean([math.log1p(sum(df[g] - 1 for g in set(r))) for r in runs]),
        "repeated_4gram_share": np.mean([count > 1 for count in df.values()]),
        "compression_ratio": len(content) / len(zstandard.ZstdCompressor(3).compress(content)),
    }
    for name, slow in expected.items():
        assert scores[name].value == pytest.approx(slow, rel=1e-9), name
        assert scores[name].n_records == len(records)


def test_the_default_budget_is_four_thousand_records_and_two_hundred_thousand_words():
    texts = ["one two three four five"] * 4_100
    panel = prepare(texts)
    assert panel.budget() == Budget(4_000, 20_500)
    assert Budget(4_000, 200_000) == DEFAULT_BUDGET


@pytest.mark.parametrize("texts", [[], [""], ["🎉"], ["..."] * 30])
def test_texts_without_words_have_reasons_instead_of_values(texts):
    scores = score(texts)
    for name in ("distinct_1", "ngram_diversity", "self_repetition", "mattr", "hdd"):
        assert scores[name].value is None
        assert scores[name].interval is None
        assert scores[name].reason
