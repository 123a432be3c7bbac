import json

import numpy as np
import pandas as pd
import pytest

from diversity import Settings, analyze, compare, prepare, samples
from diversity.comparison import compare_steps
from diversity.comparison.choosing import check, check_request, groups_of
from diversity.comparison.clusters import cluster_shares
from diversity.comparison.concluding import claimed, more_diverse
from diversity.comparison.leaks import leaks
from diversity.comparison.lengths import cut_to_match, targets
from diversity.comparison.phrases import phrase_shares
from diversity.comparison.testing import MEANINGS
from diversity.dataset import from_frame
from diversity.errors import ComparisonError, MissingColumnError
from diversity.scores.tokens import tokenize

THINGS = ("tea", "rain", "bread", "trains", "stars", "paint", "wheat", "glass", "chess", "salt")
VERBS = ("warms", "follows", "needs", "changes", "carries", "hides", "opens", "feeds")


def sentences(n, seed, things=THINGS):
    random = np.random.default_rng(seed)
    words = [
        (random.choice(things), random.choice(VERBS), *random.choice(THINGS, 3)) for _ in range(n)
    ]
    return [f"{a} {b} the {c} of every {d} and {e} {i}" for i, (a, b, c, d, e) in enumerate(words)]


def analyzed(frame):
    return analyze(from_frame(frame, "text"), Settings(embedder="hashing"), with_map=False)


def arms(**texts):
    return pd.concat([pd.DataFrame({"text": some, "arm": arm}) for arm, some in texts.items()])


@pytest.fixture(scope="module")
def sample():
    return analyze(samples.load(), vectors=samples.vectors(), with_map=False)


@pytest.fixture(scope="module")
def panel(sample):
    return prepare(
        sample.dataset.texts.tolist(), sample.embeddings.vectors, sample.clustering.labels
    )


@pytest.fixture(scope="module")
def found(sample, panel):
    return compare(sample, "prompt", ["topic", "topic-styles-persona"], panel=panel)


def test_json_holds_what_was_promised(found):
    said = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert [group["name"] for group in said["groups"]] == ["topic", "topic-styles-persona"]
    assert said["budget"]["n_records"] == 250
    assert list(said["scores"]) == list(MEANINGS)
    for score in said["scores"].values():
        assert set(score["values"]) == {"topic", "topic-styles-persona"}
        for pair in score["pairs"]:
            assert {"a", "b", "difference", "interval", "p", "p_holm"} <= set(pair)
            assert 0 < pair["p"] <= pair["p_holm"] <= 1
    for cluster in said["clusters"]:
        assert {"name", "shares", "log_odds", "interval", "q"} <= set(cluster)
    assert said["confounders"]["length"]["ratio"] > 1.2
    assert said["conclusion"]


def test_values_are_those_of_the_scorecard_and_differences_subtract_them(found, sample, panel):
    groups = sample.dataset.groups("prompt")
    scores = panel.scores(groups["topic"], budget=found.budget)
    for name, score in scores.items():
        compared = found.scores[name]
        held = [compared.values[group] for group in found.names]  # noqa: PD011  # no frame
        assert held[0] == score
        assert compared.pairs[0].difference == pytest.approx(held[0].value - held[1].value)


def test_a_claim_is_made_exactly_where_the_adjusted_p_allows_it(found):
    claims = {name for name, score in found.scores.items() if claimed(score.pairs[0])}
    assert claims
    text = " ".join(found.conclusion)
    assert {name for name in found.scores if name in text} == set(found.scores)
    [sentence] = [one for one in found.conclusion if "is more diverse than" in one]
    named = sentence.split(" by ")[1].rstrip(".").replace(" and ", ", ").split(", ")
    assert set(named) == claims


def test_turning_the_groups_round_turns_every_sign(sample, panel, found):
    turned = compare(sample, "prompt", ["topic-styles-persona", "topic"], panel=panel, n_deals=20)
    for name, score in found.scores.items():
        pair, other = score.pairs[0], turned.scores[name].pairs[0]
        assert pair.difference == pytest.approx(-other.difference)
        assert more_diverse(name, pair) == more_diverse(name, other) or not pair.difference
    ratios = {one.name: one.log_odds for one in found.clusters}
    assert {one.name: pytest.approx(-one.log_odds) for one in turned.clusters} == ratios


def test_the_same_comparison_gives_the_same_numbers(sample, panel):
    names = ["topic", "topic-styles"]
    one, again = (
        compare(sample, "prompt", names, panel=panel, n_deals=20).as_json() for _ in range(2)
    )
    assert one == again


def test_copies_in_one_group_are_found_and_nothing_else_is_claimed():
    texts = sentences(400, 0)
    planted = sentences(400, 1)
    planted[340:] = planted[:60]
    found = compare(analyzed(arms(plain=texts, planted=planted)), "arm")
    claims = {name for name, score in found.scores.items() if claimed(score.pairs[0])}
    assert "near_duplicate_share" in claims
    assert len(claims) >= 3
    assert {more_diverse(name, found.scores[name].pairs[0]) for name in claims} == {"plain"}
    assert any("near-duplicates" in sentence for sentence in found.conclusion)
    assert not any(one.q <= 0.05 for one in (*found.clusters, *found.phrases))


def test_copies_in_bunches_are_warned_of_and_so_is_a_larger_group_that_is_thinned():
    few, many = ([text for text in sentences(n, n) for _ in range(4)] for n in (20, 30))
    said = " ".join(compare(analyzed(arms(few=few, many=many)), "arm", n_deals=20).conclusion)
    assert "Every record counts as a draw of its own" in said
    assert "Only part of 'many' counts, as many records as 'few' has" in said
    plain = compare(analyzed(arms(a=sentences(60, 0), b=sentences(90, 1))), "arm", n_deals=20)
    assert "a draw of its own" not in " ".join(plain.conclusion)


def test_a_word_and_a_cluster_that_one_group_has_more_of_come_first():
    found = compare(
        analyzed(arms(broad=sentences(300, 0), narrow=sentences(300, 1, THINGS[:2]))),
        "arm",
        n_deals=20,
    )
    clear = [one.name for one in found.phrases if one.q <= 0.05]
    assert any({"tea", "rain"} & set(name.split()) for name in clear)
    for one in found.phrases:
        low, high = one.interval
        assert low < one.log_odds < high
        assert (one.shares["broad"] > one.shares["narrow"]) == (one.log_odds > 0)


def test_phrase_shares_are_counts_by_hand(sample, panel):
    groups = {name: rows for name, rows in list(sample.dataset.groups("prompt").items())[:2]}
    for one in phrase_shares(sample, panel, groups)[:12]:
        wanted = one.name.split()
        for name, rows in groups.items():
            texts = [tokenize(text) for text in sample.dataset.texts.iloc[rows]]
            times = sum(
                words[i : i + len(wanted)] == wanted for words in texts for i in range(len(words))
            )
            assert one.shares[name] == pytest.approx(times / sum(map(len, texts)))


def test_cluster_shares_of_each_group_are_those_of_its_records(sample):
    groups = sample.dataset.groups("prompt")
    for one in cluster_shares(sample, groups):
        for name, rows in groups.items():
            inside = (sample.clustering.labels[rows] == one.label).mean()
            assert one.shares[name] == pytest.approx(inside)


def test_of_more_than_two_groups_each_is_set_against_the_others(sample, panel):
    found = compare(sample, "prompt", panel=panel, n_deals=20)
    assert all(len(score.pairs) == 6 for score in found.scores.values())
    assert {one.b for one in found.clusters} == {"all others"}
    assert any("6 pairs" in sentence for sentence in found.conclusion)


def test_records_that_both_groups_hold_are_found_with_examples():
    texts = sentences(60, 0)
    analysis = analyzed(arms(a=texts, b=[*texts[:15], *sentences(45, 9)]))
    [leak] = leaks(analysis, analysis.dataset.groups("arm"))
    assert leak.of_a == pytest.approx(15 / 60)
    assert leak.of_b == pytest.approx(15 / 60)
    for a, b in leak.examples:
        assert analysis.dataset.texts[a] == analysis.dataset.texts[b]
        assert a < 60 <= b


def test_the_same_texts_twice_are_not_set_apart():
    texts = sentences(80, 0)
    found = compare(analyzed(arms(a=texts, b=texts)), "arm", n_deals=499)
    assert not any(claimed(score.pairs[0]) for score in found.scores.values())
    assert any("100% of 'a' repeat records of 'b'" in one for one in found.conclusion)


def test_halves_of_the_same_texts_are_one_distribution_when_lengths_match():
    texts = [f"{a} {b}" for a, b in zip(sentences(90, 0), sentences(90, 5), strict=True)]
    halves = [" ".join(text.split()[: len(text.split()) // 2]) for text in texts]
    analysis = analyzed(arms(whole=texts, half=halves))
    raw = compare(analysis, "arm", n_deals=20)
    matched = compare(analysis, "arm", match_length=True, n_deals=499)
    assert raw.confounders["length"]["warning"]
    assert not matched.confounders["length"]["warning"]
    assert all(score.pairs[0].p_holm == 1 for score in matched.scores.values())
    assert any("90 texts were cut" in one for one in matched.notes)
    cut = matched.as_json()["about"]["cut"]
    assert (cut["n_texts"], cut["of_whole_texts"]) == (90, ["raw scores"])
    assert raw.as_json()["about"]["cut"] is None


def test_vectors_from_elsewhere_are_said_not_to_match_in_length():
    frame = arms(a=sentences(30, 0), b=[text * 2 for text in sentences(30, 1)])
    vectors = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
    analysis = analyze(from_frame(frame, "text"), vectors=vectors, with_map=False)
    found = compare(analysis, "arm", match_length=True, n_deals=20)
    assert any("not matched in length" in note for note in found.notes)
    assert any("vectors" in part for part in found.about["cut"]["of_whole_texts"])


def test_matched_lengths_have_one_distribution_and_only_cut():
    random = np.random.default_rng(0)
    lengths = {"a": random.integers(5, 90, 80), "b": random.integers(1, 50, 80)}
    kept = targets(lengths)
    assert sorted(kept["a"].tolist()) == sorted(kept["b"].tolist())
    assert all((kept[name] <= lengths[name]).all() for name in lengths)


def test_a_cut_text_is_a_beginning_of_the_text():
    data = from_frame(arms(a=["one, two! three", "é ü ö"], b=["x", "yy"]), "text")
    cut, n_cut = cut_to_match(data, data.groups("arm"))
    assert n_cut == 2
    assert cut.texts.tolist() == ["one", "é", "x", "yy"]
    assert cut.fingerprint != data.fingerprint


def test_scores_within_a_key_are_means_over_keys():
    rows = []
    for task in range(20):
        same = sentences(1, task)[0]
        rows += [{"text": f"{same} {i}", "arm": "same", "task": task} for i in range(4)]
        other = sentences(4, 100 + task)
        rows += [{"text": text, "arm": "varied", "task": task} for text in other]
    frame = pd.DataFrame(rows).sample(frac=1, random_state=1)
    frame.loc[len(frame)] = {"text": "alone", "arm": "same", "task": 99}
    found = compare(analyzed(frame), "arm", ["same", "varied"], within="task", n_deals=499).within
    assert (found.n_keys, found.n_left_out) == (20, 1)
    [pair] = found.pairs["mean_distance"]
    assert pair.p_holm <= 0.05
    assert pair.difference < 0
    assert pair.interval[0] < pair.difference < pair.interval[1] < 0
    assert "1 of 21 values" in found.notes[0]


def test_a_key_of_single_members_is_said():
    frame = arms(a=sentences(30, 0), b=sentences(30, 1)).assign(task=range(60))
    with pytest.raises(ComparisonError, match="No value of 'task' has two records"):
        compare(analyzed(frame), "arm", within="task", n_deals=20)


def test_a_group_is_held_against_the_reference_and_its_gaps_are_listed():
    real = [*sentences(80, 0), *(f"zebra {i} ran over cold hills {i}" for i in range(60))]
    analysis = analyzed(arms(real=real, made=sentences(140, 1)))
    held = compare(analysis, "arm", reference="real", n_deals=20).reference
    made, halves = held.groups.values()
    assert made.measured["coverage"] < 0.8 < halves.measured["coverage"]
    assert made.measured["auc"] > halves.measured["auc"]
    examples = [analysis.dataset.texts[row] for gap in made.gaps for row in gap.examples]
    assert examples
    assert all("zebra" in text for text in examples[:3])


def test_a_reference_smaller_than_k_is_said():
    analysis = analyzed(arms(real=sentences(8, 0), made=sentences(40, 1)))
    held = compare(analysis, "arm", reference="real", n_deals=20).reference
    assert "too few for the 5 nearest" in held.groups["made"].reason
    assert any("too few for the 5 nearest" in reason for reason in held.reasons())
    assert set(held.groups["made"].measured.values()) == {None}


@pytest.fixture(scope="module")
def many():
    frame = pd.DataFrame({"text": sentences(1_500, 0), "n": [f"g{i % 500}" for i in range(1_500)]})
    return analyzed(
        frame.assign(one="only", pair=["x", "y"] * 750, nothing=None, own=np.arange(1_500) / 7)
    )


@pytest.mark.parametrize(
    ("by", "wanted", "said"),
    [
        ("one", None, "only 1 group"),
        ("n", None, "500 values; at most 12"),
        ("n", ["g1", "nope"], "'nope', so that group is empty"),
        ("n", ["g1"], "only 1 group"),
        ("pair", ["x", "x"], "only 1 group"),
    ],
)
def test_groups_that_cannot_be_compared_are_said(many, by, wanted, said):
    with pytest.raises(ComparisonError, match=said) as caught:
        groups_of(many, by, wanted)
    assert caught.value.hint


def test_values_of_any_length_make_no_long_hint(many):
    texts = many.dataset.texts.str.repeat(30)
    with pytest.raises(ComparisonError) as caught:
        check({text: np.array([row]) for row, text in enumerate(texts[:20])}, "text")
    assert len(caught.value.hint) < 500


def test_a_column_that_is_not_there_is_said(many):
    with pytest.raises(MissingColumnError, match="no column 'prmpt'"):
        compare(many, "prmpt")


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"within": "nope"}, MissingColumnError, "no column 'nope' to compare within"),
        ({"within": "own"}, ComparisonError, "No value of 'own' has two records"),
        ({"within": "nothing"}, ComparisonError, "No value of 'nothing' has two records"),
        ({"reference": "z"}, ComparisonError, "reference 'z' is not one of the groups"),
        ({"groups": ["x", "xx"]}, ComparisonError, "'xx', so that group is empty"),
    ],
)
def test_what_cannot_be_answered_is_said_before_any_work(many, asked, error, said):
    with pytest.raises(error, match=said):
        next(compare_steps(many, "pair", **asked))
    wanted = {"wanted" if name == "groups" else name: value for name, value in asked.items()}
    with pytest.raises(error, match=said):
        check_request(many.dataset, "pair", **wanted)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("nope", "no column 'nope'"),
        ("nothing", "No record has a value of 'nothing'"),
        ("own", "1,500 values; at most 12"),
        ("one", "only 1 group"),
    ],
)
def test_a_column_without_groups_is_said_before_anything_is_embedded(many, by, said):
    with pytest.raises((ComparisonError, MissingColumnError), match=said):
        check_request(many.dataset, by)


def test_a_column_of_numbers_that_are_all_different_is_not_offered_its_largest(many):
    with pytest.raises(ComparisonError) as caught:
        check_request(many.dataset, "own")
    assert "choose a column with fewer values" in caught.value.hint


def test_how_many_groups_a_filter_leaves_is_not_known_before(many):
    check_request(many.dataset, "n", filtered=True)
    where = np.isin(np.arange(len(many)) % 500, (3, 4))
    assert list(groups_of(many, "n", where=where)) == ["g3", "g4"]


def test_records_without_a_value_are_left_out_and_counted():
    frame = arms(a=sentences(30, 0), b=sentences(30, 1))
    frame = pd.concat([frame, pd.DataFrame({"text": sentences(7, 2), "arm": None})])
    found = compare(analyzed(frame), "arm", n_deals=20)
    assert found.names == ("a", "b")
    assert "7 records have no value of 'arm' and were left out." in found.notes
    asked = compare(analyzed(frame), "arm", ["a", "(none)"], n_deals=20)
    assert asked.names == ("a", "(none)")
    assert not any("no value" in note for note in asked.notes)


def test_records_without_a_key_belong_to_no_task():
    rows = [
        {"text": text, "arm": arm, "task": task}
        for task in [*range(8), None]
        for arm in "ab"
        for text in sentences(3, (task or 9) * 2 + (arm == "b"))
    ]
    found = compare(analyzed(pd.DataFrame(rows)), "arm", within="task", n_deals=20).within
    assert (found.n_keys, found.n_left_out) == (8, 0)
    assert found.notes == ("6 records have no value of 'task' and were left out.",)


def test_a_group_that_the_filter_empties_is_said(many):
    where = np.arange(len(many)) % 2 == 0
    with pytest.raises(ComparisonError, match="None of the 750 records with pair 'y' passes"):
        compare(many, "pair", ["x", "y"], where=where)


def test_a_reference_that_is_no_group_is_said(many):
    with pytest.raises(ComparisonError, match="reference 'z' is not one of the groups"):
        compare(many, "pair", reference="z")


def test_groups_of_three_and_a_thousand_are_shown_and_nothing_is_claimed(many):
    groups = {"few": np.arange(3), "many": np.arange(3, 1_003)}
    found = compare(many, groups)
    assert found.budget.n_records == 3
    pairs = [score.pairs[0] for score in found.scores.values()]
    assert {pair.p for pair in pairs} == {None}
    assert all(pair.reason for pair in pairs)
    assert any("only 3 records" in note for note in found.notes)
    assert any("Nothing can be said about 'few' and 'many'" in one for one in found.conclusion)


def test_records_in_two_groups_at_once_are_left_out_of_both(many):
    groups = {"a": np.arange(100), "b": np.arange(80, 200)}
    found = compare(many, groups, n_deals=20)
    assert [group.n_records for group in found.groups] == [80, 100]
    assert any("20 records are in several groups" in note for note in found.notes)


def test_groups_of_the_same_records_cannot_be_compared(many):
    with pytest.raises(ComparisonError, match="no record of its own"):
        compare(many, {"a": np.arange(50), "b": np.arange(50)})


def test_too_few_deals_to_claim_anything_are_said(many):
    found = compare(many, "pair", n_deals=50)
    assert any("Take 439 or more" in note for note in found.notes)


def test_group_names_with_markup_pass_through_as_they_are():
    frame = arms(**{"<b>x</b>": sentences(25, 0), "=1+1": sentences(25, 1)})
    found = compare(analyzed(frame), "arm", n_deals=20)
    assert found.names == ("<b>x</b>", "=1+1")
