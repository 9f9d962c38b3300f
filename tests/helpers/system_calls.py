"""System calls as examples, and a script that makes every one of them inside the sandbox and prints the answers as JSON."""

import ctypes
import errno
import json
import os
import signal

OWN, OTHER, CLOCK_OF_OTHER = "the pid of this process", "the pid of another one", "the CPU clock of another one"
AFTER_THE_LIST = 100  # so many numbers that are newer than the list

# name, arguments, is it allowed? Those that are left out are 0.
EXAMPLES = [
    ("open", (0, os.O_RDONLY), True),
    ("open", (0, os.O_WRONLY), False),
    ("openat", (0, 0, os.O_RDONLY | os.O_CLOEXEC), True),
    ("openat", (0, 0, os.O_WRONLY), False),
    ("openat", (0, 0, os.O_RDWR), False),
    ("openat", (0, 0, os.O_CREAT), False),
    ("openat", (0, 0, os.O_TRUNC), False),
    ("kill", (OWN, 0), True),
    ("kill", (OTHER, 0), False),
    ("kill", (0, 0), False),
    ("kill", (2**64 - 1, 0), False),
    ("tgkill", (OWN, OWN, 0), True),
    ("tgkill", (OTHER, OTHER, 0), False),
    ("tkill", (OWN, 0), True),
    ("tkill", (OTHER, 0), False),
    ("prlimit64", (0, 9, 0, 1), True),
    ("prlimit64", (OWN, 7, 0, 1), True),
    ("prlimit64", (0, 9, 1, 0), False),
    ("prlimit64", (OWN, 9, 1, 0), False),
    ("prlimit64", (0, 7, 2**40, 0), False),
    ("prlimit64", (OTHER, 7, 0, 1), False),
    ("getpriority", (0, 0), True),
    ("getpriority", (0, OWN), True),
    ("getpriority", (0, OTHER), False),
    ("getpriority", (1, 0), False),
    ("getpriority", (2, 0), False),
    *((name, (own, 128, 0), True) for name in ("sched_getscheduler", "sched_getparam", "sched_getaffinity") for own in (0, OWN)),
    *((name, (own, 0, 48), True) for name in ("sched_getattr", "sched_rr_get_interval", "getpgid", "getsid") for own in (0, OWN)),
    *((name, (OTHER, 128, 0), False) for name in ("sched_getscheduler", "sched_getparam", "sched_getaffinity")),
    *((name, (OTHER, 0, 48), False) for name in ("sched_getattr", "sched_rr_get_interval", "getpgid", "getsid")),
    *(("clock_gettime", (clock,), True) for clock in range(12)),
    ("clock_gettime", (CLOCK_OF_OTHER,), False),
    ("clock_gettime", (12,), False),
    ("clock_getres", (3,), True),
    ("clock_getres", (CLOCK_OF_OTHER,), False),
    ("clock_nanosleep", (1,), True),
    ("clock_nanosleep", (CLOCK_OF_OTHER,), False),
    ("mmap", (0, 1, 3, 0x22), True),
    ("mmap", (0, 1, 3, 0x01), True),
    ("mmap", (0, 1, 3, 0x21), False),
    ("mmap", (0, 1, 3, 0x23), False),
    ("prctl", (16,), True),
    ("prctl", (1,), False),
    ("prctl", (4, 1), False),
    ("prctl", (15,), False),
    ("ioctl", (0, 0x5401), True),
    ("ioctl", (0, 0x5412), False),
    ("fcntl", (0, 1), True),
    ("fcntl", (0, 8, 1), False),
]


def filled(arguments, own, other):
    """The arguments with these pids."""
    clock = (~other << 3 | 2) & 0xFFFFFFFF
    return tuple({OWN: own, OTHER: other, CLOCK_OF_OTHER: clock}.get(each, each) for each in arguments)


def main():
    """Print a list: number, arguments and answer of each call, an errno name, "" or "killed"."""
    from grader.worker.sandbox import capabilities, layers
    from grader.worker.sandbox.syscalls import FIRST_UNKNOWN, allowed, argument_calls, this_machine

    calls = argument_calls(this_machine())
    free = {*allowed(this_machine()).values(), *calls.values()}
    jobs = [(number, ()) for number in range(FIRST_UNKNOWN + AFTER_THE_LIST) if number not in free]
    jobs += [(calls[name], arguments) for name, arguments, _ in EXAMPLES if name in calls]
    capabilities.give_up_capabilities()
    sandbox, answers = layers.Sandbox(), []
    while len(answers) < len(jobs):
        answers += made_in_the_sandbox(sandbox, jobs[len(answers) :])
    print(json.dumps([[*job, answer] for job, answer in zip(jobs, answers, strict=True)]))


def made_in_the_sandbox(sandbox, jobs):
    """The answers, up to one that kills."""
    from grader.worker import limits

    parent, (ours, theirs) = os.getpid(), os.pipe()
    if os.fork() == 0:
        try:
            syscall = ctypes.CDLL(None, use_errno=True).syscall
            limits.enclose([theirs, sandbox.ruleset], parent)
            sandbox.enter()
            for number, arguments in jobs:
                sent = [ctypes.c_ulong(each) for each in (*filled(arguments, os.getpid(), parent), *[0] * 6)[:6]]
                failed = syscall(ctypes.c_long(number), *sent) == -1
                os.write(theirs, (errno.errorcode[ctypes.get_errno()] if failed else "").encode() + b"\n")
            os.write(theirs, b"all\n")
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(theirs)
    with open(ours, encoding="ascii") as pipe:
        answers = pipe.read().splitlines()
    os.wait()
    return answers[:-1] if answers[-1:] == ["all"] else [*answers, "killed"]


if __name__ == "__main__":
    main()
