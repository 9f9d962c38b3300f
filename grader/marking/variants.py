"""What the grade of an exercise becomes with that of a variant: the points come from the exercise's own numbers."""

from __future__ import annotations

from dataclasses import replace

from grader.marking.ending import FATAL_VERDICTS
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.points import scaled
from grader.marking.score import without_a_point
from grader.records.exercise import Exercise
from grader.records.grade import Grade, GradeRow
from grader.records.result import NOT_RIGHT


def with_variant(grade: Grade, expected_runs: ExpectedRuns, variant: Exercise, found: Grade) -> Grade:
    """The grade, if the student's function got `found` with the data of this variant.

    A function that passes with the exercise's own data loses a point and gets a row. No number of the variant is in it.
    """
    error = found.error and replace(found.error, message="")
    if found.verdict in FATAL_VERDICTS and grade.verdict not in FATAL_VERDICTS:
        return Grade(found.verdict, found.score, grade.max_score, (), error, hidden_error=True)
    if grade.verdict != "passed" or found.verdict == "passed":
        return grade
    score = scaled(without_a_point(expected_runs.full), expected_runs.full, expected_runs.exercise)
    rows = (*grade.rows, _row_of_variant(expected_runs.exercise, variant, found))
    return Grade(found.verdict, score, grade.max_score, rows, error, hidden_error=error is not None)


def _row_of_variant(exercise: Exercise, variant: Exercise, found: Grade) -> GradeRow:
    """The first step that is wrong with other data, or the first call that is unexpected, without any number."""
    row = next((row for row in found.rows if row.status in NOT_RIGHT), None)
    if row is None:
        return GradeRow("variant", "wrong", only_visible=True)
    if row.rule is not None:
        return GradeRow("rule", "wrong", rule=replace(row.rule, only_hidden=True))
    call = row.call and replace(row.call, before={}, after={}, touched=(), raised=None)
    number = None if row.step is None else variant.steps[row.step].number
    step = next((index for index, each in enumerate(exercise.steps) if each.number == number), None)
    return GradeRow("variant", "wrong", step, () if call is None else (call,), only_visible=True)
