import numpy as np
import pandas as pd
import pytest

from diversity import analyze
from diversity.analysis import Settings
from diversity.cli.steps import READ
from diversity.curation import (
    Add,
    Balance,
    Cap,
    DropDuplicates,
    Keep,
    Plan,
    Quota,
    Remove,
    Select,
    States,
    Top,
    curate,
    curate_steps,
    describe,
    effect,
    material,
)
from diversity.curation.rows import read_rows, write_rows
from diversity.dataset import from_frame
from diversity.errors import PlanError
from diversity.progress import finish
from diversity.scores import prepare
from tests.curating import ANGLES, ten


@pytest.fixture(scope="module")
def records():
    return material(ten())


def kept(records, *steps):
    return curate(records, Plan(steps)).rows.tolist()


def test_without_steps_everything_stays_in_order(records):
    outcome = curate(records, Plan())
    assert outcome.rows.tolist() == list(range(10))
    assert outcome.changes == ()
    assert list(outcome.dropped()) == []


def test_of_exact_duplicates_the_first_stays_and_stands_for_the_others(records):
    outcome = curate(records, Plan((DropDuplicates("exact"),)))
    assert outcome.rows.tolist() == [0, 1, 3, 4, 5, 7, 8]
    dropped = [(d.row, d.position, d.instead) for d in outcome.dropped()]
    assert dropped == [(2, 0, 0), (6, 0, 4), (9, 0, 0)]


def test_of_exact_duplicates_the_best_by_a_column_stays(records):
    assert kept(records, DropDuplicates("exact", keep="best:quality")) == [1, 3, 5, 6, 7, 8, 9]


def test_near_duplicates_go_only_if_they_are_close_to_a_kept_one(records):
    # rows 3, 4, 5 lie at 60, 63 and 75 degrees: 3 ~ 4 and 4 ~ 5 within 13 degrees, 3 and 5 apart
    outcome = curate(records, Plan((DropDuplicates("near", np.cos(np.deg2rad(13))),)))
    assert outcome.rows.tolist() == [0, 3, 5, 7]
    stand_ins = {d.row: d.instead for d in outcome.dropped()}
    assert stand_ins == {1: 0, 2: 0, 4: 3, 6: 3, 8: 7, 9: 0}


def test_the_preferred_of_near_duplicates_stands_for_the_others(records):
    close = DropDuplicates("near", float(np.cos(np.deg2rad(13))), "best:quality")
    assert kept(records, close) == [3, 5, 7, 9]  # 3 is close to 6 alone, which 5 stands for


def test_a_duplicate_whose_kept_one_was_filtered_out_before_stays(records):
    assert kept(records, Keep("row in (2, 6)"), DropDuplicates("exact")) == [2, 6]


def test_near_duplicates_are_as_a_naive_walk_finds_them():
    generator = np.random.default_rng(5)
    centres = generator.normal(size=(6, 8))
    vectors = centres[generator.integers(0, 6, 120)] + generator.normal(size=(120, 8)) * 0.25
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    frame = pd.DataFrame({"text": [f"text {i}" for i in range(120)], "q": generator.random(120)})
    analysis = analyze(from_frame(frame), Settings(n_neighbors=5), vectors=vectors, with_map=False)
    inside = np.arange(120) % 3 > 0
    plan = Plan((Keep("row in (" + ", ".join(map(str, np.flatnonzero(inside))) + ")"),
                 DropDuplicates("near", 0.93, "best:q")))  # fmt: skip
    naive: list[int] = []
    for row in sorted(np.flatnonzero(inside).tolist(), key=lambda row: -frame["q"][row]):
        if not (vectors[naive] @ vectors[row] >= 0.93).any():
            naive.append(row)
    assert curate(analysis, plan).rows.tolist() == sorted(naive)


def test_near_duplicates_in_wording_are_found_without_vectors():
    words = [f"word{i}" for i in range(30)]
    texts = [" ".join(words), " ".join([*words[:29], "other"]), " ".join(reversed(words))]
    analysis = analyze(from_frame(pd.DataFrame({"text": texts})), vectors=np.eye(3, dtype="f4"),
                       with_map=False)  # fmt: skip
    assert curate(analysis, Plan((DropDuplicates("lexical", 0.8),))).rows.tolist() == [0, 2]
    assert curate(analysis, Plan((DropDuplicates("lexical", 0.95),))).rows.tolist() == [0, 1, 2]


def test_a_filter_keeps_what_passes_it(records):
    assert kept(records, Keep('topic = "car" and quality > 3')) == [5, 6]


def test_a_cap_keeps_the_first_of_each_value_and_all_without_one(records):
    assert kept(records, Cap("topic", 1)) == [0, 3, 7, 9]


def test_a_cap_keeps_the_preferred_and_lets_unknown_quality_come_last(records):
    assert kept(records, Cap("topic", 3, "best:quality")) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert kept(records, Cap("topic", 1, "longest")) == [1, 3, 8, 9]


def test_noise_is_no_cluster_and_is_not_capped(records):
    labels = records.analysis.clustering.labels
    assert kept(records, Cap("cluster", 0)) == np.flatnonzero(labels < 0).tolist()


def test_a_quota_holds_the_named_values_and_says_what_is_missing(records):
    outcome = curate(records, Plan((Quota("topic", {"car": 2, "sky": 5}, "drop"),)))
    assert outcome.rows.tolist() == [3, 4, 7, 8]
    assert outcome.changes[0].notes == ("'sky': 2 of the 5 wanted are there.",)
    assert kept(records, Quota("topic", {"car": 2})) == [0, 1, 2, 3, 4, 7, 8, 9]


def test_a_balance_takes_as_many_of_each_as_there_are_of_the_rarest(records):
    assert kept(records, Balance("topic")) == [0, 1, 3, 4, 7, 8]


def test_a_balance_holds_the_shares_asked_for(records):
    assert kept(records, Balance("topic", {"car": 2, "fruit": 1})) == [0, 1, 3, 4, 5, 6]
    with pytest.raises(PlanError, match="topic = 'boat'"):
        kept(records, Balance("topic", {"car": 2, "boat": 1}))


def test_the_top_come_in_order_ties_as_they_stand_and_the_unknown_last(records):
    assert kept(records, Top("quality", 4)) == [5, 9, 7, 8]
    assert kept(records, Top("quality", 10))[-1] == 4
    assert kept(records, Top("quality", 2, ascending=True)) == [1, 3]


def test_what_is_taken_back_by_hand_stands_in_file_order_or_behind_what_was_chosen(records):
    assert kept(records, Keep("quality > 6"), Add("0 to 1, 5")) == [0, 1, 5, 7, 8, 9]
    assert kept(records, Top("quality", 2), Add((0, 9))) == [5, 9, 0]


def test_a_record_taken_back_and_dropped_again_has_the_last_reason(records):
    plan = Plan((Remove((3,)), Add((3,)), Remove((3, 4))))
    outcome = curate(records, plan)
    assert outcome.dropped_by[[3, 4]].tolist() == [2, 2]
    assert [c.n_added for c in outcome.changes] == [0, 1, 0]


def test_a_choice_is_unique_of_the_size_asked_and_among_what_is_left(records):
    rows = kept(records, Keep("quality > 2.5"), Select("k_center", 4))
    assert len(rows) == len(set(rows)) == 4
    assert set(rows) <= {0, 2, 5, 6, 7, 8, 9}


def test_a_choice_without_a_number_ends_by_itself(records):
    best = kept(records, Select("threshold", options={"max_similarity": 0.9}, quality="quality"))
    vectors = records.analysis.embeddings.vectors[best]
    assert 0 < len(best) < 10
    assert (np.triu(vectors @ vectors.T, 1) <= 0.9 + 1e-6).all()
    few = kept(records, Select("coverage", options={"min_similarity": 0.9, "share": 0.5}))
    close = records.analysis.embeddings.vectors @ records.analysis.embeddings.vectors[few].T
    assert (close.max(axis=1) >= 0.9 - 1e-6).sum() >= 5
    assert (close[:, :-1].max(axis=1, initial=-1) >= 0.9 - 1e-6).sum() < 5


def test_a_stratified_choice_follows_the_column_named(records):
    rows = kept(records, Select("stratified", 4, {"exponent": 0.0}, by="topic"))
    assert sorted(str(records.analysis.dataset.records["topic"][row]) for row in rows) == [
        "car", "fruit", "nan", "sky",
    ]  # fmt: skip


def test_a_step_switched_off_is_passed_over_and_places_stay(records):
    plan = Plan((Keep('topic = "car"'), Keep('topic = "sky"')), off=frozenset({0}))
    outcome = curate(records, plan)
    assert outcome.rows.tolist() == [7, 8]
    assert set(outcome.dropped_by[outcome.dropped_by >= 0].tolist()) == {1}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Keep("tpic = 3"), "Did you mean topic"),
        (Cap("nothing", 3), "no column nothing"),
        (Top("topic", 3), "holds no numbers"),
        (DropDuplicates("exact", keep="best:topic"), "holds no numbers"),
        (Add((99,)), "no row 99; the last is 9"),
        (Select("nonsense", 3), "no selector 'nonsense'"),
        (Select("k_center"), "number of records to choose, is needed"),
        (Select("coverage"), "coverage with a min_similarity"),
        (Select("k_center", 3, {"outlier_guard": "much"}), "utlier_guard must be a number"),
    ],
)
def test_a_step_that_cannot_be_taken_is_named(records, step, said):
    with pytest.raises(PlanError, match="Step 2: ") as error:
        kept(records, Keep("length > 0"), step)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: DropDuplicates("near", 0.0), "above 0"),
        (lambda: DropDuplicates("same"), "near, exact, lexical"),
        (lambda: DropDuplicates(keep="best:"), "best:COLUMN"),
        (lambda: Keep("prompt = "), "expected a value"),
        (lambda: Cap("topic", -1), "whole number from 0"),
        (lambda: Cap("topic", True), "whole number from 0"),
        (lambda: Quota("topic", {}), "at least one value"),
        (lambda: Balance("topic", {"a": 0}), "above 0"),
        (lambda: Balance("topic", {"a": float("nan")}), "above 0"),
        (lambda: Add("3 to"), "no row numbers"),
        (lambda: Add("9 to 3"), "goes down"),
        (lambda: Remove([-1]), "whole numbers from 0"),
        (lambda: Select("k_center", 3, {"a": [1]}), "no plain value"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_when_it_is_made(make, said):
    with pytest.raises(PlanError) as error:
        make()
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps: [}", "at line 1"),
        ("steps: 3", "list of steps"),
        ("steps: [{paint: {}}]", "Step 1: there is no step 'paint'"),
        ("steps: [{cap: {n: 3}}]", "Step 1: cap needs column"),
        ("steps: [{cap: {column: a, n: 3, m: 4}}]", "cap has no parameter 'm'"),
        ("steps: [{cap: {column: a, n: 3}, keep: {}}]", "one kind"),
        ("colour: red", "no field 'colour'"),
        ("a: &a [1]\nsteps: *a", "references are not allowed"),
        ("!!python/object/apply:os.system ['true']", "YAML or JSON"),
        ("[" * 5000, "YAML or JSON"),
        ("just words", "list of steps"),
    ],
)
def test_a_broken_plan_gets_a_sentence(text, said):
    with pytest.raises(PlanError) as error:
        Plan.parse(text)
    assert said in str(error.value)


def test_a_plan_is_read_as_a_person_would_write_it():
    plan = Plan.parse(
        """
        name: mine
        steps:
        - drop_duplicates
        - keep: topic = "car"
        - cap: {column: topic, n: 3, keep: longest}
          skip: true
        - remove: 0 to 3, 9
        """
    )
    assert plan.steps == (
        DropDuplicates(), Keep('topic = "car"'), Cap("topic", 3, "longest"), Remove((0, 1, 2, 3, 9))
    )  # fmt: skip
    assert (plan.name, plan.off, plan.active) == ("mine", {2}, (0, 1, 3))


def test_moving_and_taking_out_steps_leaves_each_as_it_was_switched():
    plan = Plan((Keep("a = 1"), Keep("b = 1"), Keep("c = 1")), frozenset({1}))
    moved = plan.moved(1, -1)
    assert [str(step.where) for step in moved.steps] == ["b = 1", "a = 1", "c = 1"]
    assert moved.off == {0}
    assert moved.moved(0, 99).off == {2}
    assert plan.without(0).off == {0}
    assert plan.switched(1).switched(1) == plan


def test_states_held_give_the_same_outcome_and_spare_the_steps_before(records):
    states, plan = States(), Plan((Keep("quality > 1"), Cap("topic", 2), Top("quality", 3)))
    first = finish(curate_steps(records, plan, states))
    changed = plan.changed(2, Top("quality", 2))
    again = finish(curate_steps(records, changed, states))
    assert again.rows.tolist() == first.rows.tolist()[:2] == curate(records, changed).rows.tolist()
    assert first.fingerprint == finish(curate_steps(records, plan, states)).fingerprint
    assert again.fingerprint != first.fingerprint


def test_states_of_other_tags_are_other_states(records):
    states = States()
    tagged = [
        material(records.analysis, records.context.__class__(
            **{**vars(records.context), "columns": {"tag": [name] * 10}}
        ))
        for name in ("keep", "drop")
    ]  # fmt: skip
    plan = Plan((Keep('tag = "keep"'),))
    assert [len(finish(curate_steps(each, plan, states)).rows) for each in tagged] == [10, 0]


def test_each_group_says_what_it_lost(records):
    outcome = curate(records, Plan((Keep("quality > 4"),)))
    losses = outcome.losses(records.groups("topic"))
    assert [(loss.group, loss.n_before, loss.n_after) for loss in losses] == [
        ("car", 4, 1), ("fruit", 3, 1), ("sky", 2, 2), ("(none)", 1, 1),
    ]  # fmt: skip
    assert losses[0].share == 0.75


def test_dropping_what_repeats_is_more_diverse_than_dropping_at_random(records):
    analysis = records.analysis
    panel = prepare(
        analysis.dataset.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels
    )
    outcome = curate(records, Plan((DropDuplicates("exact"),)))
    found = effect(analysis, panel, outcome)
    assert (found.n_before, found.n_after) == (10, 7)
    share = found["exact_duplicates"]
    assert (share.before, share.after, share.optimised) == (pytest.approx(0.3), 0, True)
    assert 0 < share.null.mean < 0.3
    assert share.percentile > 0.5
    assert found["chamfer"].after == pytest.approx(
        panel.scores(outcome.kept(), budget=found.budget)["chamfer"].value
    )


def test_representation_is_the_similarity_to_the_nearest_other_kept_record(records):
    analysis = records.analysis
    panel = prepare(
        analysis.dataset.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels
    )
    found = effect(analysis, panel, curate(records, Plan((Keep("row in (0, 3, 7)"),))))
    apart = [min(abs(a - ANGLES[b]) for b in (0, 3, 7) if b != i) for i, a in enumerate(ANGLES)]
    by_hand = np.cos(np.deg2rad(apart)).mean()
    assert found["representation"].after == pytest.approx(by_hand, abs=1e-6)


def test_the_effect_of_keeping_nothing_is_undefined_and_no_error(records):
    analysis = records.analysis
    panel = prepare(
        analysis.dataset.texts.tolist(), analysis.embeddings.vectors, analysis.clustering.labels
    )
    found = effect(analysis, panel, curate(records, Plan((Keep("length < 0"),))))
    assert found.n_after == 0
    assert all(measure.after is None and measure.null is None for measure in found.measures)
    assert found.as_json()["measures"]["chamfer"]["after"] is None


def test_every_kind_of_step_is_said_in_a_sentence():
    steps = [
        DropDuplicates("near", 0.8, "best:q"),
        Keep("a = 1"),
        Cap("a", 1000),
        Quota("a", {"x": 1}),
        Balance("a", {"x": 1, "y": 3}),
        Top("a", 3),
        Select("k_center", 3, quality="q"),
        Add("1, 2"),
        Remove("1"),
    ]
    said = [describe(step) for step in steps]
    assert said[4] == "Balance a: 25% x, 75% y, the first"
    assert len(set(said)) == len(steps)


@pytest.mark.parametrize("rows", [[], [3], [0, 1], [0, 1, 2, 9], [5, 4, 3], [2, 2, 2]])
def test_rows_written_down_are_read_back(rows):
    assert read_rows(write_rows(np.array(rows, np.int64))).tolist() == rows


@pytest.mark.parametrize("text", ["1,,2", "a", "1 to 2 to 3", "-1", "0 to 999999999999", "٣"])
def test_what_is_no_row_is_refused(text):
    with pytest.raises(PlanError):
        read_rows(text)


@pytest.mark.parametrize(("by", "usual"), [("near", 0.95), ("lexical", 0.7), ("exact", 1.0)])
def test_each_kind_of_repeats_has_a_usual_similarity_of_its_own(by, usual):
    step = DropDuplicates(by)
    assert step.threshold == usual
    assert Plan((step,)).as_values() == {
        "steps": [{"drop_duplicates": {} if by == "near" else {"by": by}}]
    }
    assert Plan.parse(f"steps: [{{drop_duplicates: {{by: {by}}}}}]").steps == (step,)
    assert Plan.parse(Plan((DropDuplicates(by, 0.8),)).as_yaml()).steps[0].by == by


@pytest.mark.parametrize(
    ("written", "step"),
    [
        ("near", DropDuplicates()),
        ("0.9", DropDuplicates("near", 0.9)),
        ("near:0.9:longest", DropDuplicates("near", 0.9, "longest")),
        ("lexical", DropDuplicates("lexical", 0.7)),
        ("lexical:central", DropDuplicates("lexical", 0.7, "central")),
        ("lexical:best:quality", DropDuplicates("lexical", 0.7, "best:quality")),
        ("lexical:0.8:best:quality", DropDuplicates("lexical", 0.8, "best:quality")),
        ("exact:best:quality", DropDuplicates("exact", keep="best:quality")),
        ("longest", DropDuplicates("near", 0.95, "longest")),
    ],
)
def test_repeats_are_written_briefly_on_the_command_line(written, step):
    assert READ["drop_duplicates"](written) == step
