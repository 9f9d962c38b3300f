"""A child as the parent sees it: the ends of its pipes, a process to watch and to kill, and how it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from grader.engines.time_limit import Times
from grader.errors import EngineError

if sys.platform == "linux":
    import resource

# The CPU clock of another process on Linux, see clock_getcpuclockid(3): Python has no function for it.
WHOLE_PROCESS = 2

PROC_BYTES = 2**14  # more than any file of /proc/PID that is read here


class WorkerDied(Exception):
    """The process that starts children is gone. The grader failed, so nobody loses points."""


class ChildFailed(WorkerDied):
    """A child failed through no fault of what ran in it; the process that started it is intact."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A wait status, and the CPU time of the whole process in seconds."""

    status: int
    cpu_seconds: float

    def __str__(self) -> str:
        if not os.WIFSIGNALED(self.status):
            return "the program ended the process"
        number = os.WTERMSIG(self.status)
        if number == signal.SIGKILL:
            return "the process was killed, or it closed a pipe that the grader watches"
        name = signal.strsignal(number)
        return f"the process died of signal {number} ({(name or 'unknown').lower()})"


@dataclass(frozen=True, slots=True)
class Process:
    """The parent writes to `jobs` and reads `messages` and `output`; `reap` waits for the killed process.

    `turns` carries a byte for each message that ends a turn, so the parent need not wake up for the messages before it.
    """

    pid: int
    jobs: int
    messages: int
    output: int
    reap: Callable[[int], Exit]
    turns: int | None = None

    def finish(self) -> Exit:
        """Kill it and its process group, wait for it, close the pipes. Raises WorkerDied."""
        self.kill()
        try:
            return self.reap(self.pid)
        finally:
            for pipe in self.pipes:
                os.close(pipe)

    @property
    def pipes(self) -> list[int]:
        return [pipe for pipe in (self.jobs, self.messages, self.output, self.turns) if pipe is not None]

    def kill(self) -> None:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)

    def memory(self) -> Memory | None:
        """Nothing is in use after the process has died. None on systems without /proc."""
        return memory_of(self.pid)

    def limit_address_space(self, size: int) -> None:
        """Allow at most `size` bytes from now on. Only the soft limit: the next job of the process may be allowed more.

        A process in the sandbox can change none of its limits. Page tables are not part of the address space: a page that is
        mapped far from all others needs two more, so `memory` counts them. On other systems than Linux this does nothing.
        Raises EngineError.
        """
        if sys.platform != "linux":
            return
        try:
            hard = resource.prlimit(self.pid, resource.RLIMIT_AS)[1]
            allowed = size if hard == resource.RLIM_INFINITY else min(size, hard)
            resource.prlimit(self.pid, resource.RLIMIT_AS, (allowed, hard))
        except ProcessLookupError:
            pass  # it has died, which the next `receive` reports
        except PermissionError as error:
            raise EngineError("The system does not let the grader limit the memory of the process that runs the code.") from error

    def cpu_seconds(self) -> float:
        """CPU time so far; 0 on systems that do not show it."""
        try:
            return time.clock_gettime(~self.pid << 3 | WHOLE_PROCESS)
        except (AttributeError, OSError):
            return 0.0

    def times(self) -> Times | None:
        """The times of its first thread; None on systems that do not show them, see /proc/PID/schedstat in proc(5)."""
        scheduled, status = _read_proc(self.pid, "schedstat").split(), _read_proc(self.pid, "stat").rpartition(b")")[2].split()
        if len(scheduled) < 2 or not status or scheduled[0] == b"0":
            return None
        return Times(int(scheduled[0]) / 1e9, int(scheduled[1]) / 1e9, ready=status[0] == b"R")


class Memory(NamedTuple):
    """Bytes: the size of the address space, and the memory that it uses, with swapped pages and page tables."""

    space: int = 0
    used: int = 0


def memory_of(pid: int) -> Memory | None:
    """See `Process.memory`."""
    status = _read_proc(pid, "status")
    if not status:
        return None
    space, *used = (_bytes_in(status, name) for name in (b"VmSize", b"VmRSS", b"VmSwap", b"VmPTE"))
    return Memory(space, sum(used))


def _bytes_in(status: bytes, name: bytes) -> int:
    """A figure of /proc/PID/status; 0 for a process that has died. The kernel writes no newline into the process's name."""
    _, found, rest = status.partition(b"\n" + name + b":")
    return int(rest[: rest.index(b"kB")]) * 1024 if found else 0


def _read_proc(pid: int, name: str) -> bytes:
    """A file of a process in /proc, b"" if there is none. A file object would take a tenth of the time of a batch."""
    try:
        descriptor = os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
        try:
            return os.read(descriptor, PROC_BYTES)
        finally:
            os.close(descriptor)
    except OSError:
        return b""
