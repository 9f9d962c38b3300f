"""Mistakes with `let`, retain_grad and requires_grad, and beliefs that show in the answers to a `predict` exercise."""

from __future__ import annotations

from grader.diagnosis.mutations.program import (
    Found,
    before_each,
    leaf_names,
    let_names,
    move,
    new_step,
    places_of,
    put_in,
    single_items,
    single_places,
    swapped_in,
    with_action,
    without,
)
from grader.expressions.tree import Attribute, Binary, FunctionCall, Name, Number
from grader.records.exercise import Exercise, Let, RequiresGrad, RetainGrad, Set, Zero


def change_let(exercise: Exercise) -> Found:
    steps = exercise.steps
    earlier: set[str] = set()
    for index in single_places(steps, "let"):
        names = let_names(steps[index])
        if earlier & set(names):
            yield "stale-graph", without(steps, index)
        earlier |= set(names)
        let = steps[index].action
        assert isinstance(let, Let)
        for wrapper, misconception in (("detach", "detached"), ("clone", "alias")):
            wrapped = tuple((name, FunctionCall(Name(wrapper), (value,))) for name, value in let.names)
            is_alias = all(isinstance(value, Attribute) for _, value in let.names)
            if (wrapper == "clone") == is_alias:
                yield misconception, swapped_in(steps, {index: with_action(steps[index], Let(wrapped))})


def part_alias(exercise: Exercise) -> Found:
    """The belief that a name for `.grad` follows `.grad` only up to some call."""
    steps = exercise.steps
    for index in single_places(steps, "let") if exercise.kind == "predict" else ():
        let = steps[index].action
        assert isinstance(let, Let)
        if all(isinstance(value, Attribute) for _, value in let.names):
            parted = with_action(
                steps[index], Let(tuple((name, FunctionCall(Name("clone"), (Name(name),))) for name, _ in let.names))
            )
            for later in single_places(steps, "backward", "zero"):
                if later > index + 1:
                    yield "alias", put_in(steps, later, parted)


def change_retain_grad(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in single_places(steps, "retain_grad"):
        yield "non-leaf-grad", without(steps, index)
        for later in single_places(steps, "backward"):
            if later > index:
                yield "non-leaf-grad", move(steps, index, later + 1)


def change_requires_grad(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in single_places(steps, "requires_grad"):
        yield "not-frozen", without(steps, index)
        action = steps[index].action
        assert isinstance(action, RequiresGrad)
        for leaf in single_items(leaf_names(exercise)):
            if all(leaf != target for target, _ in action.of):
                other = RequiresGrad(tuple((leaf, on) for _, on in action.of))
                yield "wrong-tensor", swapped_in(steps, {index: with_action(steps[index], other)})


def zeros_for_none(exercise: Exercise) -> Found:
    """The belief that a gradient is 0 before the first backward."""
    if exercise.kind == "predict":
        for leaf in (*([leaf] for leaf in single_items(leaf_names(exercise))), leaf_names(exercise)):
            zeros = Set(tuple((Attribute(each, "grad"), Binary("*", each, Number(0))) for each in leaf))
            yield "none-is-zero", (new_step(exercise.steps[0], "set", zeros), *exercise.steps)


def overwrite_instead_of_add(exercise: Exercise) -> Found:
    """The belief that each backward starts from an empty gradient."""
    steps = exercise.steps
    leaves = tuple(leaf_names(exercise))
    if exercise.kind != "predict" or not leaves:
        return
    kept = tuple(step.action.of for step in steps if isinstance(step.action, RetainGrad))
    emptied = new_step(steps[0], "zero", Zero((*leaves, *kept), True))
    yield "overwrite", before_each(steps, places_of(steps, "backward"), emptied)
    for index in single_places(steps, "backward"):
        yield "overwrite", put_in(steps, index, emptied)
        yield "overwrite", put_in(steps, index, new_step(steps[0], "zero", Zero(leaves)))
