"""Does an oracle find what the reference run found, step by step, to 2e-5?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from grader.check.oracles.ledger import LedgerEntry, Record
from grader.records.exercise import Exercise, Step
from grader.records.trace import PerformedStep, ReferenceRun, State, TensorValue, Value

TOLERANCE = 2e-5


def disagreement(exercise: Exercise, run: ReferenceRun, record: Record) -> tuple[Step | None, str] | None:
    """The first step, and the name of what is not the same there (no step: `returns`); None if all agree."""
    for step, done, entry in zip(exercise.steps, run.steps, record.entries, strict=False):
        if (name := _differs(step, done, entry)) is not None:
            return step, name
    if len(record.entries) != len(run.steps):
        return exercise.steps[min(len(record.entries), len(run.steps)) - 1], "the number of steps"
    return None if _same(record.returned, run.returned) else (None, "returns")


def near(ledger: State, state: State) -> bool:
    """Do all leaves hold the same?"""
    return next(_leaves(state, ledger), None) is None


def _differs(step: Step, done: PerformedStep, entry: LedgerEntry) -> str | None:
    if (done.raised is None) != (entry.raised is None):
        return "the error"
    if done.raised is not None and entry.raised is not None:
        return None if entry.raised in done.raised.message else "the error"
    if done.call is not None and (name := next(_leaves(done.call.after, entry.state), None)) is not None:
        return name
    pairs = zip(step.expect, entry.values, done.values, strict=True)
    return next((each.text for each, found, value in pairs if not _same(found, value)), None)


def _leaves(state: State, ledger: State) -> Iterator[str]:
    """The names of what differs; `w.grad`, `w`."""
    for name, leaf in state.items():
        if not _same(ledger[name].grad, leaf.grad):
            yield f"{name}.grad"
        if not _same(ledger[name].value, leaf.value):
            yield name


def _same(found: Value, value: Value) -> bool:
    if isinstance(found, TensorValue) and isinstance(value, TensorValue):
        return found.shape == value.shape and all(map(_close, found.data, value.data))
    if isinstance(found, tuple) and isinstance(value, tuple):
        return len(found) == len(value) and all(map(_same, found, value))
    if isinstance(found, int | float) and isinstance(value, int | float):
        return _close(found, value)
    return found is None and value is None


def _close(found: float, value: float) -> bool:
    return math.isclose(float(found), value, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
