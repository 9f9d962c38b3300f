"""Several at a time: threads that wait for children, with no more work taken on than they can do soon."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
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
    done: SimpleQueue[Future[Done]] = SimpleQueue()
    busy = 0
    try:
        for item in items:
            pool.submit(function, item).add_done_callback(done.put)
            busy += 1
            if busy == _AHEAD * threads:
                yield done.get().result()
                busy -= 1
        for _ in range(busy):
            yield done.get().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
