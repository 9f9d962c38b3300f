"""Spawned children: each is an interpreter of its own, and ends like a forked child."""

from pathlib import Path

import pytest

from grader.engines.local import LocalEngine
from grader.errors import EngineError

BAD = {
    "an endless loop": ("def solve(x):\n    while True: pass\n", "timeout"),
    "os._exit": ("import os\ndef solve(x):\n    os._exit(0)\n", "crashed"),
    "a segmentation fault": ("import ctypes\ndef solve(x):\n    ctypes.string_at(0)\n", "crashed"),
    "all pipes closed": ("import os\ndef solve(x):\n    os.closerange(0, 256)\n", "crashed"),
    "a memory bomb": ("def solve(x):\n    'x' * 10**10\n", "memory"),
    "a flood": ("def solve(x):\n    while True: print('x' * 10000)\n", "crashed"),
    "an exception": ("def solve(x):\n    raise ValueError\n", "raised"),
}


@pytest.fixture(scope="module")
def spawned():
    engine = LocalEngine(device="cpu", start_method="spawn")
    yield engine
    engine.close()


@pytest.mark.parametrize("name", BAD)
def test_a_spawned_child_that_ends_badly_ends_only_its_own_exercise(spawned, make_job, good, name):
    source, how = BAD[name]
    outcomes = list(spawned.run_students([make_job(good), make_job(source), make_job(good)]))
    assert [outcome.traces[0].ending.how for outcome in outcomes] == ["returned", how, "returned"]
    assert [outcome.traces[0].output for outcome in outcomes[::2]] == ["done\n", "done\n"]
    assert [outcome.fresh for outcome in outcomes] == [True, False, how != "raised"]
    assert [call.after["x"].grad.data for call in outcomes[2].traces[0].calls] == [(4.0,)]


def test_an_optimizer_is_loaded_before_the_clock_starts(make_job):
    source = "import torch\ndef solve(x):\n    (x**2).backward()\n    torch.optim.SGD([x], lr=0.1).step()\n"
    engine = LocalEngine(device="cpu", start_method="spawn", optimizer=True)
    [outcome] = engine.run_students([make_job(source, needs_optimizer=True)])
    engine.close()
    assert [call.kind for call in outcome.traces[0].calls] == ["backward", "update"]


def test_an_optimizer_that_is_needed_later_is_also_loaded_before_the_clock_starts(make_job):
    source = "import torch\ndef solve(x):\n    (x**2).backward()\n    torch.optim.SGD([x], lr=0.1).step()\n"
    engine = LocalEngine(device="cpu", start_method="spawn")
    assert engine.torch_version
    [outcome] = engine.run_students([make_job(source, needs_optimizer=True)])
    engine.close()
    assert [call.kind for call in outcome.traces[0].calls] == ["backward", "update"]


def test_closing_the_engine_ends_the_spare_child_too(make_job, has_ended):
    others = own_children()
    engine = LocalEngine(device="cpu", start_method="spawn")
    [outcome] = engine.run_students([make_job("import os\ndef solve(x):\n    print(os.getpid())\n")])
    spares = own_children() - others
    engine.close()
    assert has_ended(int(outcome.traces[0].output))
    assert len(spares) == 1
    assert all(has_ended(spare) for spare in spares)


def own_children():
    return {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def test_the_error_for_a_missing_torch_says_so(monkeypatch):
    monkeypatch.setattr("sys.path", [entry for entry in __import__("sys").path if "site-packages" not in entry])
    engine = LocalEngine(device="cpu", start_method="spawn")
    with pytest.raises(EngineError, match="torch is not installed for"):
        engine.torch_version  # noqa: B018 - reading it raises
    engine.close()
