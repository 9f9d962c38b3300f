"""Tries the sandbox in a child before anybody trusts it: a layer counts only if it refused everything that it has to refuse.

Nothing but an attempt proves a layer: a kernel may accept a call and do nothing, and a filter may have the numbers of another
machine.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import errno
import json
import mmap
import os
import resource
import signal
import socket
import time
from collections.abc import Callable

from grader.worker import limits
from grader.worker.sandbox.capabilities import bounding_set, has_capabilities
from grader.worker.sandbox.kernel import checked_prctl
from grader.worker.sandbox.layers import DESCRIPTORS, Sandbox

_PR_GET_PDEATHSIG, _PR_SET_NAME, _PR_GET_NO_NEW_PRIVS = 2, 15, 39
_NAME = ctypes.create_string_buffer(b"a name")
_CPU_CLOCK = 2  # the kind of a process's CPU clock, see clock_getcpuclockid(3)
_REFUSALS = (errno.EPERM, errno.EACCES, errno.EMFILE)
_READ_BYTES = 2**16

Attempt = Callable[[], object]


def probe(sandbox: Sandbox) -> dict[str, str]:
    """Try everything in a sandboxed child: for each layer what it failed to refuse, or "" if it refused everything."""
    parent, (ours, theirs) = os.getpid(), os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _try_everything(sandbox, parent, theirs)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(theirs)
    with open(ours, encoding="utf-8") as pipe:
        text = pipe.read(_READ_BYTES)
    os.waitpid(pid, 0)
    found: dict[str, str] = json.loads(text) if text else {"all": "the child that tried them ended without a result"}
    return found


def _try_everything(sandbox: Sandbox, parent: int, pipe: int) -> None:
    limits.enclose([each for each in (pipe, sandbox.ruleset) if each >= 0], parent)
    capable = True
    for enter in sandbox.layers():
        with contextlib.suppress(OSError):  # the attempts below show what is missing
            enter()
        with contextlib.suppress(OSError):  # refused by the last layer; after it no process gains capabilities
            capable = has_capabilities()
    found = {layer: _first_not_refused(attempts) for layer, attempts in _layers(parent, pipe, capable).items()}
    os.write(pipe, json.dumps(found).encode())


def _layers(parent: int, pipe: int, capable: bool) -> dict[str, dict[str, Attempt]]:
    """For each layer the attempts that only this layer refuses. `_must` raises PermissionError if its condition holds."""
    return {
        "session": {"it is in the process session of the grader": lambda: _must(os.getsid(0) == os.getpid())},
        "parent-death signal": {"it would outlive the grader": lambda: _must(_death_signal() == signal.SIGKILL)},
        "descriptors": {"it can use an open file of the grader": lambda: _must(_open_descriptors() == {0, 1, 2, pipe})},
        "environment": {"it has environment variables": lambda: _must(not os.environ)},
        "limits": {f"it can open more than {DESCRIPTORS} files": _open_many},
        "capabilities": {
            "it has capabilities": lambda: _must(not capable),
            "it could be given capabilities": lambda: _must(os.getuid() != 0 or not bounding_set()),
        },
        "no new privileges": {"it can gain privileges": lambda: _must(checked_prctl(_PR_GET_NO_NEW_PRIVS, 0) == 1)},
        "Landlock": {
            "it can read the grader's own source": lambda: os.open(__file__, os.O_RDONLY),
            "it can read the environment of a process": lambda: os.open("/proc/self/environ", os.O_RDONLY),
            "it can list folders": lambda: os.listdir("/"),
        },
        "seccomp": {
            "it can start processes": _fork,
            "it can start threads": lambda: _thread.start_new_thread(int, ()),
            "it can use the network": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "it can send signals to the grader": lambda: os.kill(parent, 0),
            "it can change the grader's limits": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE),
            "it can write files": lambda: os.open(os.devnull, os.O_WRONLY),
            "it can change who may read a file": lambda: os.fchmod(pipe, 0o600),
            "it can share memory": lambda: mmap.mmap(-1, mmap.PAGESIZE),
            "it can make itself readable": lambda: checked_prctl(limits.PR_SET_PDEATHSIG, 0),
            "it can raise its own limits": lambda: resource.prlimit(0, resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2),
            "it can write its name into the log of the kernel": lambda: checked_prctl(_PR_SET_NAME, ctypes.addressof(_NAME)),
            "it can see the CPU time of the grader": lambda: time.clock_gettime(~parent << 3 | _CPU_CLOCK),
            "it can see how the grader is scheduled": lambda: os.sched_getscheduler(parent),
            "it can read the attributes of files": lambda: os.listxattr("/"),
            "it can make a call that is not on the list": lambda: os.statvfs("/"),
        },
    }


def _first_not_refused(attempts: dict[str, Attempt]) -> str:
    return next((what for what, attempt in attempts.items() if not _is_refused(attempt)), "")


def _is_refused(attempt: Attempt) -> bool:
    try:
        attempt()
    except RuntimeError:  # no thread could be started
        return True
    except OSError as error:
        return error.errno in _REFUSALS
    return False


def _must(condition: bool) -> None:
    if condition:
        raise PermissionError(errno.EPERM, "refused, as it should be")


def _open_many() -> None:
    opened: list[int] = []
    try:
        for _ in range(DESCRIPTORS):
            opened.append(os.dup(0))
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _fork() -> None:
    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def _death_signal() -> int:
    number = ctypes.c_int()
    checked_prctl(_PR_GET_PDEATHSIG, ctypes.addressof(number))
    return number.value


def _open_descriptors() -> set[int]:
    found = set()
    for descriptor in range(limits.MAX_DESCRIPTOR // 16):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.add(descriptor)
    return found
