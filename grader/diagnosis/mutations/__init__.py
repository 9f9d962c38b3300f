"""Mutants: wrong programs made from the right one. Each operator applies a mistake that students make to the steps.

An operator yields pairs of a misconception and a whole program. Comparing programs shows which steps it changed.
Operators are listed from the simplest to the most elaborate.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from grader.diagnosis.edits import StepCodes
from grader.diagnosis.mutations import backward, clip, losses, others, sets, step, zero
from grader.diagnosis.mutations.program import Found, Program
from grader.records.exercise import Exercise
from grader.records.misconceptions import MISCONCEPTIONS


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong program and its mistake. `authored` ones come from the file's `wrong` entries."""

    misconception: str
    operator: str
    steps: Program
    authored: bool = False


def mutants(exercise: Exercise) -> tuple[Mutant, ...]:
    """The author's wrong programs first, then every program that the operators make. Each program occurs once."""
    keys = _Keys()
    seen = {keys.of(exercise.steps)}
    found = []
    for each in _made(exercise):
        key = keys.of(each.steps)
        if key not in seen:
            seen.add(key)
            found.append(each)
    return tuple(found)


def _made(exercise: Exercise) -> Iterator[Mutant]:
    for wrong in exercise.wrong:
        yield Mutant(wrong.misconception, wrong.name, wrong.steps, True)
    for operator in OPERATORS:
        name = operator.__name__.replace("_", "-")
        for misconception, steps in operator(exercise):
            if _can_happen_in(exercise, misconception):
                yield Mutant(misconception, name, steps)


def _can_happen_in(exercise: Exercise, misconception: str) -> bool:
    """The answers to a prediction show beliefs only."""
    return exercise.kind != "predict" or MISCONCEPTIONS[misconception].kind == "belief"


class _Keys:
    """Keys of programs, which are equal if they do the same: they differ only in text, or in a reset that occurs twice in a row.

    A key is short, whatever the length of the program.
    """

    def __init__(self) -> None:
        self._codes = StepCodes()

    def of(self, steps: Program) -> bytes:
        kept = array("I")
        last = -1
        for each in steps:
            if each.verb != "look":
                number = self._codes.of(each)
                if each.verb != "zero" or number != last:
                    kept.append(number)
                last = number
        return blake2b(kept.tobytes(), digest_size=16).digest()


OPERATORS: tuple[Callable[[Exercise], Found], ...] = (
    others.zeros_for_none,
    others.overwrite_instead_of_add,
    zero.drop_zero,
    zero.keep_first_zero_only,
    zero.zero_to_none,
    zero.some_zeros_to_none,
    zero.zero_another,
    step.drop_step,
    backward.drop_backward,
    backward.drop_last_pass,
    backward.backward_options,
    backward.backward_to_grad,
    others.change_let,
    others.part_alias,
    others.change_retain_grad,
    sets.change_set,
    clip.change_clip,
    others.change_requires_grad,
    zero.insert_zero,
    zero.move_zero,
    zero.shift_zero_in_every_pass,
    clip.move_clip,
    clip.shift_clip_in_every_pass,
    step.step_after_every_backward,
    step.move_step,
    step.shift_step_in_every_pass,
    step.repeat_step,
    step.step_another_optimizer,
    sets.move_set,
    losses.change_losses,
    losses.another_loss,
    backward.repeat_backward,
    backward.merge_backwards,
    backward.swap_backwards,
)
