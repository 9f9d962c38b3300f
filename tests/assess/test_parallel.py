"""Work in threads: bounded ahead, every item once, and trouble comes to whoever asked."""

import threading

import pytest

from grader.assess import GradingSession, Settings, assess_submission
from grader.assess.parallel import in_parallel
from grader.records.submission import SolutionFile, Submission
from grader.reports.results import describe


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


def test_two_threads_at_one_desk_find_what_one_finds(engine, course, student_source):
    exercises = [course[each] for each in ("core/gradients-pile-up", "core/micro-batches-with-a-mean-loss")]
    incoming = [
        Submission(f"{exercise.id} {wrong.name}", {exercise.id: SolutionFile("s.py", student_source(exercise, wrong.steps))})
        for exercise in exercises
        for wrong in exercise.wrong
    ]

    def found(session, submission):
        """Without the times, which are never the same."""
        results = [describe(each) for each in assess_submission(exercises, submission, session)]
        return submission.name, [result.model_copy(update={"seconds": 0.0}) for result in results]

    one, shared = GradingSession(engine, Settings("seed")), GradingSession(engine, Settings("seed"))
    one.prepare(exercises)
    shared.prepare(exercises)
    alone = dict(found(one, each) for each in incoming)
    together = dict(in_parallel(lambda each: found(shared, each), incoming, 2))
    assert together == alone
    assert all(result.verdict != "passed" for results in alone.values() for result in results)
