"""Finds backwards whose gradient a student could write down as numbers: the contribution is the same for all inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.check.checked_exercise import CheckedExercise
from grader.errors import Problem
from grader.marking.values import close
from grader.records.trace import Call, ReferenceRun, TensorValue


def hard_coded_notes(checked: CheckedExercise) -> Iterator[Problem]:
    """A note for each step of the file whose contribution no redrawn case changes. Predictions are numbers anyway."""
    exercise = checked.exercise
    runs = [checked.visible.right, *(run for _, run in checked.redraws)]
    if exercise.kind == "predict" or len(runs) < 2:
        return
    backwards = [(index, step) for index, step in enumerate(exercise.steps) if step.verb == "backward"]
    varying = {step.number for index, step in backwards if not _is_constant(runs, index)}
    noted: set[int] = set()
    for _, step in backwards:
        if step.raises is None and step.number not in varying | noted:
            noted.add(step.number)
            yield Problem("This backward adds the same numbers for all inputs, so hard-coded numbers pass here.", step.where)


def _is_constant(runs: Sequence[ReferenceRun], index: int) -> bool:
    calls = [run.steps[index].call for run in runs if index < len(run.steps)]
    contributions = [_contributions_of_call(call) for call in calls if call is not None]
    return all(_are_close(each, contributions[0]) for each in contributions)


def _contributions_of_call(call: Call) -> dict[str, tuple[float, ...]]:
    return {name: _added_numbers(call.after[name].grad, call.before[name].grad) for name in call.touched}


def _added_numbers(after: TensorValue | None, before: TensorValue | None) -> tuple[float, ...]:
    if after is None:
        return ()
    start = before.data if before is not None else (0.0,) * len(after.data)
    return tuple(new - old for new, old in zip(after.data, start, strict=True))


def _are_close(one: dict[str, tuple[float, ...]], other: dict[str, tuple[float, ...]]) -> bool:
    return one.keys() == other.keys() and all(
        close(x, y, 1e-5, 1e-6) for name, numbers in one.items() for x, y in zip(numbers, other[name], strict=True)
    )
