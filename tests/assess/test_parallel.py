"""Work in threads: bounded ahead, every item once, and trouble comes to whoever asked."""

import threading

import pytest

from grader.assess.parallel import in_parallel


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_item_is_done_once(threads):
    assert sorted(in_parallel(lambda number: number * 2, range(100), threads)) == list(range(0, 200, 2))


def test_two_are_in_flight_at_once():
    both = threading.Barrier(2, timeout=60)
    assert sorted(in_parallel(lambda number: both.wait() * 0 + number, range(2), 2)) == [0, 1]


def test_no_more_is_taken_on_than_can_be_done_soon():
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    for done, _ in enumerate(in_parallel(lambda number: number, items(), 2), 1):
        assert len(taken) <= done + 4


def test_what_a_thread_raises_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        list(in_parallel(lambda number: 1 / number, [1, 0, 1], 2))


def test_whoever_stops_early_does_not_wait():
    go_on = threading.Event()
    work = in_parallel(lambda wait: wait and go_on.wait(), [False, True, True, True], 1)
    assert next(work) is False
    work.close()
    go_on.set()
