import json
import os
import select

import pytest

from grader.engines.local import LocalEngine
from grader.protocol.jobs import StudentJob
from grader.records.exercise import Limits

SETUP = {"data": {}, "modules": {}, "tensors": {"x": {"value": [2.0], "dtype": "float32"}}, "optimizers": {}}
CASE = json.dumps({"case": SETUP}).encode() + b"\n"
GOOD = "def solve(x):\n    (x**2).backward()\n    print('done')\n"


@pytest.fixture(scope="module")
def engine():
    engine = LocalEngine(device="cpu")
    yield engine
    engine.close()


@pytest.fixture
def make_job():
    """A job about `solve(x)` with x = [2.0], on this many cases."""

    def make(source, cases=1, *, seconds=0.5, memory_mb=256, needs_optimizer=False):
        limits = Limits(seconds, memory_mb)
        return StudentJob("core/x", source, "s.py", "solve", ("x",), (CASE,) * cases, limits, needs_optimizer)

    return make


@pytest.fixture
def run(engine, make_job):
    """Run one source on one case: its trace."""

    def run(source, **kwargs):
        [outcome] = engine.run_students([make_job(source, **kwargs)])
        [trace] = outcome.traces
        return trace

    return run


@pytest.fixture
def good():
    return GOOD


@pytest.fixture
def has_ended():
    """Does this process end within ten seconds? It may be any process, not only a child."""

    def has_ended(pid):
        try:
            watch = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        with os.fdopen(watch):
            return bool(select.select([watch], [], [], 10.0)[0])

    return has_ended
