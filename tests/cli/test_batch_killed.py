"""A batch that is killed with its process group at any moment: the next run continues, and every verdict is stored once."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.batch.store import NAME, Store

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parent.parent.parent
KILLS = 50
CLASS = 30
SOURCES = ("def solve(x):\n    (x**2).backward()\n", "def solve(x):\n    (x**3).backward()\n", "def solve(x:\n")


def start(out):
    command = [sys.executable, "-m", "grader", "batch", "submissions", "--out", str(out), "--sandbox", "none"]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def watched_children(process):
    """The processes that it started, as descriptors that become readable when they end."""
    try:
        pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return [os.pidfd_open(int(pid)) for pid in pids]
    except (FileNotFoundError, ProcessLookupError):
        return []


def kill(process):
    children = watched_children(process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    for child in children:
        with os.fdopen(child):
            assert select.select([child], [], [], 60.0)[0], "a process was left running"


def saved(out):
    """Every stored document. Grading again would change its seconds."""
    if not (out / NAME).exists():
        return {}
    store = Store(out)
    try:
        names = list(store.names())
        assert len(names) == len(set(names))
        return {(each.name, exercise): text for each in store.submissions() for exercise, text in store.documents(each).items()}
    finally:
        store.close()


@pytest.mark.slow
def test_nothing_is_lost_at_50_random_moments(course):
    for number in range(CLASS):
        path = course / "submissions" / f"student {number:02}" / "core" / "first.py"
        path.parent.mkdir(parents=True)
        path.write_text(SOURCES[number % len(SOURCES)], encoding="utf-8")
    began = time.monotonic()
    whole = start(course / "whole")
    text, _ = whole.communicate(timeout=120)
    assert whole.returncode == 0, text
    seconds = time.monotonic() - began
    expected = set(saved(course / "whole"))
    assert len(expected) == 2 * CLASS
    moments = random.Random("moments")
    out, known, series = course / "out 0", {}, 0
    for _ in range(KILLS):
        process = start(out)
        try:
            process.communicate(timeout=moments.uniform(0.0, seconds))
        except subprocess.TimeoutExpired:
            kill(process)
        now = saved(out)
        assert known.items() <= now.items()
        known = now
        if set(known) == expected:
            finish(out, known)
            series += 1
            out, known = course / f"out {series}", {}
    finish(out, known)


def finish(out, known):
    process = start(out)
    text, _ = process.communicate(timeout=120)
    assert process.returncode == 0, text
    assert known.items() <= saved(out).items()
    rows = (out / "gradebook.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == CLASS + 1
    assert len(list((out / "feedback").glob("*.txt"))) == CLASS
