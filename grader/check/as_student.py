"""A program of steps as if a student had done it: the trace that the tracer would have seen."""

from __future__ import annotations

from collections.abc import Sequence

from grader.marking.confirm import as_trace
from grader.records.exercise import Exercise, Step
from grader.records.trace import Ending, ExceptionClass, ReferenceRun, Trace, Value


def student_trace(exercise: Exercise, steps: Sequence[Step], run: ReferenceRun) -> Trace:
    """In a `predict` exercise a student does nothing, but answers what these steps leave."""
    if exercise.kind != "predict":
        return as_trace(run)
    answers: list[Value] = []
    for step, done in zip(steps, run.steps, strict=False):
        if done.raised is not None:
            answers.append(ExceptionClass(done.raised.type))
        elif step.expect:
            answers.append(dict(zip((each.text for each in step.expect), done.values, strict=True)))
    return Trace(run.before, (), Ending("returned", tuple(answers)))
