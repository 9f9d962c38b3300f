"""The trace of a student whose function does exactly what a program of steps does."""

from __future__ import annotations

from collections.abc import Sequence

from grader.assess.usable_cases import trace_of_run
from grader.marking.torch_rules import seen_of_student
from grader.records.exercise import Exercise, Step
from grader.records.trace import Ending, ExceptionClass, ReferenceRun, Trace, Value


def student_trace(exercise: Exercise, steps: Sequence[Step], run: ReferenceRun, right: ReferenceRun | None = None) -> Trace:
    """In a `predict` exercise the student makes no calls and returns as answers what these steps leave.

    `right`: the run of the right steps on the same case; without it, `uses` and `forbids` count as kept.
    """
    if exercise.kind != "predict":
        return trace_of_run(run, seen_of_student(exercise, right or run, run))
    answers: list[Value] = []
    for step, performed in zip(steps, run.steps, strict=False):
        if performed.raised is not None:
            answers.append(ExceptionClass(performed.raised.type))
        elif step.expect:
            answers.append(dict(zip((each.text for each in step.expect), performed.values, strict=True)))
    return Trace(run.before, (), Ending("returned", tuple(answers)))
