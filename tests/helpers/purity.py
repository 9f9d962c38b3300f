"""Which tests are pure, and the guard that holds them to it: a pure test starts no process and loads no torch.

A test is pure unless one of these is true:
- its folder runs students' code, or its file imports torch or the worker;
- it uses a fixture that starts an engine or another process;
- it, or its whole file, is marked `processes`, or it is slow.
"""

import re
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parent.parent
FOLDERS = {TESTS / name for name in ("attacks", "bench", "engines", "worker")}
FIXTURES = {"engine", "sandboxed", "pytester"}
MARKS = ("processes", "slow")
_IMPORTS_TORCH = re.compile(r"^\s*(?:import|from) (?:torch|grader\.worker)\b", re.MULTILINE)
_STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system", "pty.spawn"}


class NotPure(AssertionError):
    """A pure test started a process or loaded torch."""


class _Guard:
    """An audit hook cannot be removed, so there is one for each process, and it can be switched off."""

    def __init__(self):
        self.installed = False
        self.found = None
        self.other_threads = frozenset()

    def __call__(self, event, arguments):
        if self.found is None or threading.get_ident() in self.other_threads:
            return
        if event in _STARTS or (event == "import" and arguments[0] == "torch"):
            self.found.append(event if event in _STARTS else "import torch")
            raise NotPure(self.found[-1])


_GUARD = _Guard()


def may_be_pure(path):
    """Is it possible that a test in this folder or file is pure?"""
    if FOLDERS & {path, *path.parents}:
        return False
    return path.suffix != ".py" or not _IMPORTS_TORCH.search(path.read_text(encoding="utf-8"))


def is_pure(item):
    if any(item.get_closest_marker(mark) for mark in MARKS) or FIXTURES & set(item.fixturenames):
        return False
    return may_be_pure(item.path)


@contextmanager
def starting_nothing():
    """Refuse every process that is started, and torch, with NotPure. Also raises it at the end, if nobody let it through.

    An engine of an earlier test may start processes from a thread of its own; these are no concern of this one.
    """
    if not _GUARD.installed:
        sys.addaudithook(_GUARD)
        _GUARD.installed = True
    before, found = (_GUARD.found, _GUARD.other_threads), []
    _GUARD.other_threads = frozenset(each.ident for each in threading.enumerate()) - {threading.get_ident()}
    _GUARD.found = found
    try:
        yield
    finally:
        _GUARD.found, _GUARD.other_threads = before
    if found:
        raise NotPure(", ".join(found))
