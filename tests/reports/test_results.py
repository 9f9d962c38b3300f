"""From a grade to its report."""

from dataclasses import replace

import pytest

from grader.records.assessed import Assessed
from grader.records.exercise import Exercise, Look, Setup, Step
from grader.records.grade import Grade, GradeRow
from grader.records.submission import SolutionFile
from grader.records.trace import Call, Ending, Raised, TensorValue, Trace
from grader.reports.results import describe

EXERCISE = Exercise("core/first", "f", "T", "write", "solve", ("x",), Setup(), ())
FILE = SolutionFile("core/first.py", "import helpers\n", neighbours=("helpers.py", "other.py"))


def described(error, file=FILE, how="raised", **more):
    traces = (Trace({}, (), Ending(how, error=error)),)
    return describe(Assessed("ana", EXERCISE, file, Grade("error", 0.0, 1.0, error=error, **more), traces, seconds_limit=5.0))


def test_an_import_of_a_neighbour_names_the_file_and_keeps_its_type():
    result = described(Raised("ModuleNotFoundError", "No module named 'helpers'", 1))
    sentence = "`import helpers` refers to helpers.py, but a solution is a single file: copy the code you need into it."
    assert result.summary == f"first.py:1: {sentence}"
    assert (result.error.type, result.error.message, result.error.line) == ("ModuleNotFoundError", sentence, 1)


@pytest.mark.parametrize(
    ("error", "how", "summary"),
    [
        (
            Raised("ModuleNotFoundError", "No module named 'pandas.core'", 1),
            "not-loaded",
            "first.py:1: `pandas.core` is not installed here. "
            "A solution is a single file and can only import installed packages.",
        ),
        (
            Raised("ImportError", "attempted relative import with no known parent package", 2),
            "not-loaded",
            "first.py:2: A solution is a single file: it can import installed packages, but no other file.",
        ),
        (
            Raised("NameError", "name 'solve' is not defined. Did you mean: 'solv'?"),
            "no-function",
            "There is no function `solve` in this file. Rename `solv` to `solve`.",
        ),
        (
            Raised("NameError", "name 'solve' is not defined"),
            "no-function",
            "There is no function `solve` in this file. Write `def solve(x):`.",
        ),
        (
            Raised("TypeError", "'int' object is not callable"),
            "no-function",
            "`solve` is not a function here: write `def solve(x):`.",
        ),
        (
            Raised("TypeError", "missing a required argument: 'y'", 3),
            "wrong-signature",
            "first.py:3: `solve` must take the parameters (x), in this order. Python says: missing a required argument: 'y'.",
        ),
    ],
)
def test_a_message_of_python_becomes_a_sentence_with_a_fix(error, how, summary):
    result = described(error, how=how)
    assert result.summary == summary
    assert summary.endswith(result.error.message)
    assert result.error.type == error.type


@pytest.mark.parametrize("error", [Raised("OSError", "'helpers'", 1), Raised("NameError", "name 'y' is not defined", 2)])
def test_any_other_error_keeps_its_message(error):
    result = described(error)
    assert (result.error.type, result.error.message) == (error.type, error.message)


def test_a_file_that_could_not_be_read_says_why():
    file = SolutionFile("core/first.py", None, "It is not a plain file.")
    result = described(Raised("OSError", "It is not a plain file."), file)
    assert result.summary == "The file could not be graded. It is not a plain file."


def test_an_error_in_a_hidden_case_shows_only_its_class_and_line():
    result = described(Raised("ValueError", "", 4), hidden_error=True)
    assert result.summary == (
        "first.py:4: ValueError was raised. This happened in a hidden case, with other numbers than those in the exercise."
    )


def test_cut_output_says_that_it_is_cut():
    trace = Trace({}, (), Ending("returned"), output="yyy", output_is_cut=True)
    result = describe(Assessed("ana", EXERCISE, FILE, Grade("passed", 1.0, 1.0), (trace,)))
    assert result.output == "yyy\n… the output was cut after 1 MB"


def test_a_row_of_several_calls_points_at_the_one_that_went_wrong():
    calls = (Call("zero", ("x",), line=3, before={}, after={}), Call("zero", ("y",), line=4, before={}, after={}))
    step = Step("zero", Look(), 1, "x.grad.zero_(); y.grad.zero_()")
    one, two = (TensorValue((1,), "float32", "cpu", (number,)) for number in (0.0, 2.0))
    row = GradeRow(
        "step", "wrong", 0, calls, 0.0, 1.0, {"x.grad": one, "y.grad": one}, {"x.grad": one, "y.grad": two}, ("y.grad",)
    )
    grade = Grade("failed", 0.0, 1.0, (row,))
    result = describe(Assessed("ana", replace(EXERCISE, steps=(step,)), FILE, grade, (Trace({}, (), Ending("returned")),)))
    assert result.steps[0].line == 4
    assert result.summary == "first.py:4: y.grad is [2], [0] was expected."
