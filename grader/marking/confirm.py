"""Does an exercise keep its promises? Its steps run, its `expect`s are true, and what is optional changes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from grader.errors import Problem
from grader.marking import promises
from grader.marking.author_fixes import fix_for
from grader.marking.ending import raising_step
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade
from grader.marking.predict import same_answer
from grader.marking.values import difference_of_values, rules_of, same_state
from grader.records.exercise import Exercise
from grader.records.trace import Ending, ExceptionClass, PerformedStep, Raised, ReferenceRun, State, TensorValue, Trace, Value


def problems(exercise: Exercise, right: ReferenceRun, without_optional: Mapping[int, ReferenceRun]) -> tuple[Problem, ...]:
    """Everything that the reference run shows to be wrong with the exercise.

    `right` performed all steps on the visible case; `without_optional[i]` all but the optional step with index i.
    """
    stopped = tuple(_stopped(exercise, right))
    if stopped:
        return (*_wrong_promises(exercise, right), *stopped)
    return (
        *_wrong_promises(exercise, right),
        *_not_raised(exercise, right),
        *_not_neutral(exercise, right, without_optional),
        *_not_a_number(exercise, right),
    )


def usable(exercise: Exercise, right: ReferenceRun, wrong: Sequence[ReferenceRun]) -> bool:
    """Is this hidden case fit to grade on? Not if the right steps fail on it, leave NaN or infinity, or a wrong program
    leaves what they leave.
    """
    if any(_stopped(exercise, right)) or any(_not_raised(exercise, right)):
        return False
    finite = all(_all_finite(done.call.after) for done in right.steps if done.call is not None)
    if not finite or not _is_finite(right.returned):
        return False
    return not any(agrees(exercise, right, each) for each in wrong)


def agrees(exercise: Exercise, right: ReferenceRun, wrong: ReferenceRun) -> bool:
    """Would a student who does what the wrong program does (or predicts what it gives) pass against the right one?"""
    if exercise.kind == "predict":
        return _same_answers(exercise, _answers(right), _answers(wrong))
    return grade(ExpectedRuns(exercise, [right]), [as_trace(wrong)], {}).verdict == "passed"


def as_trace(run: ReferenceRun) -> Trace:
    """A run of steps as if a student had done the same."""
    raised = run.error or (run.steps[-1].raised if run.steps else None)
    calls = tuple(done.call for done in run.steps if done.call is not None)
    ending = Ending("returned", run.returned) if raised is None else Ending("raised", error=raised)
    return Trace(run.before, calls, ending)


def _answers(run: ReferenceRun) -> list[Value]:
    """What a student would answer who thinks that this run is the right one."""
    raised = (ExceptionClass(done.raised.type) for done in run.steps if done.raised is not None)
    return [*(value for done in run.steps for value in done.values), *raised]


def _same_answers(exercise: Exercise, right: Sequence[Value], wrong: Sequence[Value]) -> bool:
    return len(right) == len(wrong) and all(
        same_answer(one, other, none_is_zero=exercise.none_is_zero) for one, other in zip(wrong, right, strict=True)
    )


def _stopped(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    """What kept the steps from running to their end."""
    for step, done in zip(exercise.steps, right.steps, strict=False):
        if done.raised is None:
            continue
        if step.raises is None:
            yield Problem(f"This step cannot run: PyTorch says {_quoted(done.raised)}.", step.where, fix_for(done.raised))
        elif step.raises not in done.raised.message:
            yield Problem(
                f"This step should raise `{step.raises}`, but PyTorch says {_quoted(done.raised)}.",
                step.where,
                "write a part of that message under `raises`",
            )
    if right.error is not None:
        yield _trouble(exercise, right, right.error)


def _trouble(exercise: Exercise, right: ReferenceRun, error: Raised) -> Problem:
    if exercise.returns is not None and len(right.steps) == len(exercise.steps):
        return Problem(f"`returns` cannot be computed: {_quoted(error)}.", exercise.returns_where, fix_for(error))
    where = exercise.steps[len(right.steps)].where if 0 < len(right.steps) < len(exercise.steps) else exercise.where
    return Problem(f"`{exercise.id}` cannot be run: {_quoted(error)}.", where, fix_for(error))


def _not_raised(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    index = raising_step(exercise)
    if index is not None and index < len(right.steps) and right.steps[index].raised is None:
        step = exercise.steps[index]
        yield Problem(f"This step should raise `{step.raises}`, but it runs.", step.where, "remove `raises`, or mend the step")


def _wrong_promises(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    rules = rules_of(exercise)
    for step, done in zip(exercise.steps, right.steps, strict=False):
        if done.raised is None:
            for promise, value in zip(step.expect, done.values, strict=False):
                if (problem := promises.problem(promise, value, rules)) is not None:
                    yield problem


def _not_a_number(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    """The first step that leaves a NaN; all after it would only repeat it."""
    for step, done in zip(exercise.steps, right.steps, strict=False):
        name = next(_nans(done.call.after if done.call is not None else {}), None)
        if name is not None:
            yield Problem(
                f"This step leaves a NaN in `{name}`, which no answer can equal.",
                step.where,
                "choose numbers for which every step is defined",
            )
            return


def _nans(state: State) -> Iterator[str]:
    for name, leaf in state.items():
        if _has_nan(leaf.grad):
            yield f"{name}.grad"
        if _has_nan(leaf.value):
            yield name


def _not_neutral(exercise: Exercise, right: ReferenceRun, without_optional: Mapping[int, ReferenceRun]) -> Iterator[Problem]:
    for index, shorter in without_optional.items():
        if not _same_later(exercise, right.steps[index + 1 :], shorter.steps[index:]) or not _same_end(exercise, right, shorter):
            step = exercise.steps[index]
            yield Problem(
                "This step is `optional`, but without it something later comes out differently.",
                step.where,
                "remove `optional: true`, or put the step where nothing depends on it",
            )


def _same_later(exercise: Exercise, full: Sequence[PerformedStep], shorter: Sequence[PerformedStep]) -> bool:
    return len(full) == len(shorter) and all(_same_step(*pair, exercise) for pair in zip(full, shorter, strict=True))


def _same_step(one: PerformedStep, other: PerformedStep, exercise: Exercise) -> bool:
    rules = rules_of(exercise)
    if (one.call is None, one.raised is None) != (other.call is None, other.raised is None):
        return False
    if one.raised is not None and other.raised is not None and one.raised.message != other.raised.message:
        return False
    if one.call is not None and other.call is not None:
        return same_state(other.call.after, one.call.after, frozenset(one.call.after), rules)
    return difference_of_values(other.values, one.values, rules) is None


def _same_end(exercise: Exercise, right: ReferenceRun, shorter: ReferenceRun) -> bool:
    if (right.error is None) != (shorter.error is None):
        return False
    return difference_of_values(shorter.returned, right.returned, rules_of(exercise)) is None


def _has_nan(tensor: TensorValue | None) -> bool:
    return tensor is not None and any(map(math.isnan, tensor.data))


def _all_finite(state: State) -> bool:
    return all(_is_finite(leaf.grad) and _is_finite(leaf.value) for leaf in state.values())


def _is_finite(value: Value) -> bool:
    return all(map(math.isfinite, promises.numbers(value)))


def _quoted(raised: Raised) -> str:
    lines = raised.message.strip().splitlines()
    return f"{raised.type}: {lines[0]}".rstrip(".") if lines else raised.type
