"""What an exercise asks for in each of its cases: worked out once, for all who are compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.grading.normal import Unit, expected_units, written
from grader.grading.values import unchanged
from grader.records.exercise import Exercise
from grader.records.trace import Call, ReferenceRun


@dataclass(frozen=True)
class Asked:
    """`runs` is what the reference left, the visible case first."""

    exercise: Exercise
    runs: Sequence[ReferenceRun]

    @cached_property
    def units(self) -> tuple[tuple[Unit, ...], ...]:
        """For each case, the steps that are calls, in normal form."""
        return tuple(expected_units(graded_calls(self.exercise, run)) for run in self.runs)

    @cached_property
    def optional(self) -> frozenset[int]:
        """Steps that may be left out: those said to be optional, and a zero, edit or update that changes nothing."""
        said = {index for index, step in enumerate(self.exercise.steps) if step.optional}
        idle = {index for index, call in graded_calls(self.exercise, self.runs[0]) if _changes_nothing(call)}
        return frozenset(said | idle)

    @cached_property
    def idle(self) -> tuple[frozenset[int], ...]:
        """For each case, what changes nothing in it, but a step(): a clip whose bound is not reached, say."""
        return tuple(
            frozenset(
                index
                for unit in units
                for index, call in zip(unit.members, unit.calls, strict=True)
                if not call.is_step and _changes_nothing(call)
            )
            for units in self.units
        )


def graded_calls(exercise: Exercise, run: ReferenceRun) -> tuple[tuple[int, Call], ...]:
    """The steps that are calls, by index, as the reference performed them."""
    performed = enumerate(zip(exercise.steps, run.steps, strict=False))
    return tuple((index, done.call) for index, (step, done) in performed if step.is_call and done.call is not None)


def _changes_nothing(call: Call) -> bool:
    if call.kind == "backward" or call.raised is not None:
        return False
    return all(unchanged(call.before[name], call.after[name]) for name in written(call))
