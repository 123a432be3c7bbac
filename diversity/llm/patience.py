"""When a call fails, is it worth another try, and after how long?"""

import random
import threading
import time

from diversity.errors import UnavailableError
from diversity.llm.failures import Failure

MOST_TIMEOUTS = 2
MOST_WAITS = 50
LONGEST_WAIT_S = 120.0


class Pause:
    """A time before which nobody may call, shared by all calls of a model."""

    def __init__(self) -> None:
        self._ends_s = 0.0
        self._lock = threading.Lock()

    def lengthen(self, wait_s: float) -> None:
        """Keep everybody from calling for as long as the server says."""
        with self._lock:
            self._ends_s = max(self._ends_s, time.monotonic() + wait_s)

    def keep(self) -> None:
        """Wait until it is over, and a little more so that not all call at once."""
        while (wait_s := self._ends_s - time.monotonic()) > 0:
            time.sleep(wait_s + random.uniform(0.0, min(0.5, wait_s / 2)))


class Patience:
    """How often one call is tried again.

    Parameters
    ----------
    max_tries : int
        Requests in all; those that the server asks to repeat later do not count.
    backoff_s : float
        First wait; doubled each time, and varied by half.
    pause : Pause
    """

    def __init__(self, max_tries: int, backoff_s: float, pause: Pause) -> None:
        self._max_tries, self._backoff_s, self._pause = max_tries, backoff_s, pause
        self._tries, self._waits = 1, 0

    def allows(self, failure: Failure) -> bool:
        """Tell whether to try again, after the wait that this takes.

        Raises
        ------
        UnavailableError
            If the server asks to wait for longer than anybody would.
        """
        if failure.wait_s is not None and self._waits < MOST_WAITS:
            if failure.wait_s > LONGEST_WAIT_S:
                raise UnavailableError(
                    f"{failure.error.message} It asks to wait {failure.wait_s:,.0f} s.",
                    "Start again then: nothing is paid for twice.",
                )
            self._waits += 1
            self._pause.lengthen(failure.wait_s)
            return True
        most = min(MOST_TIMEOUTS, self._max_tries) if failure.timed_out else self._max_tries
        if not failure.again or self._tries >= most:
            return False
        time.sleep(self._backoff_s * 2 ** (self._tries - 1) * random.uniform(0.5, 1.5))
        self._tries += 1
        return True
