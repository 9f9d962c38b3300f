"""Grading twice as many calls, leaves or numbers takes at most 2.2 times the work and the memory.

Work is counted, not timed: calls of Python and C functions in the grader's own process (`tests/bench/linear.py` measures CPU
seconds of all processes). The sizes are large enough that windows, loops and budgets are reached.
"""

import pytest
from helpers.costs import calls_in, peak_memory
from helpers.long_exercises import SHAPES, load_long_exercise, ready_to_grade

from grader.assess.prepared import Settings

SIZES = {"calls": 120, "replayed calls": 120, "leaves": 70, "numbers": 4000}
PAIRS = [(shape, student) for shape in SIZES for student in SHAPES[shape](3)[1]]
TARGET = 2.2
# Wrong programs that are kept for a diagnosis: at this size fewer are kept of the shorter exercise.
MEMORY_GROWS_FASTER = {("calls", "another loss"), ("replayed calls", "another loss")}
# At this size, only the longer exercise has replays that need the steps before them.
WORK_GROWS_FASTER = {("leaves", "another loss")}
STEP_OF_A_CONTAINER = 2**18  # bytes: lists and dicts grow in steps


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "student"), PAIRS, ids=lambda each: each.replace(" ", "-"))
def test_twice_as_much_takes_at_most_2_2_times_the_work_and_memory(engine, tmp_path, shape, student):
    sizes = SIZES[shape], 2 * SIZES[shape]
    once, twice = [measured(engine, tmp_path / str(size), shape, size, student) for size in sizes]
    if (shape, student) not in WORK_GROWS_FASTER:
        assert twice["calls"] <= TARGET * once["calls"]
    if (shape, student) not in MEMORY_GROWS_FASTER:
        assert twice["memory"] <= TARGET * once["memory"] + STEP_OF_A_CONTAINER


def measured(engine, folder, shape, size, student):
    """The function calls and the peak memory of grading one submission; a class prepares its exercise only once."""
    exercise, students = load_long_exercise(shape, size, folder)
    grade = ready_to_grade(exercise, students[student], engine, Settings("linear", 1))
    with peak_memory() as peak:
        grade()
        memory = peak()
    return {"calls": calls_in(grade), "memory": memory}
