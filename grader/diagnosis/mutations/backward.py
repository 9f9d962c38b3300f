"""Mistakes with `backward()`: left out, repeated, merged, swapped, or with other arguments."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise

from grader.diagnosis.mutations.program import (
    Found,
    Program,
    leaf_names,
    one_or_all,
    places_of,
    put_in,
    single_items,
    single_places,
    single_written,
    swapped_in,
    with_action,
    without,
)
from grader.expressions.tree import Attribute, Binary, Expr, FunctionCall, Name, Negative, Number, transform
from grader.records.exercise import Backward, Exercise, Let


def drop_backward(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in single_written(steps, "backward"):
        if len(place) > 1:
            yield "leftover-dropped", without(steps, place[-1])
            yield "loss-overwritten", without(steps, *place[:-1])
    followed = {one for one, _ in _adjacent_backwards(steps, places_of(steps, "backward"))}
    for group in one_or_all(steps, "backward"):
        only_the_last = len(group) == 1 and group[0] in followed
        yield "loss-overwritten" if only_the_last else "backward-missing", without(steps, *group)


def drop_last_pass(exercise: Exercise) -> Found:
    """Everything of the last pass of the last loop."""
    if gone := last_pass(exercise):
        yield name_of_last_pass(exercise), without(exercise.steps, *gone)


def last_pass(exercise: Exercise) -> tuple[int, ...]:
    """The indices of the steps in the last pass of the outermost loop around the last backward; none if it has one pass."""
    loops = [step.loop[0] for step in exercise.steps if step.verb == "backward" and step.loop]
    if not loops or loops[-1][1] == 0:
        return ()
    return tuple(index for index, step in enumerate(exercise.steps) if step.loop[:1] == (loops[-1],))


def name_of_last_pass(exercise: Exercise) -> str:
    """The word for leaving it out: a part of the data is missing or, if every pass has the same losses, a backward."""
    gone = last_pass(exercise)
    kept = {step.action for step in without(exercise.steps, *gone)}
    is_repetition = all(exercise.steps[index].action in kept for index in gone if exercise.steps[index].verb == "backward")
    return "backward-missing" if is_repetition else "leftover-dropped"


def repeat_backward(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in single_places(steps, "backward"):
        action = steps[index].action
        assert isinstance(action, Backward)
        yield "backward-repeated", put_in(steps, index + 1, with_action(steps[index], action))
        first = with_action(steps[index], replace(action, retain_graph=True))
        yield "backward-repeated", put_in(swapped_in(steps, {index: first}), index + 1, with_action(steps[index], action))


def swap_backwards(exercise: Exercise) -> Found:
    steps = exercise.steps
    for one, two in _adjacent_backwards(steps, single_places(steps, "backward")):
        yield "wrong-formula", swapped_in(steps, {one: steps[two], two: steps[one]})


def merge_backwards(exercise: Exercise) -> Found:
    """The losses of two backwards in a row as one sum, or as their mean."""
    steps = exercise.steps
    for one, two in _adjacent_backwards(steps, single_places(steps, "backward")):
        first, second = steps[one].action, steps[two].action
        assert isinstance(first, Backward)
        assert isinstance(second, Backward)
        if len(first.of) == len(second.of) == 1 and not first.gradient and not second.gradient:
            total = Binary("+", first.of[0], second.of[0])
            merged = with_action(steps[two], replace(second, of=(total,)))
            yield "losses-merged", without(swapped_in(steps, {two: merged}), one)
            half = with_action(steps[two], replace(second, of=(Binary("/", total, Number(2)),)))
            yield "losses-merged", without(swapped_in(steps, {two: half}), one)


def _adjacent_backwards(steps: Program, places: Collection[int]) -> list[tuple[int, int]]:
    """The backwards at these places that are followed by a backward at one of them, without another call between."""
    backwards = frozenset(places)
    calls = [index for index, step in enumerate(steps) if step.is_call]
    return [(one, two) for one, two in pairwise(calls) if one in backwards and two in backwards]


def backward_options(exercise: Exercise) -> Found:
    """retain_graph, gradient, inputs or create_graph left out, or a gradient of ones."""
    steps = exercise.steps
    for index in single_places(steps, "backward"):
        action = steps[index].action
        assert isinstance(action, Backward)
        for misconception, changed in _option_changes(exercise, action):
            yield misconception, swapped_in(steps, {index: with_action(steps[index], changed)})


def _option_changes(exercise: Exercise, action: Backward) -> Iterator[tuple[str, Backward]]:
    if action.retain_graph:
        yield "stale-graph", replace(action, retain_graph=False)
    if action.create_graph:
        yield "no-create-graph", replace(action, create_graph=False)
    if action.gradient:
        yield "non-scalar-backward", replace(action, gradient=())
        yield "wrong-seed", replace(action, gradient=tuple(_ones_like(seed) for seed in action.gradient))
        yield "wrong-formula", replace(action, gradient=(), of=tuple(FunctionCall(Name("sum"), (loss,)) for loss in action.of))
    if action.inputs:
        yield "leak", replace(action, inputs=())
        for leaf in single_items(leaf_names(exercise)):
            if (leaf,) != action.inputs:
                yield "wrong-tensor", replace(action, inputs=(leaf,))


def _ones_like(seed: Expr) -> Expr:
    if isinstance(seed, Name):
        return FunctionCall(Name("ones_like"), (seed,))
    return transform(seed, lambda node: Number(1.0) if isinstance(node, Number | Negative) else node)


def backward_to_grad(exercise: Exercise) -> Found:
    """torch.autograd.grad in place of backward, and backward in place of torch.autograd.grad."""
    steps = exercise.steps
    leaves = leaf_names(exercise)
    for index in single_places(steps, "backward"):
        action = steps[index].action
        assert isinstance(action, Backward)
        if len(action.of) == 1 and not action.gradient and leaves:
            yield "grad-vs-backward", without(steps, index)
    for index in single_places(steps, "let"):
        let = steps[index].action
        assert isinstance(let, Let)
        for _, value in let.names:
            if isinstance(value, FunctionCall) and value.function == Name("grad"):
                yield from _grad_to_backward(steps, index, value)


def _grad_to_backward(steps: Program, index: int, value: FunctionCall) -> Found:
    loss, leaf = value.arguments[0], value.arguments[1] if len(value.arguments) > 1 else None
    let = steps[index].action
    assert isinstance(let, Let)
    keeps_graph = any(word == "create_graph" for word, _ in value.keywords)
    backward = with_action(steps[index], Backward((loss,), create_graph=keeps_graph), "backward")
    if leaf is not None:
        renamed = with_action(steps[index], Let(tuple((name, Attribute(leaf, "grad")) for name, _ in let.names)))
        yield "grad-vs-backward", put_in(swapped_in(steps, {index: renamed}), index, backward)
        yield "grad-vs-backward", put_in(steps, index, backward)
    if keeps_graph:
        plain = replace(value, keywords=tuple(each for each in value.keywords if each[0] != "create_graph"))
        yield "no-create-graph", swapped_in(steps, {index: with_action(steps[index], Let(((let.names[0][0], plain),)))})
