"""The memory of a process after `heap.settle`, in an interpreter of its own with the worker's malloc."""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.engines.interpreter import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = os.sysconf("SC_PAGE_SIZE")

SCRIPT = f"""
import gc, json, sys
sys.path.insert(0, {str(ROOT)!r})
from grader.worker import heap

heap.grow()
collects_while_it_grows = gc.isenabled()
loaded = [[bytes(each % 400)] for each in range(100_000)]
del loaded[::2]  # like an import, this leaves a heap full of holes
before = [bytes(100) for _ in range(500)]
heap.settle()
after = [bytes(100) for _ in range(500)]


class Garbage:
    def __init__(self):
        self.itself = self

    def __del__(self):
        found.append(self)


found = []
Garbage()
gc.collect()
pages = [len({{id(each) // {PAGE} for each in objects}}) for objects in (before, after)]
print(json.dumps([collects_while_it_grows, gc.isenabled(), gc.get_freeze_count(), len(found), *pages]))
"""


@pytest.fixture(scope="module")
def settled() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=os.environ | ENVIRONMENT, check=True, capture_output=True, text=True
    )
    names = ("growing", "collecting", "frozen", "garbage", "pages before", "pages after")
    return dict(zip(names, json.loads(done.stdout), strict=True))


def test_a_growing_process_does_not_collect_garbage(settled):
    assert not settled["growing"]


def test_a_settled_process_collects_garbage_again_but_not_what_it_loaded(settled):
    assert settled["collecting"]
    assert settled["garbage"] == 1
    assert settled["frozen"] >= 50_000


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"), reason="`fill_holes` is only for glibc's malloc")
def test_the_new_objects_of_a_settled_process_lie_side_by_side(settled):
    assert settled["pages after"] <= 500 * 150 / PAGE + 3
    assert settled["pages before"] > 3 * settled["pages after"]
