"""How does long work go on while pages come and go? In workers, watched by whoever looks.

A job is named by what it makes: two tabs that ask for the same thing wait for the same job. It
outlives reruns, page switches and closed tabs, can be held or cancelled, and hands its result to
all.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import LifoQueue, Queue
from typing import Any, Literal

from diversity.errors import DiversityError
from diversity.progress import Progress, Steps

State = Literal["waiting", "running", "done", "failed", "cancelled"]
LOG = logging.getLogger("diversity.app")
MAX_FINISHED = 6
PATIENCE_S = 5.0
QUIET_S = 0.3
"""For how long no page was made when work that gives way goes on: a browser has to draw it too."""

LONGEST_REST_S = 5.0


class Pages:
    """The pages that this process is making now."""

    def __init__(self) -> None:
        self._n_making = 0
        self._last_s = 0.0
        self._lock = threading.Lock()

    @contextmanager
    def making(self) -> Iterator[None]:
        """Make a page."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    @property
    def quiet(self) -> bool:
        """Whether nobody has waited for a page for a while."""
        with self._lock:
            return not self._n_making and time.monotonic() - self._last_s > QUIET_S

    def _count(self, change: int) -> None:
        with self._lock:
            self._n_making += change
            self._last_s = time.monotonic()


PAGES = Pages()


@dataclass(eq=False)
class Job:
    """One piece of long work.

    Parameters
    ----------
    name : str
        Equal names are the same work.
    state : {"waiting", "running", "done", "failed", "cancelled"}
    progress : Progress or None
        The last report.
    result : object
        What the work returned, once it is done.
    error : DiversityError or None
        Why it failed.
    gives_way : bool
        See `Jobs`.
    seen_s : dict of str to float
        When each visitor who waits was last heard of, on the clock of `time.monotonic`.
    abandoned : bool
        Whether it was stopped because nobody waited any more; it is then begun again when asked
        for.
    """

    name: str
    make: Callable[[], Steps[Any]]
    state: State = "waiting"
    progress: Progress | None = None
    result: Any = None
    error: DiversityError | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    going: threading.Event = field(default_factory=threading.Event)
    gives_way: bool = False
    seen_s: dict[str, float] = field(default_factory=dict)
    abandoned: bool = False

    def __post_init__(self) -> None:
        self.going.set()

    @property
    def active(self) -> bool:
        """Whether it is still to be waited for."""
        return self.state in ("waiting", "running")

    @property
    def paused(self) -> bool:
        """Whether it is held until `go_on`."""
        return not self.going.is_set()

    def pause(self) -> None:
        """Hold the work at the next report; what is in flight is let finish."""
        self.going.clear()

    def go_on(self) -> None:
        """Let held work go on where it is."""
        self.going.set()

    def cancel(self) -> None:
        """Stop at the next report; what was kept in the store until then stays."""
        self.stopping.set()
        self.going.set()
        if self.state == "waiting":
            self.state = "cancelled"

    def look(self, who: str) -> None:
        """Note that a visitor waits for it; see `leave`."""
        self.seen_s[who] = time.monotonic()

    def leave(self, who: str) -> None:
        """Note that a visitor has turned to something else; stop if nobody waits any more."""
        self.seen_s.pop(who, None)
        now = time.monotonic()
        if self.active and all(now - at_s > PATIENCE_S for at_s in list(self.seen_s.values())):
            self.abandoned = True
            self.cancel()

    def work(self) -> None:
        """Run to the end, or to where it is cancelled or fails."""
        self.state = "running"
        try:
            self.state = self._run()
        except DiversityError as error:
            self.error, self.state = error, "failed"
        except Exception:
            if not threading.main_thread().is_alive():
                return  # the server is going down, and takes the pools of threads with it
            # the worker must outlive any bug of a stage; the log has the trace, the page says so
            LOG.exception("job %s failed", self.name)
            self.error = DiversityError(
                "Something went wrong that should not have.",
                "The server's log says what; please report it.",
            )
            self.state = "failed"

    def _run(self) -> State:
        steps = self.make()
        while self.going.wait() and not self.stopping.is_set():
            began = time.monotonic()
            try:
                self.progress = next(steps)
            except StopIteration as stop:
                self.result = stop.value
                return "done"
            if self.gives_way:
                self._rest(time.monotonic() - began)
        steps.close()
        return "cancelled"

    def _rest(self, at_least_s: float) -> None:
        self.stopping.wait(at_least_s)
        began = time.monotonic()
        while not PAGES.quiet and time.monotonic() - began < LONGEST_REST_S:
            self.stopping.wait(QUIET_S / 5)


class Jobs:
    """Jobs and the workers that do them.

    Parameters
    ----------
    n_workers : int, default=1
        Jobs at work at once; a held one keeps its worker.
    gives_way : bool, default=False
        Whether the worker takes the newest job first, and rests after each step: for as long as
        the step took, and while a page is made. (A lower priority would not do: a thread that
        waits for its turn while it holds the interpreter stops all.)
    """

    def __init__(self, n_workers: int = 1, *, gives_way: bool = False) -> None:
        self._gives_way = gives_way
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._queue: Queue[Job] = LifoQueue() if gives_way else Queue()
        self._lock = threading.Lock()
        for _ in range(n_workers):
            threading.Thread(target=self._work, name="jobs", daemon=True).start()

    def submit(self, name: str, make: Callable[[], Steps[Any]]) -> Job:
        """Return the job of this name, starting it if there is none; see `forget`."""
        with self._lock:
            known = self._jobs.get(name)
            if known is None or (known.abandoned and not known.active):
                self._jobs[name] = Job(name, make, gives_way=self._gives_way)
                self._queue.put(self._jobs[name])
            self._jobs.move_to_end(name)
            self._let_go()
            return self._jobs[name]

    def get(self, name: str) -> Job | None:
        """Return the job of this name, if it is still known."""
        with self._lock:
            if name in self._jobs:
                self._jobs.move_to_end(name)
            return self._jobs.get(name)

    def forget(self, name: str) -> None:
        """Forget a failed or cancelled job, so that it can be submitted again."""
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and not job.active:
                del self._jobs[name]

    def _let_go(self) -> None:
        """Let go of the results used longest ago."""
        finished = [name for name, job in self._jobs.items() if not job.active]
        for name in finished[: max(0, len(finished) - MAX_FINISHED)]:
            del self._jobs[name]

    def _work(self) -> None:
        while True:
            job = self._queue.get()
            if not job.stopping.is_set():
                job.work()
