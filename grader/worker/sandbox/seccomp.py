"""The filter of system calls: built once as a list of instructions; each child writes its pid into some of them.

It refuses with EPERM, so that honest code gets an exception with a line. Only a call for another kind of processor, whose
numbers have other meanings, kills the process. For ENOSYS the C library falls back on an older call. See seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable

from grader.worker.sandbox.kernel import checked_prctl
from grader.worker.sandbox.syscalls import ARCHITECTURES, FIRST_UNKNOWN, argument_calls, denied, this_machine

# Instructions: (code, jump if true, jump if false, operand); jumps count the instructions that are left out.
Instruction = tuple[int, int, int, int]

_LOAD, _AND, _JUMP, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS, _ARGUMENT_BYTES = 0, 4, 16, 8

_ALLOW: Instruction = (_RETURN, 0, 0, 0x7FFF0000)
_KILL: Instruction = (_RETURN, 0, 0, 0x80000000)
_REFUSE: Instruction = (_RETURN, 0, 0, 0x00050000 | errno.EPERM)
_UNKNOWN: Instruction = (_RETURN, 0, 0, 0x00050000 | errno.ENOSYS)

_OWN_PID = 0xFFFFFFFE  # a placeholder for the pid of the child, which does not exist yet
_IN_A_GROUP = 20

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

_WRITES = 0o1 | 0o2 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC: the same on both machines
_SHARED_AND_ANONYMOUS = 0x01 | 0x20
_RLIMIT_AS = 9
# Reading what this process is (parent-death signal, dumpable, name, bounding set, no_new_privs), and naming it.
_PRCTL_ALLOWED = (2, 3, 15, 16, 23, 39)
_IOCTL_ALLOWED = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, how wide, how much, flags
_FCNTL_ALLOWED = (0, 1, 2, 3, 4, 1030)  # duplicates and flags


class Filter:
    """Install it with `enter`, in a process that has set no_new_privs."""

    def __init__(self) -> None:
        instructions = filter_program(this_machine())
        code = b"".join(struct.pack("HBBI", *each) for each in instructions)
        self._code = ctypes.create_string_buffer(code, len(code))
        self._header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(instructions), ctypes.addressof(self._code)), 16)
        self._pids = [place * 8 + 4 for place, each in enumerate(instructions) if each[3] == _OWN_PID]

    def enter(self, pid: int) -> None:
        """Apply the filter to this process, which has this pid. Raises OSError."""
        for place in self._pids:
            struct.pack_into("I", self._code, place, pid)
        checked_prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(self._header))


def filter_program(machine: str) -> list[Instruction]:
    """The whole filter for this machine."""
    calls = argument_calls(machine)
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, ARCHITECTURES[machine]),
        _KILL,
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, FIRST_UNKNOWN),  # also the calls of x32
        _UNKNOWN,
        *_any_of((calls["clone3"], calls["openat2"]), _UNKNOWN),
        *_any_of(denied(machine).values(), _REFUSE),
        *_argument_rules(calls),
        _ALLOW,
    ]


def _argument_rules(calls: dict[str, int]) -> list[Instruction]:
    rules = {
        "open": _no_bits(1, _WRITES),
        "openat": _no_bits(2, _WRITES),
        "kill": _only(0, [_OWN_PID]),
        "tgkill": _only(0, [_OWN_PID]),
        "prlimit64": _own_memory_limit(),
        "mmap": _not_all_bits(3, _SHARED_AND_ANONYMOUS),
        "prctl": _only(0, _PRCTL_ALLOWED),
        "ioctl": _only(1, _IOCTL_ALLOWED),
        "fcntl": _only(1, _FCNTL_ALLOWED),
    }
    found: list[Instruction] = []
    for name, rule in rules.items():
        if name in calls:
            found += [(_EQUAL, 0, len(rule), calls[name]), *rule]
    return found


def _any_of(numbers: Iterable[int], answer: Instruction) -> list[Instruction]:
    """Return the answer for each of these calls; for others, continue with the next instruction.

    A number outside the range of a group skips it: when a filter is installed, the kernel runs it for every call number.
    """
    waiting, found = sorted(numbers), list[Instruction]()
    while waiting:
        some, waiting = waiting[:_IN_A_GROUP], waiting[_IN_A_GROUP:]
        found += [(_AT_LEAST, 0, len(some) + 3, some[0]), (_AT_LEAST, len(some) + 2, 0, some[-1] + 1)]
        found += [(_EQUAL, len(some) - place, 0, number) for place, number in enumerate(some)]
        found += [(_JUMP, 0, 0, 1), answer]
    return found


def _only(argument: int, values: Iterable[int]) -> list[Instruction]:
    allowed = list(values)
    jumps = [(_EQUAL, len(allowed) - place, 0, value) for place, value in enumerate(allowed)]
    return [_argument(argument), *jumps, _REFUSE, _ALLOW]


def _no_bits(argument: int, bits: int) -> list[Instruction]:
    return [_argument(argument), (_ANY_BIT, 0, 1, bits), _REFUSE, _ALLOW]


def _not_all_bits(argument: int, bits: int) -> list[Instruction]:
    return [_argument(argument), (_AND, 0, 0, bits), (_EQUAL, 0, 1, bits), _REFUSE, _ALLOW]


def _own_memory_limit() -> list[Instruction]:
    """Only for this process: it may set its limit on address space for each job, and read the other limits."""
    return [
        _argument(0),
        (_EQUAL, 1, 0, 0),
        (_EQUAL, 0, 7, _OWN_PID),
        _argument(1),
        (_EQUAL, 4, 0, _RLIMIT_AS),
        _argument(2),
        (_EQUAL, 0, 3, 0),
        _argument(2, upper_half=True),
        (_EQUAL, 0, 1, 0),
        _ALLOW,
        _REFUSE,
    ]


def _argument(number: int, upper_half: bool = False) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + _ARGUMENT_BYTES * number + 4 * upper_half)
