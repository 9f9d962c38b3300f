"""The filter of system calls: what it says to every number on both kinds of machine, and what the kernel says on this one."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import system_calls
from helpers.system_calls import AFTER_THE_LIST, EXAMPLES, filled

from grader.worker.sandbox.seccomp import filter_program
from grader.worker.sandbox.syscalls import ARCHITECTURES, FIRST_UNKNOWN, allowed, argument_calls, hidden, this_machine

PID, OTHER_PID = 4321, 4322
OWN_PID = 0xFFFFFFFE
ALLOWED, KILLED, REFUSED, UNKNOWN = 0x7FFF0000, 0x80000000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
MACHINES = list(ARCHITECTURES)
MOST_INSTRUCTIONS = 4096

# Calls that reach other processes, files, the network or the machine: none of them may come onto a list.
HARMFUL = """
    fork vfork clone execve execveat unshare setns setsid setpgid ptrace process_vm_readv process_vm_writev process_madvise kcmp
    rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd migrate_pages move_pages get_robust_list capget
    setrlimit setpriority sched_setscheduler sched_setparam sched_setattr sched_setaffinity ioprio_set ioprio_get mbind
    set_mempolicy socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg creat
    truncate ftruncate fallocate rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat rmdir mkdir mkdirat
    mknod mknodat chmod fchmod fchmodat chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr
    fsetxattr removexattr lremovexattr fremovexattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr statfs fstatfs
    copy_file_range flock sync syncfs fsync fdatasync mincore memfd_create memfd_secret shmget shmat shmctl semget semop semctl
    msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_notify vmsplice splice tee sendfile mount umount2 mount_setattr move_mount
    open_tree fsopen fsconfig fsmount fspick pivot_root chroot swapon swapoff quotactl acct name_to_handle_at open_by_handle_at
    inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark bpf userfaultfd perf_event_open io_uring_setup
    io_uring_enter io_uring_register io_setup io_submit keyctl add_key request_key init_module finit_module delete_module
    kexec_load kexec_file_load reboot syslog personality iopl ioperm modify_ldt uselib ustat sysfs lookup_dcookie vhangup setuid
    setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset seccomp landlock_create_ruleset
    landlock_add_rule landlock_restrict_self clock_settime settimeofday clock_adjtime adjtimex sethostname setdomainname
    timer_create timerfd_create signalfd signalfd4 mlock mlock2 mlockall remap_file_pages preadv2 fadvise64 readahead
""".split()


def answer(machine, number, *arguments, architecture=None):
    """What the kernel would answer: runs the instructions one after another."""
    words = {0: number, 4: architecture or ARCHITECTURES[machine]}
    for place, argument in enumerate((*arguments, *[0] * 6)[:6]):
        words[16 + 8 * place], words[20 + 8 * place] = argument & 0xFFFFFFFF, argument >> 32 & 0xFFFFFFFF
    instructions = [(*each[:3], PID if each[3] == OWN_PID else each[3]) for each in filter_program(machine)]
    accumulator = place = 0
    while True:
        code, if_true, if_false, operand = instructions[place]
        place += 1
        match code:
            case 0x20:
                accumulator = words[operand]
            case 0x54:
                accumulator &= operand
            case 0x05:
                place += operand
            case 0x06:
                return operand
            case _:
                true = {0x15: accumulator == operand, 0x35: accumulator >= operand, 0x45: bool(accumulator & operand)}[code]
                place += if_true if true else if_false


@pytest.mark.parametrize("machine", MACHINES)
def test_only_the_calls_on_the_list_are_allowed(machine):
    by_arguments = set(argument_calls(machine).values())
    expected = dict.fromkeys(range(FIRST_UNKNOWN), REFUSED) | dict.fromkeys(range(FIRST_UNKNOWN, FIRST_UNKNOWN + 100), UNKNOWN)
    expected |= dict.fromkeys(hidden(machine).values(), UNKNOWN) | dict.fromkeys(allowed(machine).values(), ALLOWED)
    assert {number: answer(machine, number) for number in expected if number not in by_arguments} == {
        number: told for number, told in expected.items() if number not in by_arguments
    }


@pytest.mark.parametrize("machine", MACHINES)
def test_no_harmful_call_is_on_a_list(machine):
    assert not (allowed(machine) | argument_calls(machine)).keys() & set(HARMFUL)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_call_for_another_processor_kills_and_a_newer_call_is_unknown(machine):
    assert answer(machine, 0, architecture=0x40000003) == KILLED
    assert answer(machine, FIRST_UNKNOWN) == answer(machine, 0x40000000) == answer(machine, 0xFFFFFFFF) == UNKNOWN


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_is_short_enough_for_the_kernel_and_no_jump_is_too_long(machine):
    instructions = filter_program(machine)
    assert len(instructions) <= MOST_INSTRUCTIONS
    assert max(max(each[1:3]) for each in instructions) <= 255


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("call", "arguments", "is_allowed"), EXAMPLES)
def test_the_arguments_decide(machine, call, arguments, is_allowed):
    calls = argument_calls(machine)
    assert call in calls or (call, machine) == ("open", "aarch64")  # only x86 has the old call that opens a file
    if call in calls:
        assert answer(machine, calls[call], *filled(arguments, PID, OTHER_PID)) == (ALLOWED if is_allowed else REFUSED)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_that_its_arguments_decide_has_an_allowed_and_a_refused_example(machine):
    examples = {(call, is_allowed) for call, _, is_allowed in EXAMPLES}
    assert {(call, each) for call in argument_calls(machine) for each in (True, False)} <= examples


@pytest.fixture(scope="module")
def answers():
    """What the kernel answers to each call inside the sandbox: number, arguments, and the name of an error."""
    if sys.platform != "linux":
        pytest.skip("the sandbox needs Linux")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, system_calls.__file__]
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=120
    )
    return [(number, tuple(arguments), told) for number, arguments, told in json.loads(done.stdout)]


def test_the_kernel_refuses_every_number_that_is_not_on_the_list(answers):
    by_arguments = set(argument_calls(this_machine()).values())
    told = {number: error for number, _, error in answers if number not in by_arguments}
    free = {*allowed(this_machine()).values(), *by_arguments}
    assert told.keys() == set(range(FIRST_UNKNOWN + AFTER_THE_LIST)) - free
    assert {number: error for number, error in told.items() if error not in refusals(number)} == {}


def test_the_kernel_decides_by_the_arguments_like_the_examples(answers):
    numbers = argument_calls(this_machine())
    told = {(number, arguments): error for number, arguments, error in answers}
    wrong = [
        (call, arguments, told[numbers[call], arguments])
        for call, arguments, is_allowed in EXAMPLES
        if call in numbers and (told[numbers[call], arguments] in ("EPERM", "ENOSYS", "killed")) == is_allowed
    ]
    assert wrong == []


def refusals(number):
    """335 and 336 on x86_64 are the kernel's own, for its probes: no filter sees them, and elsewhere they do nothing or kill."""
    of_probes = {"killed", "ENXIO"} if this_machine() == "x86_64" and number in (335, 336) else set()
    return {"EPERM", "ENOSYS"} | of_probes


@pytest.mark.parametrize(
    ("machine", "header"),
    [("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), ("aarch64", "/usr/include/asm-generic/unistd.h")],
)
def test_the_numbers_are_those_of_the_kernel(machine, header):
    if not Path(header).exists():
        pytest.skip("the kernel's headers are not installed")
    lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text())
    known = {name: int(number) for name, number in lines}
    ours = allowed(machine) | argument_calls(machine) | hidden(machine)
    assert {name: known.get(name, number) for name, number in ours.items()} == ours
    assert len(set(ours.values())) == len(ours)


def test_a_machine_without_a_list_has_no_sandbox(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(OSError, match="the sandbox has no list of system calls for riscv64"):
        this_machine()
