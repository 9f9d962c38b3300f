"""The two files beside an exercise, graded like a student's file: reference.py must pass, starter.py must not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from grader.check.checked_exercise import CheckedExercise
from grader.diagnosis.explain import explains
from grader.errors import Problem, SourceLocation
from grader.protocol.jobs import student_job
from grader.records.grade import Grade
from grader.records.proof import ProofState
from grader.records.trace import Trace


def check_reference(checked: CheckedExercise) -> tuple[ProofState, tuple[Problem, ...]]:
    """Does reference.py pass, in every case?"""
    source, where = checked.exercise.reference, _file_beside(checked, "reference.py")
    if source is None:
        return "missing", (Problem("there is no reference.py.", where, "Write a solution that passes, as a student would."),)
    grade, _ = _grade_source(checked, source, "reference.py")
    if grade.verdict == "passed":
        return "right", ()
    message = f"the reference does not pass: {_reason(grade)}."
    return "wrong", (Problem(message, _line_of_mistake(where, grade), _first_wrong_step(checked, grade)),)


def check_starter(checked: CheckedExercise) -> tuple[ProofState, tuple[Problem, ...]]:
    """Does starter.py run and not pass? The starter of a `fix` exercise must make one of the mistakes in the file."""
    exercise, where = checked.exercise, _file_beside(checked, "starter.py")
    if exercise.starter is None:
        return "missing", (Problem("there is no starter.py.", where, "Write the file that students start with."),)
    grade, traces = _grade_source(checked, exercise.starter, "starter.py")
    problems = tuple(_starter_problems(checked, grade, traces, where))
    return ("wrong" if problems else "right"), problems


def _starter_problems(
    checked: CheckedExercise, grade: Grade, traces: Sequence[Trace], where: SourceLocation
) -> Iterator[Problem]:
    if grade.verdict == "passed":
        yield Problem("the starter passes, so nothing is left to do.", where, "Remove a part of the solution.")
    elif checked.exercise.kind == "fix":
        yield from _bug_problems(checked, grade, traces, where)
    elif grade.verdict != "failed":
        message = f"the starter does not run: {_reason(grade)}."
        yield Problem(message, _line_of_mistake(where, grade), "A starter must run without an error, and fail.")


def _bug_problems(checked: CheckedExercise, grade: Grade, traces: Sequence[Trace], where: SourceLocation) -> Iterator[Problem]:
    """The starter must make a mistake of the file, and the diagnosis must name it."""
    made = [
        wrong
        for wrong, (steps, runs) in zip(checked.exercise.wrong, checked.wrong_runs, strict=True)
        if explains(checked.exercise, steps, runs, checked.prepared.own_traces(traces)) is not None
    ]
    if not made:
        yield Problem("the starter's mistake is not listed under `wrong`.", where, "Add it there.")
        return
    words = [finding.misconceptions[0] for finding in checked.diagnose(grade, traces)[:1] if finding.misconceptions]
    if not set(words) & {wrong.misconception for wrong in made}:
        diagnosed = f"is diagnosed as `{words[0]}`" if words else "is not diagnosed"
        fix = f"It makes the mistake `{made[0].name}`, which the file calls `{made[0].misconception}`."
        yield Problem(f"the starter's mistake {diagnosed}.", where, fix)


def _grade_source(checked: CheckedExercise, source: str, name: str) -> tuple[Grade, tuple[Trace, ...]]:
    job = student_job(checked.exercise, source, name, checked.prepared.case_lines, leaves=checked.prepared.leaves)
    outcome = next(checked.engine.run_students((replace(job, every_call=True),)))
    return checked.grade(outcome.traces), outcome.traces


def _file_beside(checked: CheckedExercise, name: str) -> SourceLocation:
    return SourceLocation((PurePosixPath(checked.exercise.path).parent / name).as_posix())


def _line_of_mistake(where: SourceLocation, grade: Grade) -> SourceLocation:
    """The line of the error, or of the first call that is not right."""
    if grade.error is not None:
        return SourceLocation(where.path, grade.error.line)
    lines = (row.line for row in grade.rows if _is_wrong_status(row.status))
    return SourceLocation(where.path, next((line for line in lines if line is not None), None))


def _is_wrong_status(status: str) -> bool:
    return status not in ("matched", "skipped", "carried")


def _reason(grade: Grade) -> str:
    if grade.error is not None and grade.error.type:
        return f"{grade.error.type}: {grade.error.message}".strip().rstrip(".:")
    if grade.error is not None:
        return grade.error.message.rstrip(".")
    return "not every step is right" if grade.verdict == "failed" else grade.verdict


def _first_wrong_step(checked: CheckedExercise, grade: Grade) -> str:
    row = next((row for row in grade.rows if _is_wrong_status(row.status)), None)
    if row is not None and row.rule is not None:
        return f"`{row.rule.key}: {row.rule.name}` is broken."
    if row is not None and row.kind == "variant":
        return "It passes with the numbers in the file, but not with the data of `variants`."
    if row is None or row.step is None:
        return ""
    only = ", but only on other numbers than those in the file" if row.only_visible else ""
    return f"`{checked.exercise.steps[row.step].text}` is {row.status}{only}."
