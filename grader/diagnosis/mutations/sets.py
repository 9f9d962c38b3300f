"""Mistakes with `set` steps: left out, bound to a new tensor, moved, with the wrong sign."""

from __future__ import annotations

from grader.diagnosis.mutations.program import (
    Found,
    moves,
    one_or_all,
    put_in,
    sets_grad,
    single_places,
    swapped_in,
    with_action,
    without,
)
from grader.expressions.tree import Binary, Expr, Name
from grader.records.exercise import Exercise, Let, Set, Step


def change_set(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in one_or_all(steps, "set"):
        yield _missing_edit(steps[group[0]]), without(steps, *group)
    for index in single_places(steps, "set"):
        action = steps[index].action
        assert isinstance(action, Set)
        if all(isinstance(target, Name) for target, _ in action.targets):
            names = tuple((target.id, value) for target, value in action.targets if isinstance(target, Name))
            yield "rebound-leaf", swapped_in(steps, {index: with_action(steps[index], Let(names), "let")})
        flipped = tuple((target, _flip(value)) for target, value in action.targets)
        if flipped != action.targets:
            yield "sign", swapped_in(steps, {index: with_action(steps[index], Set(flipped))})
        yield _repeated_edit(steps[index]), put_in(steps, index, with_action(steps[index], action))


def _missing_edit(step: Step) -> str:
    return "step-missing" if step.verb == "set" and not sets_grad(step) else "not-unscaled"


def _repeated_edit(step: Step) -> str:
    return "divided-twice" if sets_grad(step) else "step-too-early"


def _flip(value: Expr) -> Expr:
    match value:
        case Binary(operator="-", left=left, right=right):
            return Binary("+", left, right)
        case Binary(operator="+", left=left, right=right):
            return Binary("-", left, right)
    return value


def move_set(exercise: Exercise) -> Found:
    for index, before, moved in moves(exercise.steps, "set"):
        when = "step-too-early" if before < index else "step-too-late"
        yield "not-unscaled" if sets_grad(exercise.steps[index]) else when, moved
