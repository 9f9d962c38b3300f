"""Mistakes with resets: left out, too early, too late, of the wrong tensors, None in place of zeros."""

from __future__ import annotations

from dataclasses import replace

from grader.diagnosis.mutations.program import (
    Found,
    Program,
    after_each,
    before_each,
    leaf_names,
    moves,
    new_step,
    one_or_all,
    own_steps,
    put_in,
    sets_grad,
    shifted,
    single_items,
    single_places,
    single_written,
    swapped_in,
    with_action,
    without,
)
from grader.expressions.tree import Expr, Name
from grader.records.exercise import Action, Exercise, OptimizerStep, Step, Zero


def drop_zero(exercise: Exercise) -> Found:
    for group in reversed(one_or_all(exercise.steps, "zero")):
        yield "zero-skipped", without(exercise.steps, *group)


def keep_first_zero_only(exercise: Exercise) -> Found:
    for place in single_written(exercise.steps, "zero"):
        if len(place) > 1:
            yield "zero-outside-loop", without(exercise.steps, *place[1:])


def zero_to_none(exercise: Exercise) -> Found:
    for group in one_or_all(exercise.steps, "zero"):
        yield "none-is-zero", swapped_in(exercise.steps, {index: _other_zero(exercise, index) for index in group})


def _other_zero(exercise: Exercise, index: int) -> Step:
    action = exercise.steps[index].action
    assert isinstance(action, Zero)
    return with_action(exercise.steps[index], _with_other_value(exercise, action))


def _with_other_value(exercise: Exercise, action: Zero) -> Zero:
    """None in place of zeros, and zeros in place of None."""
    to_none = _sets_to_none(exercise, action) if action.set_to_none is None else action.set_to_none
    return replace(action, set_to_none=not to_none)


def _sets_to_none(exercise: Exercise, action: Zero) -> bool:
    """PyTorch's default: zero_grad() of modules and optimizers leaves None, zero_() of a tensor leaves 0."""
    groups = exercise.setup.modules.keys() | exercise.setup.optimizers.keys()
    return any(isinstance(target, Name) and target.id in groups for target in action.of)


def some_zeros_to_none(exercise: Exercise) -> Found:
    """One of several tensors is reset to None in place of zeros, or to zeros in place of None."""
    steps = exercise.steps
    for index in single_places(steps, "zero"):
        action = steps[index].action
        assert isinstance(action, Zero)
        for target in single_items(action.of) if len(action.of) > 1 else ():
            others = tuple(each for each in action.of if each != target)
            kept = with_action(steps[index], replace(action, of=others))
            turned = with_action(steps[index], replace(_with_other_value(exercise, action), of=(target,)))
            yield "none-is-zero", (*steps[:index], kept, turned, *steps[index + 1 :])


def zero_another(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in one_or_all(steps, "zero"):
        for target in _other_targets(exercise, steps[group[0]].action):
            yield "wrong-tensor-zeroed", swapped_in(steps, {index: _reset_of(steps[index], target) for index in group})


def _other_targets(exercise: Exercise, action: Action) -> list[tuple[Expr, ...]]:
    """Other things that could be reset: a part of `action.of`, and other tensors, modules and optimizers."""
    assert isinstance(action, Zero)
    parts = [(target,) for target in single_items(action.of)] if len(action.of) > 1 else []
    names = single_items((*exercise.setup.modules, *exercise.setup.optimizers))
    others: list[tuple[Expr, ...]] = [(Name(name),) for name in names]
    leaves: list[tuple[Expr, ...]] = [(leaf,) for leaf in single_items(leaf_names(exercise))]
    return [each for each in (*parts, *others, *leaves) if each != action.of]


def _reset_of(step: Step, target: tuple[Expr, ...]) -> Step:
    assert isinstance(step.action, Zero)
    return with_action(step, replace(step.action, of=target))


def move_zero(exercise: Exercise) -> Found:
    """One reset earlier or later, past one or more calls."""
    for index, before, moved in moves(exercise.steps, "zero"):
        yield _zero_moved(exercise.steps, index, before), moved


def _zero_moved(steps: Program, index: int, before: int) -> str:
    if before > index:
        idle = not any(step.is_call for step in steps[:index])
        late = "zero-unneeded" if idle and before == len(steps) else "zero-too-late"
        return "zero-before-step" if lands_before_update(steps[index], steps, before) else late
    return _inserted_zero(steps[index], steps, before)


def lands_before_update(zero: Step, steps: Program, before: int, after: int | None = None) -> bool:
    """Would a reset before step `before` come between a backward and the update that needs its gradient?

    `after` is where the steps that come before the reset end, if not at `before`.
    """
    places = range(len(steps))
    following = next((steps[index] for index in places[before:] if steps[index].is_call), None)
    if following is None or not _updates_from(zero, following, steps):
        return False
    earlier = places[: before if after is None else after]
    return next((steps[index].verb for index in reversed(earlier) if steps[index].is_call), None) in ("backward", "clip")


def _updates_from(zero: Step, step: Step, steps: Program) -> bool:
    """Is `step` an update whose gradient the reset empties? A reset of other optimizers does not."""
    reset, update = zero.action, step.action
    if not isinstance(reset, Zero) or not isinstance(update, OptimizerStep):
        return updates(step)
    optimizers = {each.action.optimizer for each in steps if isinstance(each.action, OptimizerStep)}
    names = {target.id if isinstance(target, Name) else "" for target in reset.of}
    return update.optimizer in names or not names <= optimizers


def updates(step: Step) -> bool:
    """Does the step change values, rather than gradients?"""
    return step.verb == "step" or (step.verb == "set" and not sets_grad(step))


def shift_zero_in_every_pass(exercise: Exercise) -> Found:
    """The reset of every pass moved past up to three steps: before step() instead of after it, and so on."""
    steps = exercise.steps
    for place in single_written(steps, "zero"):
        if len(place) < 2:
            continue
        for distance in (-3, -2, -1, 1, 2, 3):
            yield _zero_shifted(steps, place[0], distance), shifted(steps, place, distance)


def _zero_shifted(steps: Program, index: int, distance: int) -> str:
    before = index + distance + (1 if distance > 0 else 0)
    return _zero_moved(steps, index, before)


def insert_zero(exercise: Exercise) -> Found:
    """A reset that the exercise does not expect: after one backward, after each, or at the end."""
    steps = exercise.steps
    for zero in _zeros_to_insert(exercise):
        yield "zero-unneeded", (*steps, zero)
        for index in single_places(steps, "backward"):
            if steps[index + 1 : index + 2] and steps[index + 1].verb == "zero":
                continue
            yield _inserted_zero(zero, steps, index + 1), put_in(steps, index + 1, zero)
        for place in single_written(steps, "backward"):
            if len(place) > 1:
                yield "zero-too-early", after_each(steps, place, zero)
                yield "zero-too-early", before_each(steps, place, zero)


def _inserted_zero(zero: Step, steps: Program, before: int) -> str:
    return "zero-before-step" if lands_before_update(zero, steps, before) else "zero-too-early"


def _zeros_to_insert(exercise: Exercise) -> list[Step]:
    """The exercise's own resets, and a reset of each optimizer, module and leaf in PyTorch's default way."""
    model = exercise.steps[0]
    leaves = leaf_names(exercise)
    names: list[Expr] = [Name(name) for name in single_items((*exercise.setup.optimizers, *exercise.setup.modules))]
    made = [Zero((target,)) for target in (*names, *single_items(leaves))]
    made += [Zero((leaf,), True) for leaf in single_items(leaves)]
    made += [Zero(tuple(leaves))]
    return own_steps(exercise, "zero") + [new_step(model, "zero", action) for action in made]
