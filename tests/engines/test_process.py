"""What the parent sees of a child's memory, and the limit that it sets from outside."""

import os
import resource
import subprocess
import sys

import pytest

from grader.engines.process import Exit, Memory, Process, memory_of

SPARSE = """
import ctypes
mmap = ctypes.CDLL(None).mmap
mmap.argtypes, mmap.restype = (ctypes.c_size_t, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long), ctypes.c_size_t
for gigabyte in range(1024, 1024 + 10_000):
    ctypes.c_char.from_address(mmap(gigabyte * 2**30, 4096, 1, 0x22, -1, 0)).value
"""
WAIT = "\nprint(flush=True)\ninput()\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows and limits the memory of another process")


@pytest.fixture
def start():
    """Start a program that waits at its end: its process."""
    started = []

    def start(source):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        child = subprocess.Popen([sys.executable, "-c", source + WAIT], **pipes)
        started.append(child)
        child.stdout.readline()
        return Process(child.pid, -1, -1, -1, lambda pid: Exit(os.waitpid(pid, 0)[1], 0.0))

    yield start
    for child in started:
        child.communicate(b"\n")


def test_page_tables_are_part_of_the_memory_in_use(start):
    plain, sparse = start("import ctypes").memory(), start(SPARSE).memory()
    assert sparse.used - plain.used > 10_000 * 2 * 4096
    assert sparse.space - plain.space == pytest.approx(10_000 * 4096, rel=0.1)


def test_a_process_cannot_forge_the_figures_with_its_name(start):
    renamed = start("import ctypes; ctypes.CDLL(None).prctl(15, b'x\\nVmRSS: 9 kB', 0, 0, 0)")
    assert renamed.memory().used > 2**20


def test_a_process_that_has_ended_uses_nothing(start):
    process = start("")
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert process.memory() == Memory(0, 0)
    process.limit_address_space(2**30)
    assert memory_of(2**22 + 1) is None


def test_the_limit_can_be_lowered_and_raised_and_leaves_the_hard_limit(start):
    process = start("")
    hard = resource.prlimit(process.pid, resource.RLIMIT_AS)[1]
    for size in (2**30, 2**31, 2**29):
        process.limit_address_space(size)
        assert resource.prlimit(process.pid, resource.RLIMIT_AS) == (size, hard)


def test_the_limit_is_at_most_the_hard_limit(start):
    process = start("import resource; resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))")
    process.limit_address_space(2**40)
    assert resource.prlimit(process.pid, resource.RLIMIT_AS) == (2**32, 2**32)
