"""Mistakes with `step()`: left out, too often, too early, too late, on another optimizer."""

from __future__ import annotations

from grader.diagnosis.mutations.program import (
    Found,
    Program,
    after_each,
    moves,
    one_by_one_and_all,
    one_or_all,
    own_steps,
    shifted,
    single_items,
    single_written,
    swapped_in,
    with_action,
    without,
)
from grader.records.exercise import Exercise, OptimizerStep


def drop_step(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in single_written(steps, "step"):
        if len(place) > 1:
            yield "step-outside-loop", without(steps, *place[:-1])
            yield "leftover-dropped", without(steps, place[-1])
    for group in reversed(one_or_all(steps, "step")):
        yield "none-is-zero" if _predicts_stillness(exercise, group) else "step-missing", without(steps, *group)


def _predicts_stillness(exercise: Exercise, group: list[int]) -> bool:
    """Is the predicted step() right after a reset? Leaving it out means that a step() on an empty gradient moves nothing."""
    return exercise.kind == "predict" and group[0] > 0 and exercise.steps[group[0] - 1].verb == "zero"


def step_after_every_backward(exercise: Exercise) -> Found:
    steps = exercise.steps
    for new in own_steps(exercise, "step"):
        for place in one_by_one_and_all(steps, "backward"):
            often = after_each(steps, place, new)
            yield "step-too-early", often
            yield "step-too-early", _without_repeated_steps(often)


def _without_repeated_steps(steps: Program) -> Program:
    return tuple(step for index, step in enumerate(steps) if not _repeats(steps, index))


def _repeats(steps: Program, index: int) -> bool:
    return index > 0 and steps[index].verb == "step" and steps[index - 1].action == steps[index].action


def move_step(exercise: Exercise) -> Found:
    for index, before, moved in moves(exercise.steps, "step"):
        yield "step-too-early" if before < index else "step-too-late", moved


def shift_step_in_every_pass(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in single_written(steps, "step"):
        for distance in (-2, -1, 1, 2):
            yield "step-too-early" if distance < 0 else "step-too-late", shifted(steps, place, distance)


def repeat_step(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in one_or_all(steps, "step"):
        again = frozenset(group)
        yield "step-too-early", tuple(each for i, step in enumerate(steps) for each in ((step, step) if i in again else (step,)))


def step_another_optimizer(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in one_or_all(steps, "step"):
        for name in single_items(list(exercise.setup.optimizers)):
            yield "wrong-optimizer", swapped_in(steps, {index: with_action(steps[index], OptimizerStep(name)) for index in group})
