"""The wrong program that the labels of an alignment describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.edits import StepEdit
from grader.diagnosis.label import Label
from grader.records.exercise import Data, Exercise, Step
from grader.records.nesting import nested


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A wrong program, and the edit that each label is in it."""

    steps: tuple[Step, ...]
    edits: tuple[tuple[StepEdit, Label], ...]


def rewritten(exercise: Exercise, labels: Sequence[Label]) -> Rewritten:
    """The right steps with the edits of the labels."""
    gone = {index for label in labels for index in label.right}
    steps: list[Step] = []
    edits: list[tuple[StepEdit, Label]] = []
    before: dict[int, list[Label]] = {}
    for label in labels:
        before.setdefault(label.before, []).append(label)
    for index in range(len(exercise.steps) + 1):
        for label in before.get(index, ()):
            what = ("changed" if label.right else "put-in") if label.steps else "left-out"
            edits.append((StepEdit(what, index, len(steps)), label))  # type: ignore[arg-type]
            steps += [_in_its_place(exercise, step, label) for step in label.steps]
        if index < len(exercise.steps) and index not in gone:
            steps.append(replace(exercise.steps[index], expect=(), raises=None))
    return Rewritten(tuple(steps), tuple(edits))


def _in_its_place(exercise: Exercise, step: Step, label: Label) -> Step:
    """A step of a label, with the number and the loop pass of the step that it replaces."""
    step = replace(step, expect=(), raises=None)
    if not label.right:
        return step
    right = exercise.steps[label.right[0]]
    return replace(step, number=right.number, loop=right.loop)


def with_recorded(exercise: Exercise, labels: Sequence[Label], case: int) -> Exercise:
    """The exercise with the data that recorded steps read in one case."""
    data = dict(exercise.setup.data)
    for label in labels:
        if case < len(label.recorded):
            data |= {
                name: Data(nested(tensor.data, tensor.shape, tuple), tensor.dtype)
                for name, tensor in label.recorded[case].items()
            }
    return replace(exercise, setup=replace(exercise.setup, data=data))
