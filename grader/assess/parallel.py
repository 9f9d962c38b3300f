"""Several at a time: threads that wait for children, with no more work taken on than they can do soon."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")

_AHEAD = 2


def in_parallel(function: Callable[[Item], Done], items: Iterable[Item], threads: int) -> Generator[Done, None, None]:
    """Call the function on each item in one of the threads, and yield what it returns in the order of finishing.

    Items are taken only as they are needed. What the function raises is raised here. Whoever stops early does not wait
    for what is still being done: let that end by itself.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="grading")
    waiting: set[Future[Done]] = set()
    try:
        for item in items:
            waiting.add(pool.submit(function, item))
            if len(waiting) >= _AHEAD * threads:
                yield from _finished(waiting)
        while waiting:
            yield from _finished(waiting)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _finished(waiting: set[Future[Done]]) -> Iterator[Done]:
    """Those that are done by now, at least one; they are taken out."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    waiting -= done
    for future in done:
        yield future.result()
