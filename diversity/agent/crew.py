"""How are many slow calls made at once, a bounded number of them, without waiting in turn?"""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import SimpleQueue
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Task: TypeAlias = Callable[[], T]
Outcomes: TypeAlias = Generator[tuple[int, T], None, None]


def in_parallel(tasks: Iterable[Task[T]], n_workers: int) -> Outcomes[T]:
    """Do tasks in threads and hand out what they return as soon as it is there.

    Parameters
    ----------
    tasks : iterable of callable
        Taken one by one; none is taken before a worker is free, so that an iterable that ends
        early, or a consumer that stops asking, lets nothing further begin.
    n_workers : int
        Tasks in flight at most.

    Yields
    ------
    (int, result)
        Position of the task and what it returned, in order of completion.

    Raises
    ------
    Exception
        What a task raised, when its turn comes.

    Notes
    -----
    The threads are daemons: a call in flight does not keep the process from ending.

    Examples
    --------
    >>> sorted(in_parallel([lambda: "a", lambda: "b"], 2))
    [(0, 'a'), (1, 'b')]
    """
    queued: SimpleQueue[tuple[int, Task[T]] | None] = SimpleQueue()
    done: SimpleQueue[tuple[int, T | None, BaseException | None]] = SimpleQueue()
    source = enumerate(tasks)
    flying, n_threads = 0, 0
    try:
        while True:
            for numbered in _some(source, n_workers - flying):
                queued.put(numbered)
                flying += 1
                if flying > n_threads:
                    threading.Thread(target=_work, args=(queued, done), daemon=True).start()
                    n_threads += 1
            if not flying:
                return
            number, result, error = done.get()
            flying -= 1
            if error is not None:
                raise error
            yield number, result  # type: ignore[misc]  # without an error there is a result
    finally:
        for _ in range(n_threads):
            queued.put(None)


def _some(source: Iterator[tuple[int, Task[T]]], n: int) -> Iterator[tuple[int, Task[T]]]:
    for _ in range(n):
        numbered = next(source, None)
        if numbered is None:
            return
        yield numbered


def _work(
    queued: "SimpleQueue[tuple[int, Task[T]] | None]",
    done: "SimpleQueue[tuple[int, T | None, BaseException | None]]",
) -> None:
    while (numbered := queued.get()) is not None:
        number, task = numbered
        try:
            done.put((number, task(), None))
        except BaseException as error:
            done.put((number, None, error))
