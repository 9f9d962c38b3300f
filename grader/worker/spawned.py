"""A child for systems that cannot fork: it starts as a new Python interpreter."""

from __future__ import annotations

import os
from typing import NoReturn

from grader.worker import child, heap, limits, process_state, warm_up


def main(optimizer: bool) -> NoReturn:
    """Jobs come through stdin, messages leave through stdout, output through stderr."""
    jobs, messages, output = os.dup(0), os.dup(1), os.dup(2)
    warm_up.load_torch(optimizer)
    limits.prepare_to_fork()
    heap.settle()
    changed = process_state.watch_process()
    child.main(jobs, messages, output, changed=changed)
