"""What does a model charge, what would a prompt cost, and where is the limit?"""

from collections.abc import Sequence
from dataclasses import dataclass

from diversity.llm.chat import Message
from diversity.llm.library import litellm

MILLION = 1_000_000
ANSWERED, REASONED = 8_000, 16_000


@dataclass(frozen=True)
class Prices:
    """Money for a million tokens.

    Parameters
    ----------
    usd_per_million_in, usd_per_million_out : float

    Examples
    --------
    >>> Prices(0.5, 2.0).usd(tokens_in=1_000_000, tokens_out=100_000)
    0.7
    """

    usd_per_million_in: float
    usd_per_million_out: float

    def usd(self, tokens_in: int, tokens_out: int) -> float:
        """Price a number of tokens."""
        spent = tokens_in * self.usd_per_million_in + tokens_out * self.usd_per_million_out
        return spent / MILLION


@dataclass(frozen=True)
class Cap:
    """How much may be spent by one `ChatModel`.

    Parameters
    ----------
    max_usd : float, optional
        No call begins that would pass it, as far as the dearest call so far tells.
    max_calls : int, optional
        Requests that may be sent, tries that failed among them. Answers from the ledger are free.
    """

    max_usd: float | None = None
    max_calls: int | None = None


def price_of(model: str) -> Prices | None:
    """Look a model up in the price list that litellm ships; None where it is not listed.

    What a cheaper rate for repeated prompts would save is not counted.
    """
    library = litellm()
    for name in (model, model.partition("/")[2]):
        listed = library.model_cost.get(name, {})
        charged = listed.get("input_cost_per_token"), listed.get("output_cost_per_token")
        if listed.get("mode") in ("chat", "responses", None) and None not in charged:
            return Prices(charged[0] * MILLION, charged[1] * MILLION)
    return None


def answer_limit(model: str) -> int:
    """Return how many tokens an answer may have: enough to think, too few to babble for ever."""
    library = litellm()
    listed = library.model_cost.get(model) or library.model_cost.get(model.partition("/")[2]) or {}
    wanted = REASONED if library.supports_reasoning(model=model) else ANSWERED
    return min(wanted, int(listed.get("max_output_tokens") or wanted))


def count_tokens(model: str, messages: Sequence[Message]) -> int:
    """Estimate the tokens of a prompt, with the model's tokenizer where litellm ships it.

    Elsewhere it is another model's tokenizer, and the count may be off by a quarter.
    """
    return int(litellm().token_counter(model=model, messages=list(messages)))
