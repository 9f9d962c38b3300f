"""Work in threads: few items ahead, every item once, and exceptions reach the caller."""

import threading

import pytest

from grader.assess import assess_submission
from grader.assess.parallel import in_parallel
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.records.submission import SolutionFile, Submission
from grader.reports.results import describe


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_item_is_done_once(threads):
    assert sorted(in_parallel(lambda number: number * 2, range(100), threads)) == list(range(0, 200, 2))


def test_two_items_run_at_the_same_time():
    both = threading.Barrier(2, timeout=60)
    assert sorted(in_parallel(lambda number: both.wait() * 0 + number, range(2), 2)) == [0, 1]


def test_only_a_few_items_are_taken_ahead():
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    for done, _ in enumerate(in_parallel(lambda number: number, items(), 2), 1):
        assert len(taken) <= done + 4


def test_an_exception_in_a_thread_is_raised_in_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(in_parallel(lambda number: 1 / number, [1, 0, 1], 2))


def test_a_caller_that_stops_early_does_not_wait():
    go_on = threading.Event()
    work = in_parallel(lambda wait: wait and go_on.wait(), [False, True, True, True], 1)
    assert next(work) is False
    work.close()
    go_on.set()


def test_two_threads_with_one_session_find_what_one_finds(engine, course, student_source):
    exercises = [course[each] for each in ("core/gradients-pile-up", "core/micro-batches-with-a-mean-loss")]
    incoming = [
        Submission(f"{exercise.id} {wrong.name}", {exercise.id: SolutionFile("s.py", student_source(exercise, wrong.steps))})
        for exercise in exercises
        for wrong in exercise.wrong
    ]

    def found(session, submission):
        """The results without their times."""
        results = [describe(each) for each in assess_submission(exercises, submission, session)]
        return submission.name, [result.model_copy(update={"seconds": 0.0}) for result in results]

    one, shared = GradingSession(engine, Settings("seed")), GradingSession(engine, Settings("seed"))
    one.prepare(exercises)
    shared.prepare(exercises)
    alone = dict(found(one, each) for each in incoming)
    together = dict(in_parallel(lambda each: found(shared, each), incoming, 2))
    assert together == alone
    assert all(result.verdict != "passed" for results in alone.values() for result in results)
