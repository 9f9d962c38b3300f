"""The layers of the sandbox: prepared once, before the first fork, and entered by each child after `limits.enclose`."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Callable

from grader.worker.sandbox import landlock
from grader.worker.sandbox.capabilities import drop_capabilities
from grader.worker.sandbox.kernel import checked_prctl
from grader.worker.sandbox.seccomp import Filter

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38

DESCRIPTORS = 64
LIMITS = {
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: DESCRIPTORS,
    resource.RLIMIT_MEMLOCK: 0,
    resource.RLIMIT_STACK: 8 * 2**20,
    **({resource.RLIMIT_MSGQUEUE: 0} if hasattr(resource, "RLIMIT_MSGQUEUE") else {}),
}


class Sandbox:
    """Made in the process that forks, entered in its children. A part that cannot be made here fails when it is entered."""

    def __init__(self) -> None:
        self.ruleset = -1
        self.filter: Filter | None = None
        with contextlib.suppress(OSError):
            self.ruleset = landlock.build_ruleset()
        with contextlib.suppress(OSError):
            self.filter = Filter()

    def enter(self) -> None:
        """Restrict this process for good. Raises OSError, after which no student's code may run here."""
        for layer in self.layers():
            layer()

    def layers(self) -> tuple[Callable[[], None], ...]:
        """In the order in which they can be entered: the last one refuses what the others need."""
        return (
            _empty_environment,
            _lower_limits,
            drop_capabilities,
            _forbid_privileges,
            self._hide_files,
            self._filter_system_calls,
        )

    def _hide_files(self) -> None:
        landlock.enter(self.ruleset)

    def _filter_system_calls(self) -> None:
        if self.filter is None:
            raise OSError("there is no filter of system calls for this machine")
        self.filter.enter(os.getpid())


def _empty_environment() -> None:
    if os.environ:
        os.environ.clear()


def _lower_limits() -> None:
    for limit, wanted in LIMITS.items():
        hard = resource.getrlimit(limit)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(limit, (value, value))


def _forbid_privileges() -> None:
    checked_prctl(_PR_SET_NO_NEW_PRIVS, 1)
    checked_prctl(_PR_SET_DUMPABLE, 0)
