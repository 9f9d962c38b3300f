"""The layers of the sandbox, and what a complete sandbox leaves to a process. Attempts of students are in tests/attacks."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.worker.sandbox import landlock
from grader.worker.sandbox.seccomp import filter_program
from grader.worker.sandbox.syscalls import ARCHITECTURES, argument_calls, denied, this_machine

PID = 4321
OWN_PID = 0xFFFFFFFE
ALLOWED, KILLED, REFUSED, UNKNOWN = 0x7FFF0000, 0x80000000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
MACHINES = list(ARCHITECTURES)


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
def test_everything_on_the_list_is_refused_and_the_calls_of_torch_are_not(machine):
    assert {answer(machine, number) for number in denied(machine).values()} == {REFUSED}
    needed = {"x86_64": (0, 1, 3, 5, 8, 10, 11, 12, 228), "aarch64": (63, 64, 57, 80, 62, 226, 215, 214, 113)}
    assert {answer(machine, number) for number in needed[machine]} == {ALLOWED}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_call_for_another_processor_kills_and_a_newer_call_is_unknown(machine):
    assert answer(machine, 0, architecture=0x40000003) == KILLED
    assert answer(machine, 451) == answer(machine, 0x40000000) == UNKNOWN
    calls = argument_calls(machine)
    assert answer(machine, calls["clone3"]) == answer(machine, calls["openat2"]) == UNKNOWN


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("openat", (0, 0, os.O_RDONLY | os.O_CLOEXEC), ALLOWED),
        ("openat", (0, 0, os.O_WRONLY), REFUSED),
        ("openat", (0, 0, os.O_RDWR), REFUSED),
        ("openat", (0, 0, os.O_CREAT), REFUSED),
        ("openat", (0, 0, os.O_TRUNC), REFUSED),
        ("kill", (PID, 9), ALLOWED),
        ("kill", (PID + 1, 9), REFUSED),
        ("kill", (0, 9), REFUSED),
        ("kill", (2**64 - 1, 9), REFUSED),
        ("tgkill", (PID, PID, 6), ALLOWED),
        ("tgkill", (1, 1, 6), REFUSED),
        ("prlimit64", (0, 9, 1, 0), ALLOWED),
        ("prlimit64", (PID, 9, 1, 0), ALLOWED),
        ("prlimit64", (0, 7, 0, 1), ALLOWED),
        ("prlimit64", (0, 7, 1, 0), REFUSED),
        ("prlimit64", (0, 7, 2**40, 0), REFUSED),
        ("prlimit64", (PID + 1, 9, 1, 0), REFUSED),
        ("prlimit64", (PID + 1, 7, 0, 1), REFUSED),
        ("mmap", (0, 1, 3, 0x22), ALLOWED),
        ("mmap", (0, 1, 3, 0x01), ALLOWED),
        ("mmap", (0, 1, 3, 0x21), REFUSED),
        ("prctl", (15,), ALLOWED),
        ("prctl", (1,), REFUSED),
        ("prctl", (4, 1), REFUSED),
        ("ioctl", (0, 0x5401), ALLOWED),
        ("ioctl", (0, 0x5412), REFUSED),
        ("fcntl", (0, 1030), ALLOWED),
        ("fcntl", (0, 8, 1), REFUSED),
    ],
)
def test_the_arguments_decide(machine, call, arguments, expected):
    assert answer(machine, argument_calls(machine)[call], *arguments) == expected


def test_only_x86_has_the_old_call_that_opens_a_file():
    assert answer("x86_64", 2, 0, os.O_RDONLY) == ALLOWED
    assert answer("x86_64", 2, 0, os.O_WRONLY) == REFUSED
    assert "open" not in argument_calls("aarch64")


@pytest.mark.parametrize(
    ("machine", "header"),
    [("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), ("aarch64", "/usr/include/asm-generic/unistd.h")],
)
def test_the_numbers_are_those_of_the_kernel(machine, header):
    if not Path(header).exists():
        pytest.skip("the kernel's headers are not installed")
    lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text())
    known = {name: int(number) for name, number in lines}
    ours = denied(machine) | argument_calls(machine)
    assert {name: known.get(name, number) for name, number in ours.items()} == ours


def test_a_machine_without_a_list_has_no_sandbox(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(OSError, match="the sandbox has no list of system calls for riscv64"):
        this_machine()


def test_neither_the_grader_nor_proc_nor_a_home_is_readable():
    readable = [Path(path).resolve() for path in landlock.readable()]
    for hidden in (Path(landlock.__file__), Path("/proc/self/environ"), Path("/etc/passwd"), Path.home() / "x"):
        assert not any(hidden.resolve().is_relative_to(path) for path in readable), hidden


PROVE = """
import json, os, sys
path, breakages = json.loads(sys.argv[1])
sys.path[:] = path
from grader.worker.sandbox import capabilities, landlock, layers, probe
for breakage in breakages:
    if os.fork() == 0:
        made = layers.Sandbox()
        exec(breakage)
        capabilities.give_up_capabilities()
        print(json.dumps([breakage, probe.probe(made)]), flush=True)
        os._exit(0)
    os.wait()
"""
INSIDE = ["limits", "capabilities", "no new privileges", "Landlock", "seccomp"]
BREAKAGES = {
    "pass": [],
    "landlock.enter = os.close": ["Landlock"],
    "made.filter = None": ["seccomp"],
    "layers.drop_capabilities = lambda: None": ["capabilities"],
    "capabilities.give_up_capabilities = lambda: None": ["capabilities"],
    "capabilities.bounding_set = lambda: [99]": ["capabilities"],  # a capability that cannot be dropped
    "layers.LIMITS.clear()": ["limits"],
    "made.layers = lambda own=made.layers: own()[1:]": ["environment"],
    "made.layers = lambda: ()": ["descriptors", "environment", *INSIDE],
    "probe.limits.enclose = lambda *args: None": ["session", "parent-death signal", "descriptors"],
}


@pytest.fixture(scope="module")
def proofs():
    """What the probe finds in a complete sandbox, and in sandboxes with a missing part."""
    if sys.platform != "linux":
        pytest.skip("the sandbox needs Linux")
    request = json.dumps([sys.path, list(BREAKAGES)])
    done = subprocess.run([sys.executable, "-c", PROVE, request], capture_output=True, text=True, check=True)
    return dict(json.loads(line) for line in done.stdout.splitlines())


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_the_probe_finds_a_missing_layer(proofs, breakage):
    missing = [layer for layer, got_through in proofs[breakage].items() if got_through]
    expected = [layer for layer in BREAKAGES[breakage] if layer != "capabilities" or os.getuid() == 0]
    assert missing == expected
