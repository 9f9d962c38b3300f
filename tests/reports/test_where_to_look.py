"""Which exercise comes first, and which of its lines."""

from pathlib import Path

import pytest

from grader.records.result import Diagnosis, ErrorInfo
from grader.reports.where_to_look import explanation, failures, in_repository, line


@pytest.fixture
def failed(report):
    """The second result of the report, changed."""
    return lambda **changes: report.results[1].model_copy(update=changes)


def cause(line=None, between=None):
    return Diagnosis(misconception="sign", message="The sign is wrong.", line=line, between=between, fix=None)


def test_the_smallest_share_of_points_comes_first_and_what_is_not_started_is_left_out(report):
    assert [result.exercise for result in failures(report.results)] == [
        "core/endless",
        "core/micro-batches-with-a-mean-loss",
        "core/second-backward",
        "core/gradients-pile-up",
    ]


def test_the_line_is_that_of_the_first_cause_that_has_one(failed):
    assert line(failed(diagnoses=(cause(), cause(11), cause(12)), error=ErrorInfo(type="E", message="", line=3))) == 11


def test_the_line_of_something_missing_is_that_of_the_call_before_it(failed):
    assert line(failed(diagnoses=(cause(between=(7, 12)),))) == 7
    assert line(failed(diagnoses=(cause(between=(None, 12)),))) == 12


def test_without_a_cause_the_line_is_that_of_the_error(failed):
    assert line(failed(error=ErrorInfo(type="E", message="", line=3))) == 3


def test_without_an_error_the_line_is_that_of_the_first_wrong_step_or_the_call_before(failed, a_row):
    assert line(failed()) == 7
    assert line(failed(steps=(a_row("a", "matched", 4), a_row("b", "wrong", 6)))) == 6
    assert line(failed(steps=(a_row("a", "missing"),))) is None


def test_a_notebook_and_a_missing_file_have_no_line(failed):
    assert line(failed(file="solutions/first.ipynb")) is None
    assert line(failed(file=None)) is None


def test_a_proven_fix_is_shown_with_its_cause(report):
    assert explanation(report.results[3])[1:] == [
        "micro_batches_with_a_mean_loss.py:8: The loss of a micro-batch was not divided by the number of micro-batches. "
        "To fix it: divide the loss on line 8 by 2."
    ]


def test_file_names_are_relative_to_the_root_of_the_repository(report, tmp_path, monkeypatch):
    course = tmp_path / "course"
    course.mkdir()
    monkeypatch.chdir(course)
    elsewhere = Path(tmp_path.parent, "other.py").as_posix()
    results = (
        report.results[0],
        report.results[1].model_copy(update={"file": elsewhere}),
        report.results[2].model_copy(update={"file": None}),
        report.results[3].model_copy(update={"file": (course / "a.py").as_posix()}),
    )
    placed = in_repository(report.model_copy(update={"results": results}), tmp_path)
    assert [result.file for result in placed.results] == [
        "course/solutions/core/the_first_gradient.py",
        elsewhere,
        None,
        "course/a.py",
    ]
