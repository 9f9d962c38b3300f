"""Mutants: wrong programs made from the right one. Each operator applies a mistake that students make to the steps.

An operator yields pairs of a misconception and a whole program. Comparing programs shows which steps it changed.
Operators are listed from the simplest to the most elaborate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.diagnosis.mutations.backward import (
    backward_options,
    backward_to_grad,
    drop_backward,
    drop_last_pass,
    merge_backwards,
    repeat_backward,
    swap_backwards,
)
from grader.diagnosis.mutations.clip import change_clip, move_clip, shift_clip_in_every_pass
from grader.diagnosis.mutations.losses import another_loss, change_losses
from grader.diagnosis.mutations.others import (
    change_let,
    change_requires_grad,
    change_retain_grad,
    overwrite_instead_of_add,
    part_alias,
    zeros_for_none,
)
from grader.diagnosis.mutations.program import Found, Program
from grader.diagnosis.mutations.sets import change_set, move_set
from grader.diagnosis.mutations.step import (
    drop_step,
    move_step,
    repeat_step,
    shift_step_in_every_pass,
    step_after_every_backward,
    step_another_optimizer,
)
from grader.diagnosis.mutations.zero import (
    drop_zero,
    insert_zero,
    keep_first_zero_only,
    move_zero,
    shift_zero_in_every_pass,
    some_zeros_to_none,
    zero_another,
    zero_to_none,
)
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
    seen: set[tuple[object, ...]] = {program_key(exercise.steps)}
    return tuple(each for each in made if _is_new(program_key(each.steps), seen))


def _can_happen_in(exercise: Exercise, misconception: str) -> bool:
    """The answers to a prediction show beliefs only."""
    return exercise.kind != "predict" or MISCONCEPTIONS[misconception].kind == "belief"


def program_key(steps: Program) -> tuple[object, ...]:
    """Equal for programs that do the same: they differ only in text, or in a reset that occurs twice in a row."""
    done = [(step.verb, step.action) for step in steps if step.verb != "look"]
    return tuple(each for index, each in enumerate(done) if each[0] != "zero" or each not in done[index - 1 : index])


def _is_new(key: tuple[object, ...], seen: set[tuple[object, ...]]) -> bool:
    if key in seen:
        return False
    seen.add(key)
    return True


OPERATORS: tuple[Callable[[Exercise], Found], ...] = (
    zeros_for_none,
    overwrite_instead_of_add,
    drop_zero,
    keep_first_zero_only,
    zero_to_none,
    some_zeros_to_none,
    zero_another,
    drop_step,
    drop_backward,
    drop_last_pass,
    backward_options,
    backward_to_grad,
    change_let,
    part_alias,
    change_retain_grad,
    change_set,
    change_clip,
    change_requires_grad,
    insert_zero,
    move_zero,
    shift_zero_in_every_pass,
    move_clip,
    shift_clip_in_every_pass,
    step_after_every_backward,
    move_step,
    shift_step_in_every_pass,
    repeat_step,
    step_another_optimizer,
    move_set,
    change_losses,
    another_loss,
    repeat_backward,
    merge_backwards,
    swap_backwards,
)
