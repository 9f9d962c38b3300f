"""The two files beside an exercise, graded as a student's: reference.py passes, starter.py does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.check.subject import Subject
from grader.diagnosis.explain import explains
from grader.errors import Problem, SourceLocation
from grader.protocol.jobs import student_job
from grader.records.grade import Grade
from grader.records.proof import ProofState
from grader.records.trace import Trace

# A starter is a file that runs, and is not finished.
_UNFINISHED = ("failed",)


def reference(subject: Subject) -> tuple[ProofState, tuple[Problem, ...]]:
    """Does reference.py pass, in every case?"""
    source, where = subject.exercise.reference, _beside(subject, "reference.py")
    if source is None:
        return "missing", (Problem("there is no reference.py.", where, "Write a right solution, as a student would."),)
    grade, _ = _grade(subject, source, "reference.py")
    if grade.verdict == "passed":
        return "right", ()
    return "wrong", (Problem(f"the reference does not pass: {_ended(grade)}.", _line(where, grade), _row(subject, grade)),)


def starter(subject: Subject) -> tuple[ProofState, tuple[Problem, ...]]:
    """Does starter.py run and not pass? One that has to be mended must make one of the mistakes in the file."""
    exercise, where = subject.exercise, _beside(subject, "starter.py")
    if exercise.starter is None:
        return "missing", (Problem("there is no starter.py.", where, "Write what the student starts from."),)
    grade, traces = _grade(subject, exercise.starter, "starter.py")
    problems = tuple(_of_starter(subject, grade, traces, where))
    return ("wrong" if problems else "right"), problems


def _of_starter(subject: Subject, grade: Grade, traces: Sequence[Trace], where: SourceLocation) -> Iterator[Problem]:
    if grade.verdict == "passed":
        yield Problem("the starter passes: there is nothing left to do.", where, "Take something out of it.")
    elif subject.exercise.kind == "fix":
        yield from _of_bug(subject, grade, traces, where)
    elif grade.verdict not in _UNFINISHED:
        yield Problem(f"the starter does not run: {_ended(grade)}.", _line(where, grade), "Let it run, and be wrong.")


def _of_bug(subject: Subject, grade: Grade, traces: Sequence[Trace], where: SourceLocation) -> Iterator[Problem]:
    """The starter's mistake is one of the file's, and is diagnosed as that."""
    made = [
        wrong
        for wrong, (steps, runs) in zip(subject.exercise.wrong, subject.wrong_runs, strict=True)
        if explains(subject.exercise, steps, runs, traces) is not None
    ]
    if not made:
        yield Problem("the starter's mistake is none of `wrong`.", where, "Add it there.")
        return
    words = [finding.misconceptions[0] for finding in subject.diagnose(grade, traces)[:1] if finding.misconceptions]
    if not set(words) & {wrong.misconception for wrong in made}:
        said = f"`{words[0]}`" if words else "nothing"
        fix = f"It makes the mistake `{made[0].name}`, which is `{made[0].misconception}`."
        yield Problem(f"the starter's mistake is diagnosed as {said}.", where, fix)


def _grade(subject: Subject, source: str, name: str) -> tuple[Grade, tuple[Trace, ...]]:
    job = student_job(subject.exercise, source, name, subject.prepared.case_lines)
    outcome = next(subject.engine.run_students((job,)))
    return subject.mark(outcome.traces), outcome.traces


def _beside(subject: Subject, name: str) -> SourceLocation:
    return SourceLocation((PurePosixPath(subject.exercise.path).parent / name).as_posix())


def _line(where: SourceLocation, grade: Grade) -> SourceLocation:
    """The line of the error, or of the first call that is not right."""
    if grade.error is not None:
        return SourceLocation(where.path, grade.error.line)
    calls = (row.call for row in grade.rows if _is_wrong(row.status))
    return SourceLocation(where.path, next((call.line for call in calls if call is not None), None))


def _is_wrong(status: str) -> bool:
    return status not in ("matched", "skipped", "carried")


def _ended(grade: Grade) -> str:
    if grade.error is not None and grade.error.type:
        return f"{grade.error.type}: {grade.error.message}".strip().rstrip(".:")
    if grade.error is not None:
        return grade.error.message.rstrip(".")
    return "not everything is right" if grade.verdict == "failed" else grade.verdict


def _row(subject: Subject, grade: Grade) -> str:
    """The first step that is not as it should be."""
    row = next((row for row in grade.rows if _is_wrong(row.status)), None)
    if row is None or row.step is None:
        return ""
    only = " on other numbers than those in the file" if row.only_visible else ""
    return f"`{subject.exercise.steps[row.step].text}` is {row.status}{only}."
