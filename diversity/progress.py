"""How far has long work come, and how long will it still take?

Long work is a generator: it yields `Progress` and returns its result. `finish` runs one to its
end; a page or a command line loops over it and draws a bar.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress:
    """One report of a long piece of work.

    Parameters
    ----------
    stage : str
        What is being done, as a reader would say it: ``"embedding"``.
    done, total : int
        Units finished and units in all; ``total`` 0 means that it cannot be known.
    elapsed_s : float
        Seconds since the stage began.
    """

    stage: str
    done: int
    total: int
    elapsed_s: float

    @property
    def share(self) -> float:
        """Share finished, in [0, 1]."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def rate(self) -> float:
        """Units a second, 0 before the first one."""
        return self.done / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds still to go at this rate; None while it is unknown."""
        return (self.total - self.done) / self.rate if self.rate and self.total else None

    @property
    def place(self) -> str:
        """Stage and units as a reader would say them.

        Examples
        --------
        >>> Progress("embedding", 1200, 3000, 2.0).place, Progress("drawing", 0, 0, 0.0).place
        ('Embedding · 1,200 of 3,000', 'Drawing')
        """
        units = f" · {self.done:,} of {self.total:,}" if self.total > 1 else ""
        return self.stage.capitalize() + units


Steps: TypeAlias = Generator[Progress, None, Result]


def finish(steps: Steps[Result], report: Callable[[Progress], object] | None = None) -> Result:
    """Run a generator of progress to its end and return its result.

    Parameters
    ----------
    steps : generator of Progress
        The work.
    report : callable, optional
        Called with each `Progress`.

    Examples
    --------
    >>> def work():
    ...     yield Progress("counting", 1, 2, 0.1)
    ...     return "done"
    >>> finish(work())
    'done'
    """
    while True:
        try:
            progress = next(steps)
        except StopIteration as stop:
            result: Result = stop.value
            return result
        if report is not None:
            report(progress)
