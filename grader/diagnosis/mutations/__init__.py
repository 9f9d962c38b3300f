"""Mutants: wrong programs made from the right one. Each operator applies a mistake that students make to the steps.

An operator yields pairs of a misconception and a whole program. Comparing programs shows which steps it changed.
Operators are listed from the simplest to the most elaborate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    made = [Mutant(wrong.misconception, wrong.name, wrong.steps, True) for wrong in exercise.wrong]
    for operator in OPERATORS:
        name = operator.__name__.replace("_", "-")
        made += [
            Mutant(misconception, name, steps)
            for misconception, steps in operator(exercise)
            if _can_happen_in(exercise, misconception)
        ]
    by_key: dict[tuple[object, ...], Mutant] = {}
    for each in made:
        by_key.setdefault(program_key(each.steps), each)
    by_key.pop(program_key(exercise.steps), None)
    return tuple(by_key.values())


def _can_happen_in(exercise: Exercise, misconception: str) -> bool:
    """The answers to a prediction show beliefs only."""
    return exercise.kind != "predict" or MISCONCEPTIONS[misconception].kind == "belief"


def program_key(steps: Program) -> tuple[object, ...]:
    """Equal for programs that do the same: they differ only in text, or in a reset that occurs twice in a row."""
    done = [(step.verb, step.action) for step in steps if step.verb != "look"]
    return tuple(each for index, each in enumerate(done) if each[0] != "zero" or each not in done[index - 1 : index])


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
