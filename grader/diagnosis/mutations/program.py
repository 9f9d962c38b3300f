"""What operators do with programs of steps: find places, remove, insert, move and change steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from grader.expressions.parse import parse
from grader.expressions.tree import Attribute, Expr
from grader.records.exercise import Action, Exercise, Let, Set, Step, Verb

Program = tuple[Step, ...]

# What an operator yields: a misconception, and a wrong program that has it.
Found = Iterator[tuple[str, Program]]

# In a longer program, single steps are changed only in the first two passes of each loop and in its last one, and are
# moved only so many places. In a longer list, only some items are looked at one by one.
LONG = 30
_FARTHEST_MOVE = 12
_FIRST, _LAST = 24, 12
_FEW = (6, 2)

_Item = TypeVar("_Item")


def places_of(steps: Program, *verbs: Verb) -> list[int]:
    return [index for index, step in enumerate(steps) if step.verb in verbs]


def without(steps: Program, *indices: int) -> Program:
    gone = frozenset(indices)
    return tuple(step for index, step in enumerate(steps) if index not in gone)


def put_in(steps: Program, index: int, *new: Step) -> Program:
    return steps[:index] + new + steps[index:]


def swapped_in(steps: Program, changes: dict[int, Step]) -> Program:
    return tuple(changes.get(index, step) for index, step in enumerate(steps))


def move(steps: Program, index: int, before: int) -> Program:
    moved = steps[index]
    return put_in(without(steps, index), before - (1 if before > index else 0), moved)


def moves(steps: Program, verb: Verb) -> Iterator[tuple[int, int, Program]]:
    """Every step of this verb at every other place: its index, the index of the step it is moved before, and the program."""
    for index in single_places(steps, verb):
        for before in _places_to_move_to(steps, index):
            if before not in (index, index + 1):
                yield index, before, move(steps, index, before)


def _places_to_move_to(steps: Program, index: int) -> Sequence[int]:
    end = len(steps)
    if end <= LONG:
        return range(end + 1)
    near = range(max(0, index - _FARTHEST_MOVE), min(end, index + _FARTHEST_MOVE) + 1)
    return sorted({0, *near, end})


def shifted(steps: Program, place: list[int], distance: int) -> Program:
    """All these steps, each moved past so many others; a step that would leave the program stays."""
    moved = list(steps)
    for index in place if distance < 0 else reversed(place):
        target = index + distance
        if 0 <= target < len(moved):
            first, last = min(index, target), max(index, target)
            passed = moved[first : last + 1]
            moved[first : last + 1] = passed[-1:] + passed[:-1] if distance < 0 else passed[1:] + passed[:1]
    return tuple(moved)


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


def as_written(steps: Program, *verbs: Verb) -> list[list[int]]:
    """Every written step, as the indices of its passes."""
    places: dict[tuple[int, Verb], list[int]] = {}
    for index in places_of(steps, *verbs):
        places.setdefault((steps[index].number, steps[index].verb), []).append(index)
    return list(places.values())


def single_places(steps: Program, *verbs: Verb) -> list[int]:
    """The steps of these verbs that are changed one by one: all or, in a long program, those of some passes."""
    places = places_of(steps, *verbs)
    if len(steps) <= LONG:
        return places
    last = {variable: number for step in steps for variable, number in step.loop[:1]}
    places = [index for index in places if not (loop := steps[index].loop) or loop[0][1] in (0, 1, last[loop[0][0]])]
    return places if len(places) <= _FIRST + _LAST else places[:_FIRST] + places[-_LAST:]


def single_items(items: Sequence[_Item]) -> Sequence[_Item]:
    """The items that are looked at one by one: all or, of many, the first and the last ones."""
    first, last = _FEW
    return items if len(items) <= LONG else [*items[:first], *items[-last:]]


def single_written(steps: Program, *verbs: Verb) -> Sequence[list[int]]:
    """The written steps that are looked at one by one, as the indices of their passes."""
    return single_items(as_written(steps, *verbs))


def one_or_all(steps: Program, *verbs: Verb) -> list[list[int]]:
    """Every single step, every written step with all its passes, and all steps of these verbs."""
    groups = [[index] for index in single_places(steps, *verbs)]
    groups += [place for place in single_written(steps, *verbs) if len(place) > 1]
    if (everything := places_of(steps, *verbs)) and everything not in groups:
        groups.append(everything)
    return groups


def one_by_one_and_all(steps: Program, verb: Verb) -> list[list[int]]:
    """Every written step with all its passes, and all steps of this verb."""
    return [place for place in (*single_written(steps, verb), places_of(steps, verb)) if place]


def new_step(model: Step, verb: Verb, action: Action) -> Step:
    return Step(verb=verb, action=action, number=0, text="", points=model.points, where=None)


def after_each(steps: Program, place: Collection[int], new: Step) -> Program:
    places = frozenset(place)
    return tuple(each for index, step in enumerate(steps) for each in ((step, new) if index in places else (step,)))


def before_each(steps: Program, place: Collection[int], new: Step) -> Program:
    places = frozenset(place)
    return tuple(each for index, step in enumerate(steps) for each in ((new, step) if index in places else (step,)))


def own_steps(exercise: Exercise, verb: Verb) -> list[Step]:
    """The first pass of every written step of this verb."""
    return [exercise.steps[place[0]] for place in single_written(exercise.steps, verb)]


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
