"""A right solution gets no diagnosis, however it is written."""

from dataclasses import replace
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def right_students(cases_of):
    return [case for case in cases_of("one-mistake") if case.verdicts == ("passed",)]


def test_unusual_right_students_have_no_findings(right_students, course, assessed):
    assert len(right_students) >= 30
    found = {case.name: assessed(course[case.exercise], case.source) for case in right_students}
    assert {name: each.grade.verdict for name, each in found.items()} == dict.fromkeys(found, "passed")
    assert {name: each.findings for name, each in found.items() if each.findings} == {}


def test_the_reference_of_each_exercise_has_no_findings(course, assessed):
    references = {each.id: Path(each.path).parent / "reference.py" for each in course.values()}
    found = {name: assessed(course[name], path.read_text(encoding="utf-8")) for name, path in references.items()}
    assert {name: (each.grade.verdict, each.findings) for name, each in found.items()} == dict.fromkeys(course, ("passed", ()))


def test_the_printed_steps_of_each_exercise_have_no_findings(course, assessed, student_source):
    own_data = {name: replace(exercise, variants=(), wrong=()) for name, exercise in course.items()}  # printed loops are unrolled
    found = {name: assessed(exercise, student_source(exercise, exercise.steps)) for name, exercise in own_data.items()}
    assert {name: (each.grade.verdict, each.findings) for name, each in found.items()} == dict.fromkeys(course, ("passed", ()))
