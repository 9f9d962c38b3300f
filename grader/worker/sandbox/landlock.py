"""The files that a process in the sandbox may read: those of the interpreter, of torch and of what torch needs.

It cannot open any other file: not the packages beside these, where the grader and its exercises may lie, and nothing in
/proc, which shows other processes. It cannot write any file. See landlock(7).
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.worker.sandbox.kernel import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3

# What to refuse, by the first version of Landlock that can refuse it.
_FILE_ACCESS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NETWORK_SINCE, _BIND_AND_CONNECT = 4, 3
_SCOPE_SINCE, _SOCKETS_AND_SIGNALS = 6, 3

PACKAGES = (
    *("torch", "torchgen", "functorch", "torchvision", "numpy", "scipy", "sympy", "mpmath", "networkx", "einops", "tqdm"),
    *("jinja2", "markupsafe", "fsspec", "filelock", "typing_extensions.py", "packaging", "setuptools", "pkg_resources"),
    *("numpy.libs", "scipy.libs", "torch.libs", "nvidia", "triton"),
)
_NOT_THE_INTERPRETERS = frozenset(("site-packages", "dist-packages"))
_FILES = ("/dev/null", "/dev/zero", "/dev/urandom", "/etc/ld.so.cache", "/etc/localtime")


def build_ruleset() -> int:
    """A descriptor of the rules: make it once, enter it in each child. Raises OSError on systems without Landlock."""
    version = syscall(_CREATE_RULESET, 0, 0, _VERSION)
    access = sum(bits for since, bits in _FILE_ACCESS.items() if version >= since)
    network = _BIND_AND_CONNECT if version >= _NETWORK_SINCE else 0
    scope = _SOCKETS_AND_SIGNALS if version >= _SCOPE_SINCE else 0
    attributes = struct.pack("QQQ", access, network, scope)
    size = 24 if scope else 16 if network else 8
    ruleset = syscall(_CREATE_RULESET, attributes, size, 0)
    for path in readable():
        with contextlib.suppress(FileNotFoundError, PermissionError, NotADirectoryError):
            _allow(ruleset, path)
    return ruleset


def enter(ruleset: int) -> None:
    """Apply the rules to this process, which must have set no_new_privs. Closes the descriptor."""
    syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def readable() -> Iterator[str]:
    """Every path that the process may read, with everything below it."""
    yield from _FILES
    multiarch = sysconfig.get_config_var("MULTIARCH")
    if multiarch:
        yield from (f"/lib/{multiarch}", f"/usr/lib/{multiarch}")
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    for library in libraries:
        yield from _inside(library, without=_NOT_THE_INTERPRETERS)
    for entry in sys.path:
        if entry not in libraries:
            yield from (os.path.join(entry, package) for package in PACKAGES)


def _inside(folder: str, without: Iterable[str]) -> Iterator[str]:
    if Path(folder).is_dir():
        yield from (entry.path for entry in os.scandir(folder) if entry.name not in without)


def _allow(ruleset: int, path: str) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        access = _READ_FILE | (_READ_DIR if stat.S_ISDIR(os.fstat(descriptor).st_mode) else 0)
        rule = struct.pack("=Qi", access, descriptor)
        syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
