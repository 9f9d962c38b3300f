"""A child as the parent sees it: the ends of its pipes, a process to watch and to kill, and how it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from grader.engines.time_limit import Times

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096

# The CPU clock of another process on Linux, see clock_getcpuclockid(3): Python has no function for it.
WHOLE_PROCESS = 2


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

    def resident(self) -> int | None:
        """Bytes of memory in use: 0 after the process has died, None on systems without /proc."""
        return resident(self.pid)

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


def resident(pid: int) -> int | None:
    """See `Process.resident`."""
    fields = _read_proc(pid, "statm").split()
    return int(fields[1]) * PAGE if fields else None


def _read_proc(pid: int, name: str) -> bytes:
    """A file of a process in /proc, b"" if there is none. A file object would take a tenth of the time of a batch."""
    try:
        descriptor = os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
        try:
            return os.read(descriptor, 4096)
        finally:
            os.close(descriptor)
    except OSError:
        return b""
