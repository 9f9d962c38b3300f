"""Restricts a child before it reads a job: environment, descriptors, session. The parent limits its address space.

What one process can give up for all its children, it gives up once (`prepare_to_fork`), before it forks them. A platform
without parent-death signals goes without them.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import sys
from collections.abc import Sequence

from grader.worker.device import DRIVER_VARIABLES

MAX_DESCRIPTOR = 65_536
RESERVE_BYTES = 2**24
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def _reserve_addresses() -> mmap.mmap:
    """Nothing is written there, so it takes no memory. Raises OSError if there is no room."""
    return mmap.mmap(-1, RESERVE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


_reserve = _reserve_addresses()
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


def free_reserve() -> None:
    """Give our own code memory to report with after a student's function has used all that it may use."""
    _reserve.close()


def memory_is_used_up() -> bool:
    """Is there less room than the reserve takes, or has the reserve been freed already?"""
    if _reserve.closed:
        return True
    try:
        _reserve_addresses().close()
    except OSError:
        return True
    return False
