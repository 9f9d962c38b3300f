"""A child for systems that cannot fork: it starts as a new Python interpreter."""

from __future__ import annotations

import os
from typing import NoReturn

from grader.worker import child, heap, limits, warm_up


def main(optimizer: bool) -> NoReturn:
    """Jobs come through stdin, messages leave through stdout, output through stderr."""
    jobs, messages, output = os.dup(0), os.dup(1), os.dup(2)
    warm_up.load_torch(optimizer)
    heap.settle()
    limits.prepare_to_fork()
    child.main(jobs, messages, output)
