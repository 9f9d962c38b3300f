"""Tests that need a machine with an accelerator."""

import pytest

from grader.engines.local import LocalEngine


@pytest.fixture(scope="module")
def accelerated():
    engine = LocalEngine(device="auto")
    if engine.device == "cpu":
        engine.close()
        pytest.skip("there is no accelerator here")
    yield engine
    engine.close()


def test_auto_is_the_accelerator_and_the_tensors_are_on_it(accelerated, make_job, good):
    first, second = accelerated.run_students([make_job(good, cases=2), make_job(good)])
    assert not second.fresh, "the driver has changed something that the check between exercises looks at"
    for trace in (*first.traces, *second.traces):
        assert trace.ending.how == "returned"
        assert trace.before["x"].value.device.startswith(accelerated.device)
        assert [call.after["x"].grad.data for call in trace.calls] == [(4.0,)]


def test_memory_is_limited_without_a_limit_on_address_space(accelerated, make_job):
    source = "def solve(x):\n    kept = []\n    while True: kept.append(bytearray(b'x') * 2**20)\n"
    [outcome] = accelerated.run_students([make_job(source, seconds=20.0, memory_mb=256)])
    assert [trace.ending.how for trace in outcome.traces] == ["memory"]
