"""From a mark to what is reported."""

import pytest

from grader.records.exercise import Exercise, Setup
from grader.records.grade import Grade
from grader.records.submission import SolutionFile
from grader.records.trace import Raised
from grader.reports.results import describe

EXERCISE = Exercise("core/first", "f", "T", "write", "solve", ("x",), Setup(), ())


def described(error, file):
    return describe("ana", EXERCISE, file, Grade("error", 0.0, 1.0, error=error), (), 5.0)


def test_an_import_of_a_neighbour_names_the_file():
    file = SolutionFile("core/first.py", "import helpers\n", neighbours=("helpers.py", "other.py"))
    result = described(Raised("ModuleNotFoundError", "No module named 'helpers'", 1), file)
    assert result.summary == (
        "first.py:1: `import helpers` means helpers.py, but a solution is one file: copy what it needs from there."
    )


@pytest.mark.parametrize(
    "error", [Raised("ModuleNotFoundError", "No module named 'pandas'", 1), Raised("OSError", "'helpers'", 1)]
)
def test_another_error_stays_what_it_is(error):
    result = described(error, SolutionFile("core/first.py", "", neighbours=("helpers.py",)))
    assert (result.error.type, result.error.message) == (error.type, error.message)


def test_a_file_that_could_not_be_read_says_why():
    result = described(None, SolutionFile("core/first.py", None, "It is not a plain file."))
    assert result.summary == "The file could not be graded. It is not a plain file."
