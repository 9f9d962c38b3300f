"""The capabilities of a process, see capabilities(7). Root without any is an ordinary user who owns root's files."""

from __future__ import annotations

import contextlib

from grader.worker.sandbox.kernel import checked_prctl, clear_capabilities, get_capabilities

_PR_CAPBSET_READ, _PR_CAPBSET_DROP = 23, 24
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_MAX_CAPABILITIES = 64


def has_capabilities() -> bool:
    return any(get_capabilities())


def drop_capabilities() -> None:
    """Drop all capabilities of this process. Raises OSError."""
    if has_capabilities():
        checked_prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
        clear_capabilities()


def give_up_capabilities() -> None:
    """From now on no program that starts here, or in a child, receives any. Where this is not permitted, the probe shows it."""
    if has_capabilities():
        with contextlib.suppress(OSError):
            for number in bounding_set():
                checked_prctl(_PR_CAPBSET_DROP, number)


def bounding_set() -> list[int]:
    """The capabilities that a program started here could receive."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # beyond the last one that this kernel has
        for number in range(_MAX_CAPABILITIES):
            found += [number] if checked_prctl(_PR_CAPBSET_READ, number) else []
    return found
