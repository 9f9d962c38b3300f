"""Is a drawn case fit to grade on? The right steps run on it, and every wrong program differs from them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grader.assess.exercise_problems import missing_error, new_leaves, stopping_problems
from grader.assess.expectations import numbers_in
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.marking.predict import is_same_answer
from grader.marking.torch_rules import seen_of_student
from grader.records.exercise import Exercise
from grader.records.trace import Ending, ExceptionClass, LeafState, ReferenceRun, Trace, Used, Value


def is_usable_case(exercise: Exercise, right: ReferenceRun, wrong: Sequence[ReferenceRun]) -> bool:
    """False if the right steps fail on this case, if they leave NaN or infinity, or if a wrong program would pass."""
    if any(stopping_problems(exercise, right)) or any(missing_error(exercise, right)):
        return False
    if not all(_is_finite_leaf(leaf) for performed in right.steps for _, leaf in new_leaves(right, performed)):
        return False
    return _is_finite(right.returned) and not any(would_pass(exercise, right, each) for each in wrong)


def would_pass(exercise: Exercise, right: ReferenceRun, wrong: ReferenceRun) -> bool:
    """Would a student who does what the wrong program does (or predicts what it gives) pass?"""
    if exercise.kind == "predict":
        answers, right_answers = _answers_of_run(wrong), _answers_of_run(right)
        return len(answers) == len(right_answers) and all(
            is_same_answer(answer, right_answer, none_is_zero=exercise.none_is_zero)
            for answer, right_answer in zip(answers, right_answers, strict=True)
        )
    trace = trace_of_run(wrong, seen_of_student(exercise, right, wrong))
    return grade_traces(ExpectedRuns(exercise, [right]), [trace], {}).verdict == "passed"


def trace_of_run(run: ReferenceRun, used: tuple[Used, ...] = ()) -> Trace:
    """The trace of a student whose function makes the same calls as this run."""
    raised = run.error or (run.steps[-1].raised if run.steps else None)
    calls = tuple(performed.call for performed in run.steps if performed.call is not None)
    ending = Ending("returned", run.returned) if raised is None else Ending("raised", error=raised)
    return Trace(run.before, calls, ending, used=used, frozen=run.frozen)


def _answers_of_run(run: ReferenceRun) -> list[Value]:
    """The answers of a student who believes that this run is the right one."""
    raised = (ExceptionClass(performed.raised.type) for performed in run.steps if performed.raised is not None)
    return [*(value for performed in run.steps for value in performed.values), *raised]


def _is_finite_leaf(leaf: LeafState) -> bool:
    return _is_finite(leaf.grad) and _is_finite(leaf.value)


def _is_finite(value: Value) -> bool:
    return all(map(math.isfinite, numbers_in(value)))
