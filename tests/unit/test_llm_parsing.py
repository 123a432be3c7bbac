"""Answers are read as they are meant, or not at all."""

import json
from contextlib import suppress
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AliasChoices, BaseModel, Field

from diversity.llm.parsing import MAX_CHARS, MalformedError, parse


class Group(BaseModel):
    sample_indices: list[int]
    scores: dict[str, int] = {}


class Groups(BaseModel):
    clusters: list[Group]


class Spaced(BaseModel):
    indices: list[int] = Field(alias="sample indices")


GOOD = {"clusters": [{"sample_indices": [1, 2], "scores": {"Lexical Diversity": 3}}]}
WRAPPINGS = {
    "nothing": "{}",
    "prose": "Here are [my] groups:\n{}\nHope {{that}} helps!",
    "fence": "```json\n{}\n```",
    "prose and fence": "So:\n```\n{}\n```\nDone.",
    "thoughts": '<think>maybe {{"clusters": []}}</think>{}',
}


@pytest.mark.parametrize("wrapping", WRAPPINGS.values(), ids=WRAPPINGS)
def test_json_is_found_whatever_is_around_it(wrapping):
    answer, _ = parse(wrapping.format(json.dumps(GOOD)), Groups)
    assert answer.model_dump() == GOOD


@pytest.mark.parametrize("name", ["sample indices", "sample_indices", "Sample-Indices"])
def test_names_may_be_spelled_in_another_way(name):
    answer, mended = parse(json.dumps({"clusters": [{name: [3]}]}), Groups)
    assert answer.clusters[0].sample_indices == [3]
    assert mended == (() if name == "sample_indices" else ("other names",))


def test_an_alias_is_a_name_like_any_other():
    assert parse('{"sample_indices": [1]}', Spaced)[0].indices == [1]


class Chosen(BaseModel):
    groups: list[Annotated[Group, "said of it"]] = Field(
        validation_alias=AliasChoices("groups", "clusters")
    )


@pytest.mark.parametrize("name", ["groups", "clusters", "Clusters"])
def test_any_of_several_names_will_do(name):
    answer, _ = parse(json.dumps({name: [{"Sample Indices": [1]}]}), Chosen)
    assert answer.groups[0].sample_indices == [1]


def test_names_that_are_content_stay_as_they_are():
    assert list(parse(json.dumps(GOOD), Groups)[0].clusters[0].scores) == ["Lexical Diversity"]


def test_spare_commas_are_overlooked_but_not_inside_texts():
    answer, mended = parse('{"texts": ["a,]", "b",],}', Texts)
    assert answer.texts == ["a,]", "b"]
    assert mended == ("spare commas",)


class Texts(BaseModel):
    texts: list[str]


def test_a_bare_list_is_the_only_field():
    assert parse('[{"sample_indices": [1]}]', Groups)[0].clusters[0].sample_indices == [1]


def test_the_last_valid_piece_counts():
    assert parse('First {"texts": ["a"]}, no: {"texts": ["b"]}.', Texts)[0].texts == ["b"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("I cannot do that.", "no complete JSON"),
        ('{"clusters": [{"sample_indices": [1', "no complete JSON"),
        ('{"clusters": [{"sample_indices": ["one"]}]}', "clusters.0.sample_indices.0"),
        ('{"groups": []}', "clusters: Field required"),
        ('{"clusters": [], "clusters": []}', "'clusters' is given twice"),
        ("So: []", "valid dictionary"),
        ("[" * 100_000, "no complete JSON"),
        ('{"a":' * 100_000, "no complete JSON"),
        ("x" * (MAX_CHARS + 1), "longer than"),
        ("null", "valid dictionary"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_wrong(text, complaint):
    with pytest.raises(MalformedError, match=complaint):
        parse(text, Groups)


def test_a_long_list_of_faults_is_cut():
    with pytest.raises(MalformedError, match="and 92 more"):
        parse(json.dumps({"texts": [1] * 100}), Texts)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with suppress(MalformedError):
        parse(text, Groups)


@given(st.lists(st.text()), st.text(st.characters(exclude_characters='{}[]`<"'), max_size=50))
def test_texts_come_back_to_the_letter_whatever_the_prose(texts, prose):
    assert parse(prose + json.dumps({"texts": texts}) + prose, Texts)[0].texts == texts
