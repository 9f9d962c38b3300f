"""Mistakes in the formulas of losses: in one loss, in every pass of a loss, or in all losses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from grader.diagnosis.mutations.formulas import (
    LossWorld,
    detach_part,
    divide_again,
    negate,
    other_divisor,
    remove_detach,
    scale,
    sum_and_mean,
    sum_for_default_mean,
    undo_division,
    unreduce,
)
from grader.diagnosis.mutations.program import Found, one_or_all, single_places, swapped_in, with_action
from grader.expressions.tree import Expr
from grader.records.exercise import Backward, Exercise, Let, Step

LossChange = Callable[[LossWorld, Expr], Iterator[tuple[str, Expr]]]


def change_losses(exercise: Exercise) -> Found:
    """Every change of one loss, of all its passes, and of all losses."""
    steps, world = exercise.steps, LossWorld(exercise)
    for change in LOSS_CHANGES:
        for group in (*one_or_all(steps, "backward"), *([index] for index in single_places(steps, "let"))):
            yield from _changed_in(world, group, change)


def _changed_in(world: LossWorld, group: list[int], change: LossChange) -> Found:
    """Each step of the group with the same variation."""
    steps = world.exercise.steps
    variations = [list(_step_changes(world, steps[index], change)) for index in group]
    for together in zip(*variations, strict=False):
        changed = swapped_in(steps, {index: step for index, (_, step) in zip(group, together, strict=True)})
        yield together[0][0], changed


def _step_changes(world: LossWorld, step: Step, change: LossChange) -> Iterator[tuple[str, Step]]:
    match step.action:
        case Backward(of=(loss,)) as action:
            for misconception, changed in change(world, loss):
                yield misconception, with_action(step, replace(action, of=(changed,)))
        case Let(names=((name, value),)):
            for misconception, changed in change(world, value):
                yield misconception, with_action(step, Let(((name, changed),)))


LOSS_CHANGES: tuple[LossChange, ...] = (
    undo_division,
    divide_again,
    other_divisor,
    sum_and_mean,
    sum_for_default_mean,
    unreduce,
    remove_detach,
    detach_part,
    negate,
    scale,
)


def another_loss(exercise: Exercise) -> Found:
    """The loss of another backward."""
    steps = exercise.steps
    for index in single_places(steps, "backward"):
        for other in single_places(steps, "backward"):
            if steps[other].action != steps[index].action:
                yield "wrong-formula", swapped_in(steps, {index: with_action(steps[index], steps[other].action)})
