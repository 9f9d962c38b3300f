"""Runs a function on many items in threads, and takes only a few items ahead of them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")

_AHEAD = 2


def in_parallel(function: Callable[[Item], Done], items: Iterable[Item], threads: int) -> Generator[Done, None, None]:
    """Call the function on each item in one of the threads; yield the results in the order in which they finish.

    At most two items for each thread are taken ahead. An exception of the function is raised here. If the caller closes
    this generator early, running calls end by themselves and nobody waits for them.
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
