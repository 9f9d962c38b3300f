"""The cage of a child: what its process is refused from then on, whatever code runs in it.

No file but those of the interpreter and torch, and none to write; no process, no thread, no network, no other process.
It is prepared once, before the first fork, and entered by each child when `limits.enclose` has made it one. Each layer
closes what another leaves open: see `sandbox_probe` for what is tried before any of them is trusted.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import tempfile
from collections.abc import Callable

import torch

from grader.worker import sandbox_landlock
from grader.worker.sandbox_kernel import capabilities, drop_capabilities, prctl
from grader.worker.sandbox_seccomp import Filter

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_PR_CAPBSET_READ, _PR_CAPBSET_DROP = 23, 24
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_MOST_CAPABILITIES = 64

DESCRIPTORS = 64
_LIMITS = {
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: DESCRIPTORS,
    resource.RLIMIT_MEMLOCK: 0,
    resource.RLIMIT_STACK: 8 * 2**20,
    **({resource.RLIMIT_MSGQUEUE: 0} if hasattr(resource, "RLIMIT_MSGQUEUE") else {}),
}

# What students import, so that no child has to read it anew.
_MODULES = """
    abc argparse array ast asyncio base64 bisect calendar cmath collections contextlib contextvars copy csv ctypes dataclasses
    datetime decimal difflib enum fractions functools gc glob hashlib heapq inspect io itertools json keyword locale logging
    math numbers operator os pathlib pprint queue random re reprlib secrets shutil signal statistics string struct subprocess
    sys tempfile textwrap threading time timeit tokenize traceback types typing unittest uuid warnings weakref zipfile zlib
    numpy torch.autograd torch.func torch.linalg torch.nn.functional torch.nn.utils torch.utils.checkpoint
""".split()


class Sandbox:
    """Made in the process that forks, entered in its children. What cannot be made here fails when it is entered."""

    def __init__(self) -> None:
        self.ruleset, self._filter = -1, None
        with contextlib.suppress(OSError):
            self.ruleset = sandbox_landlock.build_ruleset()
        with contextlib.suppress(OSError):
            self._filter = Filter()

    def enter(self) -> None:
        """Shut this process in, for good. Raises OSError, and then nothing may run here."""
        for layer in self.layers():
            layer()

    def layers(self) -> tuple[Callable[[], None], ...]:
        """In the order in which they can be entered: the last one refuses what the others need."""
        return (
            _empty_environment,
            _lower_limits,
            _drop_capabilities,
            _forbid_privileges,
            self._hide_files,
            self._filter_calls,
        )

    def _hide_files(self) -> None:
        sandbox_landlock.enter(self.ruleset)

    def _filter_calls(self) -> None:
        if self._filter is None:
            raise OSError("there is no filter of system calls for this machine")
        self._filter.enter(os.getpid())


def warm_up() -> None:
    """Load what is slow to load, or cannot be, once in the process that forks."""
    for module in _MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    with contextlib.suppress(OSError):  # a library that asks for its name while it is loaded finds it, if there is one at all
        tempfile.gettempdir()
    torch.ones(1, 1) @ torch.ones(1, 1)


def give_up_capabilities() -> None:
    """From now on no program that is started here, or in a child, is given any. Where that may not be asked, the probe tells."""
    if capabilities():
        with contextlib.suppress(OSError):
            for number in bounding_set():
                prctl(_PR_CAPBSET_DROP, number)


def bounding_set() -> list[int]:
    """The capabilities that a program run from here could be given."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # beyond the last that this kernel has
        for number in range(_MOST_CAPABILITIES):
            found += [number] if prctl(_PR_CAPBSET_READ, number) else []
    return found


def _empty_environment() -> None:
    if os.environ:
        os.environ.clear()


def _lower_limits() -> None:
    for limit, wanted in _LIMITS.items():
        hard = resource.getrlimit(limit)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(limit, (value, value))


def _drop_capabilities() -> None:
    """Root without any is an ordinary user who owns root's files."""
    if capabilities():
        prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
        drop_capabilities()


def _forbid_privileges() -> None:
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    prctl(_PR_SET_DUMPABLE, 0)
