"""The filter of system calls: built once as a list of instructions; each child writes its pid into some of them.

It allows what is on the list in `syscalls` and refuses everything else with EPERM, so that honest code gets an exception
with a line. For ENOSYS the C library falls back on an older call. Only a call for another kind of processor, whose numbers
have other meanings, kills the process. See seccomp(2).
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable

from grader.worker.sandbox.kernel import checked_prctl
from grader.worker.sandbox.syscalls import ARCHITECTURES, FIRST_UNKNOWN, allowed, argument_calls, hidden, this_machine

# Instructions: (code, jump if true, jump if false, operand); jumps count the instructions that are left out.
Instruction = tuple[int, int, int, int]
Rule = list[Instruction]

_LOAD, _AND, _JUMP, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS, _ARGUMENT_BYTES = 0, 4, 16, 8
_LONGEST_JUMP = 255

_ALLOW: Instruction = (_RETURN, 0, 0, 0x7FFF0000)
_KILL: Instruction = (_RETURN, 0, 0, 0x80000000)
_REFUSE: Instruction = (_RETURN, 0, 0, 0x00050000 | errno.EPERM)
_UNKNOWN: Instruction = (_RETURN, 0, 0, 0x00050000 | errno.ENOSYS)

_OWN_PID = 0xFFFFFFFE  # a placeholder for the pid of the child, which does not exist yet
_THIS_PROCESS = (0, _OWN_PID)

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

_WRITES = 0o1 | 0o2 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC: the same on both machines
_SHARED_AND_ANONYMOUS = 0x01 | 0x20
_PRIO_PROCESS = 0
# The clocks of the machine and of this process and thread. The CPU clock of another process has a negative number.
_FIRST_UNKNOWN_CLOCK = 12
# Reading what this process is: parent-death signal, dumpable, name, seccomp, bounding set, timer slack, no_new_privs, huge
# pages, length of vectors. Its name can appear in the log of the kernel, so it cannot be set.
_PRCTL_ALLOWED = (2, 3, 16, 21, 23, 30, 39, 42, 51, 64)
_IOCTL_ALLOWED = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, how wide, how much, flags
_FCNTL_ALLOWED = (0, 1, 2, 3, 4, 1030, 1032)  # duplicates, flags, the size of a pipe


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
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, ARCHITECTURES[machine]),
        _KILL,
        (_LOAD, 0, 0, _NUMBER),
        *_search(_ranges(_rules(machine))),
    ]


def _rules(machine: str) -> dict[int, Rule]:
    """The rule for each number that is on a list."""
    return (
        {number: [_ALLOW] for number in allowed(machine).values()}
        | {number: [_UNKNOWN] for number in hidden(machine).values()}
        | {number: [*_ARGUMENT_RULES[name], _ALLOW] for name, number in argument_calls(machine).items()}
    )


def _ranges(rules: dict[int, Rule]) -> list[tuple[int, Rule]]:
    """All numbers in order, as the first number of each range with one rule. Numbers without a rule are refused."""
    ranges: list[tuple[int, Rule]] = []
    for number in range(FIRST_UNKNOWN):
        rule = rules.get(number, [_REFUSE])
        if not ranges or ranges[-1][1] != rule:
            ranges.append((number, rule))
    return [*ranges, (FIRST_UNKNOWN, [_UNKNOWN])]  # also the calls of x32


def _search(ranges: list[tuple[int, Rule]]) -> Rule:
    """Find the range of the number in few steps: when a filter is installed, the kernel runs it for every call number."""
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    below, from_there_on = _search(ranges[:middle]), _search(ranges[middle:])
    first = ranges[middle][0]
    if len(below) <= _LONGEST_JUMP:
        return [(_AT_LEAST, len(below), 0, first), *below, *from_there_on]
    return [(_AT_LEAST, 0, 1, first), (_JUMP, 0, 0, len(below)), *below, *from_there_on]


def _only(argument: int, values: Iterable[int], upper_half: bool = False) -> Rule:
    known = list(values)
    jumps = [(_EQUAL, len(known) - place, 0, value) for place, value in enumerate(known)]
    return [_argument(argument, upper_half), *jumps, _REFUSE]


def _below(argument: int, limit: int) -> Rule:
    return [_argument(argument), (_AT_LEAST, 0, 1, limit), _REFUSE]


def _no_bits(argument: int, bits: int) -> Rule:
    return [_argument(argument), (_ANY_BIT, 0, 1, bits), _REFUSE]


def _not_all_bits(argument: int, bits: int) -> Rule:
    return [_argument(argument), (_AND, 0, 0, bits), (_EQUAL, 0, 1, bits), _REFUSE]


def _argument(number: int, upper_half: bool = False) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + _ARGUMENT_BYTES * number + 4 * upper_half)


def _null(argument: int) -> Rule:
    return [*_only(argument, [0]), *_only(argument, [0], upper_half=True)]


# Each rule refuses, or goes on to the next instruction.
_ARGUMENT_RULES: dict[str, Rule] = {
    "open": _no_bits(1, _WRITES),
    "openat": _no_bits(2, _WRITES),
    "mmap": _not_all_bits(3, _SHARED_AND_ANONYMOUS),
    "prctl": _only(0, _PRCTL_ALLOWED),
    "ioctl": _only(1, _IOCTL_ALLOWED),
    "fcntl": _only(1, _FCNTL_ALLOWED),
    **dict.fromkeys(("kill", "tgkill", "tkill"), _only(0, [_OWN_PID])),
    **dict.fromkeys(("sched_getaffinity", "sched_getscheduler", "sched_getparam"), _only(0, _THIS_PROCESS)),
    **dict.fromkeys(("sched_getattr", "sched_rr_get_interval", "getpgid", "getsid"), _only(0, _THIS_PROCESS)),
    "getpriority": [*_only(0, [_PRIO_PROCESS]), *_only(1, _THIS_PROCESS)],
    "prlimit64": [*_only(0, _THIS_PROCESS), *_null(2)],  # no limit can be set
    **dict.fromkeys(("clock_gettime", "clock_getres", "clock_nanosleep"), _below(0, _FIRST_UNKNOWN_CLOCK)),
}
