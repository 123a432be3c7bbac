"""A model is asked through litellm over a real socket, and misbehaves in every way we know."""

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from pydantic import BaseModel

from diversity.errors import (
    AnswerError,
    CapReachedError,
    LLMError,
    RefusedError,
    UnauthorizedError,
    UnavailableError,
)
from diversity.ledger import Ledger
from diversity.llm import Cap, LiteLLM, Prices, Usage, count_tokens, missing_keys, price_of
from tests import llm_server as server

KEY = "sk-canary-5f1d0c7e9b"


class Verdict(BaseModel):
    valid: bool


class Reasoned(BaseModel):
    default: bool
    reason: str = ""


class Named(BaseModel):
    names: dict[str, str]


YES = server.said({"valid": True})
ASK = [{"role": "user", "content": "Is it valid?"}]


def judge(at, model="openai/judge", **how):
    settings = {"api_key": KEY, "timeout_s": 20.0, "backoff_s": 0.01, "max_tries": 3} | how
    return LiteLLM(model, at.url, **settings)


def asked(replies, **how):
    """Ask once; return the completion and what the server saw."""
    with server.serving(replies) as at:
        return judge(at, **how).complete(ASK, Verdict), at.requests


SURVIVED = {
    "prose around JSON": ([server.prose_around({"valid": True})], 1),
    "a fence": ([server.fenced({"valid": True})], 1),
    "an empty answer": ([server.empty(), YES], 2),
    "prose alone": ([server.said("It is valid."), YES], 2),
    "another form": ([server.said({"verdict": [1, 2]}), YES], 2),
    "an answer cut off": ([server.said('{"val', finish="length"), YES], 2),
    "429": ([server.too_many_requests("0.01"), YES], 2),
    "500": ([server.failed(500), YES], 2),
    "503": ([server.failed(503), YES], 2),
    "a gateway's page": ([server.Reply(body="<html>no</html>", status=502), YES], 2),
    "a page instead of an answer": ([server.Reply(body="<html>no</html>"), YES], 2),
    "no choices": ([server.Reply(body='{"id": "1", "choices": []}'), YES], 2),
    "a connection cut before": ([server.cut("before"), YES], 2),
    "a connection cut within": ([server.cut("within"), YES], 2),
}


@pytest.mark.parametrize(("replies", "n_calls"), SURVIVED.values(), ids=SURVIVED)
def test_it_gets_its_answer_in_spite_of(replies, n_calls):
    completion, requests = asked(replies)
    assert completion.answer == Verdict(valid=True)
    assert completion.usage.calls == len(requests) == n_calls


TOO_LONG = "This model's maximum context length is 9 tokens."


@pytest.mark.parametrize(
    "slow", [server.silent(), server.dripping('{"valid": true}')], ids=["silent", "dripping"]
)
def test_it_does_not_wait_for_ever_for_a_server_that_is(slow):
    completion, requests = asked([slow, YES], timeout_s=1.0)
    assert completion.usage.calls == len(requests) == 2
    assert requests[1].at_s - requests[0].at_s < 10


FATAL = {
    "a refusal": (server.refusing(), RefusedError, 1),
    "a content filter": (server.filtered(), RefusedError, 1),
    "a text too long": (server.failed(400, TOO_LONG), RefusedError, 2),
    "a refusal in prose": (server.said("I'm sorry, I can't help with that."), RefusedError, 3),
    "nothing but prose": (server.said("It is valid."), AnswerError, 3),
    "10 MB": (server.oversized(), AnswerError, 1),
    "500 for ever": (server.failed(500), UnavailableError, 3),
    "429 for ever": (server.too_many_requests("0"), UnavailableError, 53),
    "429 without a word": (server.failed(429), UnavailableError, 3),
    "429 for an hour": (server.too_many_requests("3600"), UnavailableError, 1),
    "a wrong key": (server.failed(401, "wrong key"), UnauthorizedError, 1),
    "no right": (server.failed(403, "not yours"), UnauthorizedError, 1),
    "no such model": (server.failed(404, "no model"), UnauthorizedError, 1),
    "no credit": (server.failed(429, "insufficient_quota"), UnauthorizedError, 1),
    "an unknown parameter": (server.failed(400, "unknown parameter"), LLMError, 1),
}


@pytest.mark.parametrize(("reply", "kind", "n_calls"), FATAL.values(), ids=FATAL)
def test_it_says_why_there_is_no_answer(reply, kind, n_calls):
    with server.serving([reply]) as at, pytest.raises(LLMError) as raised:
        judge(at).complete(ASK, Verdict)
    assert type(raised.value) is kind
    assert raised.value.usage.calls == len(at.requests) == n_calls
    assert "openai/judge" in raised.value.message


def test_the_model_is_told_what_was_wrong():
    _, requests = asked([server.said({"verdict": 1}), YES])
    assert [m["role"] for m in requests[1].messages] == ["user", "assistant", "user"]
    assert "valid: Field required" in requests[1].messages[-1]["content"]


def test_every_raw_answer_of_a_failure_is_there_to_read():
    replies = [server.said("a"), server.said("b"), server.said("c")]
    with server.serving(replies) as at, pytest.raises(AnswerError) as raised:
        judge(at).complete(ASK, Verdict)
    assert raised.value.texts == ("a", "b", "c")


@pytest.mark.parametrize("after", ["1", "date"])
def test_a_wait_that_the_server_asks_for_is_kept_by_all(after):
    if after == "date":
        after = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 2))
    with server.serving([server.too_many_requests(after), YES]) as at:
        model = judge(at)
        first = threading.Thread(target=model.complete, args=(ASK, Verdict))
        first.start()
        while not at.requests:
            time.sleep(0.01)
        time.sleep(0.2)
        model.complete(ASK, Verdict)
        first.join()
    began, *later = [request.at_s for request in at.requests]
    assert len(later) == 2
    assert min(later) - began > 0.9


def test_waits_grow_when_the_server_says_nothing():
    _, requests = asked([server.failed(), server.failed(), YES], backoff_s=0.2)
    first, second, third = (request.at_s for request in requests)
    assert second - first >= 0.1
    assert third - second >= 0.2


def test_no_more_calls_are_in_flight_than_allowed():
    flying, most, lock = [0], [0], threading.Lock()

    def behave(request):
        with lock:
            flying[0] += 1
            most[0] = max(most[0], flying[0])
        time.sleep(0.05)
        with lock:
            flying[0] -= 1
        return YES

    with server.serving(behave) as at, ThreadPoolExecutor(12) as pool:
        model = judge(at, max_concurrency=3)
        list(pool.map(lambda _: model.complete(ASK, Verdict), range(12)))
    assert most[0] == 3


def test_a_model_that_takes_a_schema_gets_one():
    _, requests = asked([YES], model="openai/gpt-4o-mini")
    form = requests[0].body["response_format"]["json_schema"]
    assert form["strict"]
    assert form["schema"]["required"] == ["valid"]
    assert form["schema"]["additionalProperties"] is False


def test_every_field_of_a_schema_is_required_and_has_no_default():
    with server.serving([server.said({"default": True, "reason": "x"})]) as at:
        judge(at, model="openai/gpt-4o-mini").complete(ASK, Reasoned)
    schema = at.requests[0].body["response_format"]["json_schema"]["schema"]
    assert schema["required"] == list(schema["properties"]) == ["default", "reason"]
    assert schema["properties"]["reason"]["type"] == "string"
    assert "default" not in schema["properties"]["reason"]


def test_free_names_in_a_form_are_described_but_not_enforced():
    with server.serving([server.said({"names": {"a": "b"}})]) as at:
        judge(at, model="openai/gpt-4o-mini").complete(ASK, Named)
    form = at.requests[0].body["response_format"]["json_schema"]
    assert not form["strict"]
    assert form["schema"]["properties"]["names"]["additionalProperties"] == {"type": "string"}


def test_a_server_that_refuses_the_schema_is_asked_without():
    def behave(request):
        refused = "response_format" in request.body
        return server.failed(400, "response_format is not supported") if refused else YES

    with server.serving(behave) as at:
        model = judge(at, model="openai/gpt-4o-mini")
        assert model.complete(ASK, Verdict).usage.calls == 2
        assert model.complete(ASK, Verdict).usage.calls == 1


def test_a_plain_name_is_enough_for_a_server_of_ones_own(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with server.serving([YES]) as at:
        assert judge(at, model="my-model", api_key=None).complete(ASK, Verdict).answer.valid
    assert at.requests[0].body["model"] == "my-model"


def test_a_name_without_provider_or_address_is_refused():
    with pytest.raises(LLMError, match="No provider is known"):
        LiteLLM("my-model")


def test_answers_are_limited_as_the_model_allows():
    with server.serving([YES]) as at:
        for model in ("openai/judge", "openai/gpt-3.5-turbo", "openai/gpt-5-mini"):
            judge(at, model=model).complete(ASK, Verdict)
    plain, small, reasoning = (request.body for request in at.requests)
    assert (plain["max_tokens"], small["max_tokens"]) == (8_000, 4_096)
    assert reasoning["max_completion_tokens"] == 16_000
    assert "temperature" not in reasoning


def test_a_small_window_is_asked_again_without_a_limit():
    def behave(request):
        return server.failed(400, TOO_LONG) if "max_tokens" in request.body else YES

    with server.serving(behave) as at:
        model = judge(at)
        assert model.complete(ASK, Verdict).usage.calls == 2
        assert model.complete(ASK, Verdict).usage.calls == 1


def test_a_timeout_is_tried_only_twice():
    with server.serving([server.silent()]) as at, pytest.raises(UnavailableError):
        judge(at, timeout_s=0.5, max_tries=5).complete(ASK, Verdict)
    assert len(at.requests) == 2


def test_ollama_is_given_room_for_the_whole_prompt():
    said = {"model": "m", "message": {"role": "assistant", "content": '{"valid": true}'}}
    body = json.dumps({**said, "done": True, "prompt_eval_count": 5, "eval_count": 4})
    with server.serving([server.Reply(body=body)]) as at:
        base = at.url.removesuffix("/v1")
        model = LiteLLM("ollama_chat/llama3.1", base)
        assert model.complete(ASK, Verdict).usage.tokens_in == 5
    assert at.requests[0].body["options"]["num_ctx"] == 16_384


@pytest.mark.parametrize("status", [400, 403, 422])
def test_a_request_that_alone_is_not_accepted_ends_no_run(status):
    with server.serving([YES, server.failed(status, "flagged")]) as at:
        model = judge(at)
        model.complete(ASK, Verdict)
        with pytest.raises(RefusedError, match="flagged"):
            model.complete(ASK, Verdict)


def test_an_address_that_is_none_is_refused():
    with pytest.raises(LLMError, match="http://"):
        LiteLLM("openai/judge", "localhost:8000")


@pytest.mark.parametrize("model", ["together_ai/meta-llama/Llama-3-8b", "replicate/llama-2-70b"])
def test_counting_tokens_asks_no_network(model):
    began_s = time.monotonic()
    assert count_tokens(model, ASK) > 3
    assert time.monotonic() - began_s < 10


def test_what_a_server_says_is_no_order_to_the_terminal():
    reply = server.failed(401, "wrong \x1b[2J\u202e key")
    with server.serving([reply]) as at, pytest.raises(UnauthorizedError) as raised:
        judge(at).complete(ASK, Verdict)
    assert str(raised.value).isprintable()


def test_lone_surrogates_go_out_and_come_in_as_question_marks():
    with server.serving([server.said('{"valid": true} \ud800')]) as at:
        completion = judge(at).complete([{"role": "user", "content": "a\udc00b"}], Verdict)
    assert at.requests[0].prompt == "a?b"
    assert completion.text.endswith("?")


# money


def test_tokens_and_money_are_counted_from_what_the_server_says():
    completion, _ = asked([YES], prices=Prices(1.0, 10.0))
    assert completion.usage == Usage(1, 0, 100, 20, pytest.approx(100e-6 + 200e-6))


def test_an_unknown_price_is_unknown():
    assert asked([YES])[0].usage.usd is None
    assert price_of("openai/judge") is None


def test_known_prices_are_litellms():
    import litellm

    listed = litellm.model_cost["gpt-4o-mini"]
    price = price_of("openai/gpt-4o-mini")
    assert price.usd_per_million_in == pytest.approx(1e6 * listed["input_cost_per_token"])
    assert price.usd_per_million_out == pytest.approx(1e6 * listed["output_cost_per_token"])


def test_tokens_are_counted_here_where_the_server_does_not():
    usage = asked([server.said({"valid": True}, tokens=None)])[0].usage
    assert usage.tokens_in == count_tokens("openai/judge", ASK) > 3
    assert usage.tokens_out > 3


def test_the_cap_in_calls_is_never_passed():
    with server.serving([YES]) as at, ThreadPoolExecutor(8) as pool:
        model = judge(at, cap=Cap(max_calls=5))
        waiting = [pool.submit(model.complete, ASK, Verdict) for _ in range(12)]
        failed = [done.exception() for done in waiting]
    assert len(at.requests) == 5
    assert sum(isinstance(error, CapReachedError) for error in failed) == 7


@pytest.mark.parametrize("usd", [0.0025, 0.00305])
def test_the_cap_in_money_is_used_up_and_never_passed(usd):
    prices = Prices(1.0, 10.0)  # a call costs 0.0003
    with server.serving(lambda r: server.said({"valid": True}, after_s=0.02)) as at:
        model = judge(at, cap=Cap(max_usd=usd), prices=prices)
        with ThreadPoolExecutor(8) as pool:
            waiting = [pool.submit(model.complete, ASK, Verdict) for _ in range(20)]
            failed = [done.exception() for done in waiting]
    assert len(at.requests) == int(usd / 0.0003)
    assert all(error is None or isinstance(error, CapReachedError) for error in failed)
    assert model.spent.usd == pytest.approx(len(at.requests) * 0.0003)


@pytest.mark.parametrize(("price", "n_calls"), [(Prices(1, 1), 0), (Prices(0, 0), 1)])
def test_a_cap_of_nothing_lets_only_free_calls_through(price, n_calls):
    with server.serving([YES]) as at:
        model = judge(at, cap=Cap(max_usd=0), prices=price)
        with nullcontext() if n_calls else pytest.raises(CapReachedError):
            model.complete(ASK, Verdict)
    assert len(at.requests) == n_calls


def test_a_cap_in_money_needs_a_price():
    with pytest.raises(LLMError, match="not known"):
        LiteLLM("openai/judge", cap=Cap(max_usd=1))


# the ledger


def test_nothing_is_paid_for_twice(tmp_path):
    with server.serving([YES]) as at, Ledger(tmp_path / "calls.sqlite") as ledger:
        first = judge(at, ledger=ledger, prices=Prices(1, 1)).complete(ASK, Verdict)
        again = judge(at, ledger=ledger, prices=Prices(1, 1)).complete(ASK, Verdict)
    assert len(at.requests) == 1
    assert (first.cached, again.cached) == (False, True)
    assert again.answer == first.answer
    assert again.usage == Usage(cached_calls=1, cached_usd=first.usage.usd)
    assert first.usage.usd > 0


def test_an_answer_too_large_to_read_counts_as_paid_for():
    with server.serving([server.oversized()]) as at, pytest.raises(AnswerError) as raised:
        judge(at, prices=Prices(1, 2), max_tokens=500).complete(ASK, Verdict)
    usage = raised.value.usage
    assert usage.tokens_in == count_tokens("openai/judge", ASK)
    assert usage.tokens_out == 500
    assert usage.usd == pytest.approx((usage.tokens_in + 2 * 500) / 1e6)


@pytest.mark.parametrize(
    "replies",
    [
        [server.said("no"), YES],
        [server.said("a"), server.said("b"), server.said("c"), YES],
        [server.refusing(), YES],
        [server.oversized(), YES],
    ],
    ids=["repaired", "malformed", "refused", "oversized"],
)
def test_a_bad_answer_is_replayed_and_not_asked_for_again(replies, tmp_path):
    def outcome(at, ledger):
        try:
            return judge(at, ledger=ledger).complete(ASK, Verdict).answer
        except LLMError as error:
            return type(error), error.message

    with server.serving(replies) as at, Ledger(tmp_path / "calls.sqlite") as ledger:
        first = outcome(at, ledger)
        n_calls = len(at.requests)
        assert outcome(at, ledger) == first
    assert len(at.requests) == n_calls


@pytest.mark.parametrize(
    ("how", "key", "ask"),
    [
        ({"model": "openai/other"}, "", ASK),
        ({"temperature": 0.5}, "", ASK),
        ({"max_tokens": 5}, "", ASK),
        ({}, "round 2", ASK),
        ({}, "", [{"role": "user", "content": "Is it not?"}]),
        ({}, "", [{"role": "system", "content": "Is it valid?"}]),
    ],
)
def test_whatever_changes_the_answer_makes_it_another_call(how, key, ask, tmp_path):
    with server.serving([YES]) as at, Ledger(tmp_path / "calls.sqlite") as ledger:
        judge(at, ledger=ledger).complete(ASK, Verdict)
        judge(at, ledger=ledger, **how).complete(ask, Verdict, key=key)
    assert len(at.requests) == 2


def test_network_failures_are_not_kept(tmp_path):
    with server.serving([server.failed()] * 3 + [YES]) as at:
        ledger = Ledger(tmp_path / "calls.sqlite")
        with pytest.raises(UnavailableError):
            judge(at, ledger=ledger).complete(ASK, Verdict)
        assert judge(at, ledger=ledger).complete(ASK, Verdict).answer.valid


# secrets


def telltales():
    yield server.failed(401, f"Incorrect API key provided: {KEY}.")
    yield server.failed(500, f"trace: Authorization: Bearer {KEY}")
    yield server.said(f"no JSON for {KEY[:4]}")


def test_a_key_is_in_no_error_log_or_file(tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    said = []
    for reply in telltales():
        with server.serving([reply]) as at, Ledger(tmp_path / "calls.sqlite") as ledger:
            model = judge(at, ledger=ledger)
            with pytest.raises(LLMError) as raised:
                model.complete(ASK, Verdict)
            said += [repr(model), repr(vars(model)), str(raised.value), repr(raised.value)]
            assert at.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    printed = capfd.readouterr()
    assert KEY not in "".join([*said, caplog.text, printed.out, printed.err])
    assert not any(KEY.encode() in content for content in files)


def test_a_key_of_the_environment_is_not_shown_either(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "plain-looking-canary")
    reply = server.failed(401, "you sent plain-looking-canary")
    with server.serving([reply]) as at, pytest.raises(UnauthorizedError) as raised:
        judge(at, api_key=None).complete(ASK, Verdict)
    assert "plain-looking-canary" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_litellm_prints_nothing(capfd):
    for reply in (server.failed(500), server.failed(401), server.prose_around({"valid": True})):
        with server.serving([reply]) as at:
            try:
                judge(at).complete(ASK, Verdict)
            except LLMError:
                continue
    assert capfd.readouterr() == ("", "")


def test_missing_keys_are_named(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert missing_keys("openai/gpt-4o-mini") == ["OPENAI_API_KEY"]
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    assert missing_keys("openai/gpt-4o-mini") == []
