"""Clusters are named by a model behind a real server, whatever it does on the way."""

import numpy as np
import pandas as pd
import pytest

from diversity import analyze, from_frame
from diversity.agent import name_clusters
from diversity.analysis import Settings
from diversity.clustering import KMeans
from diversity.ledger import Ledger
from diversity.llm import Cap, LiteLLM, Prices
from tests import llm_judge, llm_server
from tests.llm_server import said

WORDS = ("bread", "sea", "chess")


@pytest.fixture(scope="module")
def analysis():
    labels = np.arange(60) % 3
    noise = np.random.default_rng(0).standard_normal((60, 8))
    vectors = (np.eye(3, 8)[labels] + 0.05 * noise).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{WORDS[label]} is what text {row} is about" for row, label in enumerate(labels)]
    data = from_frame(pd.DataFrame({"text": texts}), "text")
    return analyze(data, Settings(clustering=KMeans(3)), vectors=vectors, with_map=False)


def named(analysis, behave, **how):
    with llm_server.serving(behave) as server:
        how = {"backoff_s": 0.01, "max_tries": 3, "timeout_s": 20.0} | how
        model = LiteLLM("openai/namer", server.url, "key", **how)
        return name_clusters(analysis, model), server.requests


def test_every_cluster_gets_its_name_and_its_cited_records(analysis):
    naming, requests = named(analysis, llm_judge.by_first_word)
    assert sorted(naming.as_names().values()) == ["bread texts", "chess texts", "sea texts"]
    assert all(len(one.cited) == 2 and not one.problems for one in naming.names.values())
    assert len(requests) == naming.usage.calls == 3
    assert naming.usage.tokens_in == 300


def first_then(first):
    """Misbehave on the first request, answer all later ones."""

    def behave(request):
        return first if request.number == 1 else llm_judge.by_first_word(request)

    return behave


@pytest.mark.parametrize(
    "first",
    [
        said("I would call it bread."),
        said(""),
        said({"name": ""}),
        said({"title": "bread"}),
        llm_server.failed(429, "slow down", headers={"Retry-After": "0"}),
        llm_server.failed(500, "oops"),
        llm_server.Reply(cut="within"),
    ],
    ids=["prose", "empty", "no name", "another form", "429", "500", "cut"],
)
def test_a_name_is_had_in_spite_of(analysis, first):
    naming, requests = named(analysis, first_then(first))
    assert sorted(naming.as_names().values()) == ["bread texts", "chess texts", "sea texts"]
    assert len(requests) == naming.usage.calls == 4


def test_a_refusal_leaves_the_keyphrases_and_says_so(analysis):
    refusing = llm_server.Reply(refusal="I will not.", text="")
    naming, _ = named(analysis, lambda request: refusing)
    assert naming.as_names() == dict(analysis.names)
    assert all(one.by == "keyphrases" and one.problems for one in naming.names.values())


def test_a_refused_key_ends_it_at_once(analysis):
    naming, requests = named(analysis, lambda request: llm_server.failed(401, "who are you"))
    assert naming.as_names() == dict(analysis.names)
    assert "cannot be used" in naming.message
    assert len(requests) <= 3


def test_the_cap_holds_and_what_was_named_stays(analysis):
    prices, cap = Prices(1_000.0, 0.0), Cap(max_usd=0.25)
    naming, requests = named(analysis, llm_judge.by_first_word, prices=prices, cap=cap)
    assert naming.usage.usd == pytest.approx(0.2)
    assert len(requests) == 2
    assert "limit of 0.25 USD" in naming.message
    assert sum(one.by == "model" for one in naming.names.values()) == 2


def test_names_are_paid_for_once(analysis, tmp_path):
    with (
        Ledger(tmp_path / "calls.sqlite") as ledger,
        llm_server.serving(llm_judge.by_first_word) as server,
    ):
        model = LiteLLM("openai/namer", server.url, "key", ledger=ledger)
        one, two = name_clusters(analysis, model), name_clusters(analysis, model)
        assert len(server.requests) == 3
    assert one.as_names() == two.as_names()
    assert two.usage.cached_calls == 3
