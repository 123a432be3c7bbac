"""How much is spent, and may another call begin?

Without a limit in money calls begin at once. With one, the first goes alone to see what a call
costs; from then on each call in flight is expected to cost as much as the dearest so far, and
another begins only if it still fits. So the limit is passed at most by what calls in flight cost
more than any before them.
"""

import threading

from diversity.errors import CapReachedError, LLMError
from diversity.llm.prices import Cap, Prices
from diversity.usage import Usage


class Meter:
    """Adds up what calls cost and holds the cap.

    Parameters
    ----------
    cap : Cap
    prices : Prices or None
    model : str
        For messages.

    Raises
    ------
    LLMError
        If the cap is in money and there are no prices.
    """

    def __init__(self, cap: Cap, prices: Prices | None, model: str) -> None:
        if cap.max_usd is not None and prices is None:
            raise LLMError(
                f"The price of {model} is not known, so a limit in money cannot be held.",
                "Give its prices, or limit the calls instead.",
            )
        self._cap, self._prices = cap, prices
        self._spent = Usage()
        self._in_flight = 0
        self._dearest_usd: float | None = None
        self._changed = threading.Condition()

    @property
    def spent(self) -> Usage:
        """What was spent so far, answers from the ledger counted."""
        return self._spent

    def read_from_ledger(self, usd: float | None) -> Usage:
        """Count an answer that costs nothing now, and what it had cost."""
        usage = Usage(cached_calls=1, cached_usd=usd)
        with self._changed:
            self._spent += usage
        return usage

    def begin(self) -> None:
        """Wait until another call may begin.

        Raises
        ------
        CapReachedError
            If none may any more.
        """
        with self._changed:
            self._changed.wait_for(self._decided)
            self._refuse()
            self._in_flight += 1

    def end(self, tokens: tuple[int, int] | None) -> Usage:
        """Count a call that has ended; `tokens` are None where none were reported."""
        n_in, n_out = tokens or (0, 0)
        usd = self._prices.usd(n_in, n_out) if self._prices else None
        usage = Usage(calls=1, tokens_in=n_in, tokens_out=n_out, usd=usd)
        with self._changed:
            self._in_flight -= 1
            self._spent += usage
            if tokens is not None and usd is not None:
                self._dearest_usd = max(usd, self._dearest_usd or 0.0)
            self._changed.notify_all()
        return usage

    def _decided(self) -> bool:
        """Tell whether the next call surely fits or surely does not, whatever is in flight."""
        if self._cap.max_usd is None or not self._in_flight:
            return True
        if self._dearest_usd is None:
            return False
        return self._fits(self._in_flight) or not self._fits(0)

    def _fits(self, in_flight: int) -> bool:
        if self._cap.max_usd is None or self._prices == Prices(0.0, 0.0):
            return True
        spent = self._spent.usd or 0.0
        expected = spent + (in_flight + 1) * (self._dearest_usd or 0.0)
        return spent < self._cap.max_usd and expected <= self._cap.max_usd

    def _refuse(self) -> None:
        limit = self._cap.max_calls
        if limit is not None and self._spent.calls + self._in_flight >= limit:
            raise CapReachedError(
                f"The limit of {limit:,} calls is reached.",
                "Raise it and start again: nothing is paid for twice.",
            )
        if not self._fits(0):
            raise CapReachedError(
                f"The limit of {self._cap.max_usd:g} USD is reached: "
                f"{self._spent.usd:.4g} USD are spent, and another call would pass it.",
                "Raise it and start again: nothing is paid for twice.",
            )
