"""What an exercise expects in each of its cases: computed once, for all students who are compared with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from grader.marking.align_records import StepRow
from grader.marking.call_groups import CallGroup, expected_groups, written
from grader.marking.ignored import ever_ignored, without_ignored
from grader.marking.points import full_points, points_of_steps
from grader.marking.values import Rules, rules_of, unchanged
from grader.records.exercise import Exercise
from grader.records.trace import Call, ReferenceRun


@dataclass(frozen=True)
class ExpectedRuns:
    """`runs` has the reference run of each case, the visible case first."""

    exercise: Exercise
    runs: Sequence[ReferenceRun]

    @cached_property
    def groups(self) -> tuple[tuple[CallGroup, ...], ...]:
        """For each case, the steps that are calls, in normal form, without the gradients that they ignore."""
        groups = tuple(expected_groups(graded_calls(self.exercise, run)) for run in self.runs)
        if not self.ever_ignored:
            return groups
        return tuple(tuple(without_ignored(group, self.ignored(group)) for group in each) for each in groups)

    @cached_property
    def ever_ignored(self) -> frozenset[str]:
        """The leaves whose gradient some step ignores."""
        return ever_ignored(self.exercise)

    def ignored(self, step: CallGroup) -> frozenset[str]:
        """The leaves whose gradient is not judged after this step."""
        return self.exercise.steps[step.members[-1]].ignored

    @cached_property
    def optional(self) -> frozenset[int]:
        """Steps that may be left out: `optional` ones, and a zero, edit or update that changes nothing."""
        declared = {index for index, step in enumerate(self.exercise.steps) if step.optional}
        idle = {index for index, call in graded_calls(self.exercise, self.runs[0]) if _changes_nothing(call)}
        return frozenset(declared | idle)

    @cached_property
    def idle(self) -> tuple[frozenset[int], ...]:
        """For each case, the steps that change nothing in it: a clip whose bound is not reached. An optimizer's step() counts."""
        return tuple(
            frozenset(
                index
                for group in groups
                for index, call in zip(group.members, group.calls, strict=True)
                if not call.is_step and _changes_nothing(call)
            )
            for groups in self.groups
        )

    @cached_property
    def kinds(self) -> tuple[tuple[object, ...], ...]:
        """For each case the kinds and indices of its groups. Cases with different ones are not aligned together."""
        return tuple(tuple((group.kind, group.members) for group in groups) for groups in self.groups)

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.exercise)

    @cached_property
    def points(self) -> Mapping[int, Fraction]:
        return points_of_steps(self.exercise, self.optional)

    @cached_property
    def full(self) -> Fraction:
        return full_points(self.exercise, self.optional)

    def rows(self, case: int, idle: frozenset[int]) -> tuple[StepRow, ...]:
        """The rows of a case for an alignment in which the `idle` steps may be left out too."""
        if (case, idle) not in self._rows:
            free = self.optional | idle
            points = points_of_steps(self.exercise, free)
            steps = self.exercise.steps
            self._rows[case, idle] = tuple(
                _row_of_group(group, points, free, tuple(steps[index].number for index in group.members))
                for group in self.groups[case]
            )
        return self._rows[case, idle]

    @cached_property
    def _rows(self) -> dict[tuple[int, frozenset[int]], tuple[StepRow, ...]]:
        return {}


def graded_calls(exercise: Exercise, run: ReferenceRun) -> tuple[tuple[int, Call], ...]:
    """The steps that are calls, each with its index, as the reference performed them."""
    performed = enumerate(zip(exercise.steps, run.steps, strict=False))
    return tuple((index, done.call) for index, (step, done) in performed if step.is_call and done.call is not None)


def _changes_nothing(call: Call) -> bool:
    if call.kind == "backward" or call.raised is not None:
        return False
    return all(unchanged(call.before[name], call.after[name]) for name in written(call))


def _row_of_group(
    group: CallGroup, points: Mapping[int, Fraction], optional: frozenset[int], written: tuple[int, ...]
) -> StepRow:
    required = sum(index not in optional for index in group.members)
    worth = sum((points[index] for index in group.members), Fraction(0))
    return StepRow(group.kind, worth, len(group.members), required, written)
