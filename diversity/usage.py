"""What did calls to a language model cost, in calls, tokens and money?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What was spent; usages add up.

    Parameters
    ----------
    calls : int
        Requests sent, those that failed and were tried again among them.
    cached_calls : int
        Answers that were already in the ledger; they cost nothing now.
    tokens_in, tokens_out : int
        Tokens of the requests that were answered, as the server counts them.
    usd : float or None
        Money; None where a price is unknown, and then every sum with it is unknown too.
    cached_usd : float or None
        What the answers from the ledger had cost when they were paid for. With `usd` it is the
        cost of a run that was stopped and taken up again.

    Examples
    --------
    >>> Usage(calls=1, tokens_in=100, usd=0.5) + Usage(cached_calls=2, cached_usd=0.1)
    Usage(calls=1, cached_calls=2, tokens_in=100, tokens_out=0, usd=0.5, cached_usd=0.1)
    >>> (Usage(calls=1, usd=None) + Usage(calls=1, usd=0.5)).usd is None
    True
    """

    calls: int = 0
    cached_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = 0.0
    cached_usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.cached_calls + other.cached_calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            _sum(self.usd, other.usd),
            _sum(self.cached_usd, other.cached_usd),
        )


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
