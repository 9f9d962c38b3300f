"""Where gradients written by hand would pass: a share that is the same whatever the input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.check.subject import Subject
from grader.errors import Problem
from grader.marking.values import close
from grader.records.trace import Call, ReferenceRun, TensorValue


def notes(subject: Subject) -> Iterator[Problem]:
    """A note for each step as written whose share no redrawn number changes. Predictions are meant to be numbers."""
    exercise = subject.exercise
    runs = [subject.visible.right, *(run for _, run in subject.redraws)]
    if exercise.kind == "predict" or len(runs) < 2:
        return
    varying = {step.number for index, step in enumerate(exercise.steps) if step.verb == "backward" and not _constant(runs, index)}
    told: set[int] = set()
    for step in exercise.steps:
        if step.verb == "backward" and step.raises is None and step.number not in varying | told:
            told.add(step.number)
            yield Problem("This backward adds the same share whatever the input: one written by hand passes here.", step.where)


def _constant(runs: Sequence[ReferenceRun], index: int) -> bool:
    calls = [run.steps[index].call for run in runs if index < len(run.steps)]
    shares = [_share(call) for call in calls if call is not None]
    return all(_same(share, shares[0]) for share in shares)


def _share(call: Call) -> dict[str, tuple[float, ...]]:
    return {name: _difference(call.after[name].grad, call.before[name].grad) for name in call.touched}


def _difference(after: TensorValue | None, before: TensorValue | None) -> tuple[float, ...]:
    if after is None:
        return ()
    start = before.data if before is not None else (0.0,) * len(after.data)
    return tuple(new - old for new, old in zip(after.data, start, strict=True))


def _same(one: dict[str, tuple[float, ...]], other: dict[str, tuple[float, ...]]) -> bool:
    return one.keys() == other.keys() and all(
        close(x, y, 1e-5, 1e-6) for name, share in one.items() for x, y in zip(share, other[name], strict=True)
    )
