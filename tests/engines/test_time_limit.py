"""What counts as the time of a run: with invented clocks, and once on a machine that is really busy."""

import os
import subprocess
import sys
from contextlib import closing

import pytest

from grader.engines.local import LocalEngine
from grader.engines.time_limit import TimeLimit, Times

LOOK = 0.05
RUNS = 4


class World:
    """A process of which every second is told: it computes, waits for a processor, or sleeps."""

    def __init__(self, shows_times=True):
        self.now = self.computed = self.queued = self.pending = 0.0
        self.ready, self.shows_times = True, shows_times

    def times(self):
        return Times(self.computed, self.queued, self.ready) if self.shows_times else None

    def clock(self):
        return self.now

    def pass_time(self, seconds, *, computing=0.0, queued=0.0):
        """Like the kernel, say how long it was queued only when it computes again."""
        self.now += seconds
        self.computed += computing
        self.pending += queued
        self.ready = computing + queued > 0
        if computing:
            self.queued, self.pending = self.queued + self.pending, 0.0


def end_of(world, seconds, *, listening=1.0, **shares):
    """How a run with this limit ends if every interval has these shares, and after how many seconds."""
    limit = TimeLimit(seconds, world.times, world.clock)
    assert limit.exceeded() is None
    while (how := limit.exceeded()) is None:
        world.pass_time(LOOK, **{name: share * LOOK for name, share in shares.items()})
        limit.listened(listening * LOOK)
        assert world.now < 1000
    return how, round(world.now, 1), limit


@pytest.mark.parametrize(
    ("shares", "how", "after"),
    [
        ({"computing": 1.0}, "computed", 2.0),
        ({}, "waited", 2.0),
        ({"computing": 0.05}, "waited", 2.0),
        ({"computing": 0.5}, "computed", 2.0),
        ({"computing": 0.25, "queued": 0.75}, "computed", 8.0),
        ({"computing": 0.1, "queued": 0.5}, "computed", 4.0),  # the rest it sleeps
        ({"computing": 0.01, "queued": 0.99}, "starved", 50.0),
        ({"queued": 1.0}, "starved", 50.0),
    ],
)
def test_computing_and_sleeping_count_and_waiting_for_a_processor_does_not(shares, how, after):
    found, seconds, _ = end_of(World(), 2.0, **shares)
    assert (found, seconds) == (how, pytest.approx(after, abs=0.11))


def test_a_run_that_got_no_processor_says_how_much_it_got():
    *_, limit = end_of(World(), 2.0, computing=0.01, queued=0.99)
    assert limit.computed == pytest.approx(0.5, abs=0.01)
    assert limit.wall == pytest.approx(50.0, abs=0.1)


@pytest.mark.parametrize("listening", [0.0, 0.1])
def test_time_in_which_the_grader_does_not_listen_counts_only_if_the_run_computes(listening):
    assert end_of(World(), 2.0, listening=listening, computing=1.0)[:2] == ("computed", pytest.approx(2.0, abs=0.11))
    assert end_of(World(), 2.0, listening=listening)[1] >= 20.0


def test_all_time_counts_where_the_system_does_not_show_the_times_of_a_process():
    assert end_of(World(shows_times=False), 2.0, queued=1.0)[:2] == ("computed", pytest.approx(2.0, abs=0.11))


def test_a_run_that_is_in_the_queue_at_its_last_look_is_looked_at_again():
    world = World()
    limit = TimeLimit(1.0, world.times, world.clock)
    limit.exceeded()
    for _ in range(40):
        world.pass_time(LOOK, queued=LOOK)
        limit.listened(LOOK)
        assert limit.exceeded() is None
    world.pass_time(LOOK, computing=LOOK)
    limit.listened(LOOK)
    assert limit.exceeded() is None
    assert limit.computed == pytest.approx(LOOK)


@pytest.fixture
def busy_processor():
    """Three endless loops on the processor that this test and all its processes share."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()
    os.sched_setaffinity(0, before)


COMPUTE = """
import time
def solve(x):
    (x**2).backward()
    while time.process_time() - begun < 1.0: pass
    print('done')
begun = time.process_time()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems show no time in the queue")
def test_a_second_of_computing_passes_a_limit_of_two_on_a_busy_machine(busy_processor, make_job):
    with closing(LocalEngine(device="cpu")) as engine:
        assert engine.torch_version
        outcomes = [outcome for _ in range(RUNS) for outcome in engine.run_students([make_job(COMPUTE, seconds=2.0)])]
    traces = [trace for outcome in outcomes for trace in outcome.traces]
    assert [trace.ending.how for trace in traces] == ["returned"] * RUNS
    if max(trace.seconds for trace in traces) <= 2.0:
        pytest.skip("other processes left the processor free, so the runs took less than the limit")
