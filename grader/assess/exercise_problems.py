"""Is an exercise right? Its steps run, the values under `expect` are true, and an `optional` step changes nothing later."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.assess.author_fixes import author_fix
from grader.assess.expectations import expectation_problem
from grader.errors import Problem
from grader.marking.ending import raising_step
from grader.marking.values import difference_of_values, rules_of, same_state
from grader.records.exercise import Exercise
from grader.records.states import replaced_leaves
from grader.records.trace import LeafState, PerformedStep, Raised, ReferenceRun, TensorValue, have_same_leaves


def exercise_problems(
    exercise: Exercise, right: ReferenceRun, without_optional: Mapping[int, ReferenceRun]
) -> tuple[Problem, ...]:
    """Everything that the reference run shows to be wrong with the exercise.

    `right` performed all steps on the visible case; `without_optional[i]` all but the optional step with index i.
    """
    unusable = tuple(_unusable_names(exercise, right))
    stopped = tuple(stopping_problems(exercise, right))
    if stopped:
        return (*unusable, *_wrong_expectations(exercise, right), *stopped)
    return (
        *unusable,
        *_wrong_expectations(exercise, right),
        *missing_error(exercise, right),
        *_optional_steps_that_matter(exercise, right, without_optional),
        *_first_nan(exercise, right),
    )


def _unusable_names(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    for key, names in (("uses", exercise.uses), ("forbids", exercise.forbids)):
        for each in names:
            if (fix := right.unusable.get(each.name)) is not None:
                yield Problem(f"`{key}` cannot have `{each.name}`: it is no call that PyTorch has.", each.where, fix)


def stopping_problems(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    """Errors that stopped the steps before their end, and errors with another message than the step's `raises`."""
    for step, performed in zip(exercise.steps, right.steps, strict=False):
        if performed.raised is None:
            continue
        if step.raises is None:
            message = f"This step cannot run: PyTorch raises {_quoted(performed.raised)}."
            yield Problem(message, step.where, author_fix(performed.raised))
        elif step.raises not in performed.raised.message:
            yield Problem(
                f"This step should raise `{step.raises}`, but PyTorch raises {_quoted(performed.raised)}.",
                step.where,
                "copy a part of that message to `raises`",
            )
    if right.error is not None:
        yield _error_outside_steps(exercise, right, right.error)


def missing_error(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    """A step that should raise an error and raises none."""
    index = raising_step(exercise)
    if index is not None and index < len(right.steps) and right.steps[index].raised is None:
        step = exercise.steps[index]
        message = f"This step should raise `{step.raises}`, but it raises no error."
        yield Problem(message, step.where, "remove `raises`, or fix the step")


def _error_outside_steps(exercise: Exercise, right: ReferenceRun, error: Raised) -> Problem:
    if exercise.returns is not None and len(right.steps) == len(exercise.steps):
        return Problem(f"`returns` cannot be computed: {_quoted(error)}.", exercise.returns_where, author_fix(error))
    where = exercise.steps[len(right.steps)].where if 0 < len(right.steps) < len(exercise.steps) else exercise.where
    return Problem(f"`{exercise.id}` cannot run: {_quoted(error)}.", where, author_fix(error))


def _wrong_expectations(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    rules = rules_of(exercise)
    for step, performed in zip(exercise.steps, right.steps, strict=False):
        if performed.raised is None:
            for expectation, value in zip(step.expect, performed.values, strict=False):
                if (problem := expectation_problem(expectation, value, rules)) is not None:
                    yield problem


def _first_nan(exercise: Exercise, right: ReferenceRun) -> Iterator[Problem]:
    """The first step that leaves a NaN; the later steps would only repeat it."""
    for step, performed in zip(exercise.steps, right.steps, strict=False):
        name = next(_names_with_nan(new_leaves(right, performed)), None)
        if name is not None:
            yield Problem(
                f"This step leaves NaN in `{name}`, and no value is equal to NaN.",
                step.where,
                "choose numbers for which every step is defined",
            )
            return


def new_leaves(run: ReferenceRun, performed: PerformedStep) -> Iterator[tuple[str, LeafState]]:
    """The leaves after a step that were not there after the calls before it: only these can have new numbers."""
    call = performed.call
    if call is not None:
        is_first = have_same_leaves(call.before, run.before)
        for name in call.after if is_first else replaced_leaves(call.before, call.after):
            yield name, call.after[name]


def _names_with_nan(leaves: Iterable[tuple[str, LeafState]]) -> Iterator[str]:
    for name, leaf in leaves:
        if _has_nan(leaf.grad):
            yield f"{name}.grad"
        if _has_nan(leaf.value):
            yield name


def _has_nan(tensor: TensorValue | None) -> bool:
    return tensor is not None and any(map(math.isnan, tensor.data))


def _optional_steps_that_matter(
    exercise: Exercise, right: ReferenceRun, without_optional: Mapping[int, ReferenceRun]
) -> Iterator[Problem]:
    for index, shorter in without_optional.items():
        same_steps = _same_steps(exercise, right.steps[index + 1 :], shorter.steps[index:])
        if not same_steps or not _same_end(exercise, right, shorter):
            yield Problem(
                "This step is `optional`, but without it a later result is different.",
                exercise.steps[index].where,
                "remove `optional: true`, or move the step to where nothing depends on it",
            )


def _same_steps(exercise: Exercise, full: Sequence[PerformedStep], shorter: Sequence[PerformedStep]) -> bool:
    return len(full) == len(shorter) and all(_same_result(*pair, exercise) for pair in zip(full, shorter, strict=True))


def _same_result(one: PerformedStep, other: PerformedStep, exercise: Exercise) -> bool:
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


def _quoted(raised: Raised) -> str:
    lines = raised.message.strip().splitlines()
    return f"{raised.type}: {lines[0]}".rstrip(".") if lines else raised.type
