"""Does an oracle agree with the reference run? Every step is compared, to 2e-5."""

from __future__ import annotations

import math
from collections.abc import Iterator

from grader.check.oracles.ledger import Ledger, LedgerEntry
from grader.marking.ignored import state_without
from grader.records.exercise import Exercise, Step
from grader.records.trace import PerformedStep, ReferenceRun, State, TensorValue, Value

TOLERANCE = 2e-5


def disagreement(exercise: Exercise, run: ReferenceRun, ledger: Ledger) -> tuple[Step | None, str] | None:
    """The first step that differs, with the name of what differs; no step for `returns`; None if everything agrees."""
    for step, performed, entry in zip(exercise.steps, run.steps, ledger.entries, strict=False):
        if (name := _name_of_difference(step, performed, entry, exercise.ignored)) is not None:
            return step, name
    if len(ledger.entries) != len(run.steps):
        return exercise.steps[min(len(ledger.entries), len(run.steps)) - 1], "the number of steps"
    return None if _is_near(ledger.returned, run.returned) else (None, "returns")


def is_near_state(found: State, state: State, ignored: frozenset[str] = frozenset()) -> bool:
    """Do all leaves hold nearly the same numbers? The `ignored` ones have no gradient in `state`."""
    return next(_differing_names(state_without(found, ignored), state), None) is None


def _name_of_difference(step: Step, performed: PerformedStep, entry: LedgerEntry, ignored: frozenset[str]) -> str | None:
    if (performed.raised is None) != (entry.raised is None):
        return "the error"
    if performed.raised is not None and entry.raised is not None:
        return None if entry.raised in performed.raised.message else "the error"
    if (
        performed.call is not None
        and (name := next(_differing_names(state_without(entry.state, ignored), performed.call.after), None)) is not None
    ):
        return name
    pairs = zip(step.expect, entry.values, performed.values, strict=True)
    return next((each.text for each, found, value in pairs if not _is_near(found, value)), None)


def _differing_names(found: State, state: State) -> Iterator[str]:
    """`w.grad`, `w`."""
    for name, leaf in state.items():
        if not _is_near(found[name].grad, leaf.grad):
            yield f"{name}.grad"
        if not _is_near(found[name].value, leaf.value):
            yield name


def _is_near(found: Value, value: Value) -> bool:
    if isinstance(found, TensorValue) and isinstance(value, TensorValue):
        return found.shape == value.shape and all(map(_is_near_number, found.data, value.data))
    if isinstance(found, tuple) and isinstance(value, tuple):
        return len(found) == len(value) and all(map(_is_near, found, value))
    if isinstance(found, int | float) and isinstance(value, int | float):
        return _is_near_number(found, value)
    return found is None and value is None


def _is_near_number(found: float, value: float) -> bool:
    return math.isclose(found, value, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
