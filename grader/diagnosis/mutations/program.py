"""What operators do with programs of steps: find places, remove, insert, move and change steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.expressions.parse import parse
from grader.expressions.tree import Attribute, Expr
from grader.records.exercise import Action, Exercise, Let, Set, Step, Verb

Program = tuple[Step, ...]

# What an operator yields: a misconception, and a wrong program that has it.
Found = Iterator[tuple[str, Program]]


def places_of(steps: Program, *verbs: Verb) -> list[int]:
    return [index for index, step in enumerate(steps) if step.verb in verbs]


def without(steps: Program, *indices: int) -> Program:
    return tuple(step for index, step in enumerate(steps) if index not in indices)


def put_in(steps: Program, index: int, *new: Step) -> Program:
    return steps[:index] + new + steps[index:]


def swapped_in(steps: Program, changes: dict[int, Step]) -> Program:
    return tuple(changes.get(index, step) for index, step in enumerate(steps))


def move(steps: Program, index: int, before: int) -> Program:
    moved = steps[index]
    return put_in(without(steps, index), before - (1 if before > index else 0), moved)


def moves(steps: Program, verb: Verb) -> Iterator[tuple[int, int, Program]]:
    """Every step of this verb at every other place: its index, the index of the step it is moved before, and the program."""
    for index in places_of(steps, verb):
        for before in range(len(steps) + 1):
            if before not in (index, index + 1):
                yield index, before, move(steps, index, before)


def with_action(step: Step, action: Action, verb: Verb | None = None) -> Step:
    """The step with another action. It expects nothing and has no text."""
    return replace(
        step,
        action=action,
        verb=verb or step.verb,
        expect=(),
        raises=None,
        optional=False,
        text="",
        written=None,
        loss="",
        needs_grad=False,
    )


def _passes_of(steps: Program, index: int) -> list[int]:
    """The step itself and its repetitions in a loop."""
    return [other for other, step in enumerate(steps) if step.number == steps[index].number and step.verb == steps[index].verb]


def as_written(steps: Program, *verbs: Verb) -> list[list[int]]:
    """Every written step, as the indices of its passes."""
    places: list[list[int]] = []
    for index in places_of(steps, *verbs):
        if (place := _passes_of(steps, index)) not in places:
            places.append(place)
    return places


def one_or_all(steps: Program, *verbs: Verb) -> list[list[int]]:
    """Every single step, every written step with all its passes, and all steps of these verbs."""
    groups = [[index] for index in places_of(steps, *verbs)]
    groups += [place for place in as_written(steps, *verbs) if len(place) > 1]
    if (everything := places_of(steps, *verbs)) and everything not in groups:
        groups.append(everything)
    return groups


def one_by_one_and_all(steps: Program, verb: Verb) -> list[list[int]]:
    """Every written step with all its passes, and all steps of this verb."""
    return [place for place in (*as_written(steps, verb), places_of(steps, verb)) if place]


def new_step(model: Step, verb: Verb, action: Action) -> Step:
    return Step(verb=verb, action=action, number=0, text="", points=model.points, where=None)


def after_each(steps: Program, place: list[int], new: Step) -> Program:
    return tuple(each for index, step in enumerate(steps) for each in ((step, new) if index in place else (step,)))


def before_each(steps: Program, place: list[int], new: Step) -> Program:
    return tuple(each for index, step in enumerate(steps) for each in ((new, step) if index in place else (step,)))


def own_steps(exercise: Exercise, verb: Verb) -> list[Step]:
    return [exercise.steps[place[0]] for place in as_written(exercise.steps, verb)]


def let_names(step: Step) -> list[str]:
    return [name for name, _ in step.action.names] if isinstance(step.action, Let) else []


def sets_grad(step: Step) -> bool:
    return isinstance(step.action, Set) and sets_gradients(step.action)


def sets_gradients(action: Set) -> bool:
    """Does it write into `.grad`, rather than into a value?"""
    return any(isinstance(target, Attribute) for target, _ in action.targets)


def leaf_names(exercise: Exercise) -> list[Expr]:
    """The declared leaves and parameters as expressions, without tied ones."""
    return [parse(name) for name, spec in exercise.setup.tensors.items() if spec.tied_to is None]
