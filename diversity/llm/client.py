"""How is a real model asked? Through litellm: patiently, within limits, and never twice.

Each call is looked up in the ledger first and written there before its answer is used. Failures
that may pass are tried again with growing waits; a wait that the server asks for is kept by all
threads. Tokens and money are counted a call, and no call begins beyond the cap.
"""

import random
import threading
import time
from collections.abc import Sequence
from typing import Any

from diversity.errors import LLMError, UnavailableError
from diversity.fingerprint import fingerprint
from diversity.ledger import Entry, Ledger
from diversity.llm.asking import Reply, ask_until_valid
from diversity.llm.chat import A, Completion, Message
from diversity.llm.failures import Failure
from diversity.llm.library import model_name
from diversity.llm.meter import Meter
from diversity.llm.prices import Cap, Prices, answer_limit, price_of
from diversity.llm.sending import Request, send, speakable
from diversity.llm.structure import response_format
from diversity.usage import Usage

VERSION = 1
MOST_TIMEOUTS = 2
LONGEST_WAIT_S = 120.0
MOST_WAITS = 50


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
        self._not_before_s = 0.0
        self._structured, self._limited = True, True

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
                return Reply(kept.text, self._meter.read_from_ledger(), kept.finish)
            return self._written(name, self._answered(clean, answer))

        return ask_until_valid(ask, messages, answer, self.name)

    def _name_of(self, messages: list[Message], answer: type[A], key: str) -> str:
        """Name a call by all that its answer depends on."""
        asked = self._request
        settings = [asked.api_base, asked.temperature, asked.max_tokens]
        form = str(answer.model_json_schema())
        talk = [(message["role"], message["content"]) for message in messages]
        return fingerprint("chat", VERSION, self.name, settings, form, key, talk)

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
        spent, tries, waits, limited = Usage(), 1, 0, self._limited
        try:
            while True:
                held = response_format(self.name, answer) if self._structured else None
                outcome, cost = self._sent(self._request.without_limit(not limited), messages, held)
                spent += cost
                if isinstance(outcome, Reply):
                    self._limited = limited
                    return Reply(outcome.text, spent, outcome.finish)
                if outcome.invalid and held:
                    self._structured = False
                elif outcome.too_long and limited:
                    limited = False
                elif outcome.wait_s is not None and waits < MOST_WAITS:
                    waits += 1
                    self._wait_with_all(outcome.wait_s)
                elif outcome.again and tries < self._most_tries(outcome):
                    time.sleep(self._backoff_s * 2 ** (tries - 1) * random.uniform(0.5, 1.5))
                    tries += 1
                else:
                    raise outcome.error
        except LLMError as error:
            error.usage = spent
            raise

    def _most_tries(self, failure: Failure) -> int:
        return min(MOST_TIMEOUTS, self._max_tries) if failure.timed_out else self._max_tries

    def _sent(
        self, request: Request, messages: list[Message], held: dict[str, Any] | None
    ) -> tuple[Reply | Failure, Usage]:
        with self._turns:
            self._wait_for_leave()
            self._meter.begin()
            tokens = None
            try:
                outcome, tokens = send(request, messages, held)
            finally:
                cost = self._meter.end(tokens)
        return outcome, cost

    def _wait_with_all(self, wait_s: float) -> None:
        """Keep everybody from asking for as long as the server says."""
        if wait_s > LONGEST_WAIT_S:
            raise UnavailableError(
                f"{self.name} asks to wait {wait_s:,.0f} s before the next call.",
                "Start again then: nothing is paid for twice.",
            )
        self._not_before_s = max(self._not_before_s, time.monotonic() + wait_s)

    def _wait_for_leave(self) -> None:
        """Wait as long as the server asked for, and a little so that not all ask at once."""
        while (wait_s := self._not_before_s - time.monotonic()) > 0:
            time.sleep(wait_s + random.uniform(0.0, min(0.5, wait_s / 2)))
