"""What a task costs, in measures that do not depend on the machine."""

import sys
import tracemalloc
from contextlib import contextmanager


def calls_in(task):
    """How many functions a task calls, of Python and of C."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        task()
    finally:
        sys.setprofile(before)
    return calls


@contextmanager
def peak_memory():
    """Gives a function: the most bytes that Python's objects have taken since the block began."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
