"""Grading twice as many calls or numbers takes at most 2.2 times the work and the memory.

Work is counted, not timed: calls of Python and C functions in the grader's own process (`tests/bench/linear.py` measures CPU
seconds of all processes). The sizes are large enough that windows, loops and budgets are reached.
"""

import sys
import tracemalloc

import pytest
from helpers.long_exercises import SHAPES, load_long_exercise

from grader.assess import assess_submission
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.records.submission import SolutionFile, Submission
from grader.reports.results import describe

SIZES = {"calls": 120, "replayed calls": 120, "numbers": 4000}
PAIRS = [(shape, student) for shape in SIZES for student in SHAPES[shape](3)[1]]
TARGET = 2.2
# Wrong programs that are kept for a diagnosis: at this size fewer are kept of the shorter exercise.
MEMORY_GROWS_FASTER = {("calls", "another loss"), ("replayed calls", "another loss")}
STEP_OF_A_CONTAINER = 2**18  # bytes: lists and dicts grow in steps


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "student"), PAIRS, ids=lambda each: each.replace(" ", "-"))
def test_twice_as_much_takes_at_most_2_2_times_the_work_and_memory(engine, tmp_path, shape, student):
    sizes = SIZES[shape], 2 * SIZES[shape]
    once, twice = [measured(engine, tmp_path / str(size), shape, size, student) for size in sizes]
    assert twice["calls"] <= TARGET * once["calls"]
    if (shape, student) not in MEMORY_GROWS_FASTER:
        assert twice["memory"] <= TARGET * once["memory"] + STEP_OF_A_CONTAINER


def measured(engine, folder, shape, size, student):
    """The function calls and the peak memory of grading one submission; a class prepares its exercise only once."""
    exercise, students = load_long_exercise(shape, size, folder)
    session = GradingSession(engine, Settings("linear", 1))
    session.prepare([exercise])
    submission = Submission("student", {exercise.id: SolutionFile(exercise.solution_path, students[student])})

    def grade():
        for assessed in assess_submission([exercise], submission, session):
            describe(assessed)

    tracemalloc.start()
    grade()
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"calls": calls_in(grade), "memory": memory}


def calls_in(work):
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        if event in ("call", "c_call"):
            calls += 1

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
