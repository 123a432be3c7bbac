"""How is a real model asked? Through litellm: patiently, within limits, and never twice.

Each call is looked up in the ledger first and written there before its answer is used. Failures
that may pass are tried again with growing waits; a wait that the server asks for is kept by all
threads. Tokens and money are counted a call, and no call begins beyond the cap.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace

from diversity.errors import LLMError, RefusedError
from diversity.fingerprint import fingerprint
from diversity.ledger import Entry, Ledger
from diversity.llm.asking import Reply, ask_until_valid
from diversity.llm.chat import A, Completion, Message
from diversity.llm.failures import Failure
from diversity.llm.library import model_name
from diversity.llm.meter import Meter
from diversity.llm.patience import Patience, Pause
from diversity.llm.prices import Cap, Prices, answer_limit, price_of
from diversity.llm.sending import Request, send, speakable
from diversity.llm.structure import Manner, form_of, response_format, takes_schema
from diversity.usage import Usage

VERSION = 1


class LiteLLM:
    """Any model that litellm can call. May be used from many threads at once.

    Parameters
    ----------
    model : str
        As litellm names it, such as ``openai/gpt-4o-mini`` or ``ollama_chat/llama3.1``. With an
        address a plain name is enough: the server is then taken to speak OpenAI's protocol.
    api_base : str, optional
        Another address that speaks the provider's protocol.
    api_key : str, optional
        Kept in memory only; without it litellm reads the provider's variable.
    temperature : float, default=0
        Left out where the model does not take one.
    max_tokens : int, optional
        Of an answer. By default 8,000, and 16,000 for a model that reasons first, or the most that
        it gives.
    timeout_s : float, default=120
        For a whole answer; tried twice.
    ledger : Ledger, optional
        Without one, equal calls are paid for again.
    cap : Cap, optional
        What may be spent; answers from the ledger are free.
    prices : Prices, optional
        Own prices; default is litellm's price list.
    max_concurrency : int, default=16
        Requests in flight at once.
    max_tries : int, default=5
        Requests for one answer while failures may pass; a wait that the server asks for does not
        count, up to 50 of them.
    backoff_s : float, default=1
        First wait; doubled each time, and varied by half.

    Raises
    ------
    LLMError
        If no provider of that model is known, or the cap is in money and the price is unknown.
    """

    def __init__(
        self,
        model: str,
        api_base: str | None = None,
        api_key: str | None = None,
        *,
        temperature: float = 0.0,
        max_tokens: int | None = None,
        timeout_s: float = 120.0,
        ledger: Ledger | None = None,
        cap: Cap | None = None,
        prices: Prices | None = None,
        max_concurrency: int = 16,
        max_tries: int = 5,
        backoff_s: float = 1.0,
    ) -> None:
        self.name = model = model_name(model, api_base)
        self.prices = prices or price_of(model)
        limit = max_tokens or answer_limit(model)
        self._request = Request(model, api_base, api_key, temperature, limit, timeout_s)
        self._ledger = ledger
        self._meter = Meter(cap or Cap(), self.prices, model)
        self._turns = threading.Semaphore(max_concurrency)
        self._max_tries, self._backoff_s = max_tries, backoff_s
        self._pause = Pause()
        self._manner, self._answers = Manner(takes_schema(model)), False

    def __repr__(self) -> str:
        return f"LiteLLM({self.name!r})"

    @property
    def spent(self) -> Usage:
        """What all calls of this object cost so far."""
        return self._meter.spent

    def complete(
        self, messages: Sequence[Message], answer: type[A], *, key: str = ""
    ) -> Completion[A]:
        """Ask, and ask again until the answer has the form of `answer`; see `ChatModel`."""

        def ask(talk: Sequence[Message]) -> Reply:
            clean = [Message(role=m["role"], content=speakable(m["content"])) for m in talk]
            name = self._name_of(clean, answer, key)
            kept = self._ledger.get(name) if self._ledger else None
            if kept is not None:
                self._answers = True
                return Reply(kept.text, self._meter.read_from_ledger(kept.usd), kept.finish)
            return self._written(name, self._answered(clean, answer))

        return ask_until_valid(ask, messages, answer, self.name)

    def _name_of(self, messages: list[Message], answer: type[A], key: str) -> str:
        """Name a call by all that its answer depends on."""
        asked = self._request
        settings = [asked.api_base, asked.temperature, asked.max_tokens]
        talk = [(message["role"], message["content"]) for message in messages]
        return fingerprint("chat", VERSION, self.name, settings, form_of(answer), key, talk)

    def _written(self, name: str, reply: Reply) -> Reply:
        if self._ledger is None:
            return reply
        cost = reply.usage
        entry = Entry(
            self.name, reply.text, reply.finish, cost.tokens_in, cost.tokens_out, cost.usd
        )
        kept = self._ledger.put(name, entry)
        return Reply(kept.text, cost, kept.finish)

    def _answered(self, messages: list[Message], answer: type[A]) -> Reply:
        """Send a request until it is answered, or until there is no sense in sending it again."""
        spent, manner = Usage(), self._manner
        patience = Patience(self._max_tries, self._backoff_s, self._pause)
        try:
            while True:
                outcome, cost = self._sent(messages, answer, manner)
                spent += cost
                if isinstance(outcome, Reply):
                    self._manner, self._answers = manner, True
                    return Reply(outcome.text, spent, outcome.finish)
                plainer = manner.plainer(outcome)
                if plainer is None and not patience.allows(outcome):
                    raise self._final(outcome)
                manner = plainer or manner
        except LLMError as error:
            error.usage = spent
            raise

    def _final(self, failure: Failure) -> LLMError:
        """Tell a request that is not accepted from a model that accepts none."""
        if failure.of_this and self._answers:
            return RefusedError(failure.error.message, failure.error.hint)
        return failure.error

    def _sent(
        self, messages: list[Message], answer: type[A], manner: Manner
    ) -> tuple[Reply | Failure, Usage]:
        held = response_format(answer) if manner.structured else None
        request = self._request if manner.limited else replace(self._request, max_tokens=None)
        with self._turns:
            self._pause.keep()
            self._meter.begin()
            tokens = None
            try:
                outcome, tokens = send(request, messages, held)
            finally:
                cost = self._meter.end(tokens)
        return outcome, cost
