"""Restricts a child before it reads a job: environment, descriptors, session, memory.

What one process can give up for all its children, it gives up once (`prepare_to_fork`), before it forks them. A platform
that lacks something (parent-death signals, /proc, limits on address space) goes without it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence

from grader.worker.device import DRIVER_VARIABLES

MAX_DESCRIPTOR = 65_536
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_library = ctypes.CDLL(None)  # once: loading it in each child would take a third of a millisecond


def prepare_to_fork() -> None:
    """Give up what no child may have and this process no longer needs: environment, working directory, Ctrl-C handler."""
    empty_environment()
    os.chdir("/")
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def enclose(pipes: Sequence[int], parent: int | None) -> None:
    """Make this process a child: a process session of its own, and no descriptors but 0, 1, 2 and `pipes`.

    `parent` is the process with which this one dies (None: it ends when its pipe closes). `prepare_to_fork` was called
    here or in the process that forked this one.
    """
    if os.getsid(0) != os.getpid():
        os.setsid()
    if parent is not None:
        die_with(parent)
    close_all_but(pipes)


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies; the parent may be dead already."""
    if sys.platform == "linux":
        try_prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def try_prctl(option: int, value: int) -> None:
    """Ignores errors: the grader can do without what it sets here."""
    _library.prctl(option, value, 0, 0, 0)


def close_all_but(pipes: Sequence[int]) -> None:
    lowest = 3
    for descriptor in sorted(pipes):
        os.closerange(lowest, descriptor)
        lowest = max(lowest, descriptor + 1)
    os.closerange(lowest, MAX_DESCRIPTOR)


def empty_environment() -> None:
    for name in list(os.environ):
        if not name.startswith(DRIVER_VARIABLES):
            del os.environ[name]


def address_space() -> int:
    """The address space of this process in bytes; 0 on systems without /proc."""
    try:
        descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return 0
    pages = int(os.read(descriptor, 4096).split()[0])
    os.close(descriptor)
    return pages * resource.getpagesize()


def limit_memory(budget: int) -> None:
    """Allow at most `budget` bytes of address space. Sets only the soft limit: the next job may be allowed more."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (budget, hard))


def lift_memory() -> None:
    """Allow as much as possible again, to report that a student's function has used its memory."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
