"""Where the steps of an exercise stand: what is looked up for each label, found once for all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.diagnosis.mutations.program import LONG, single_items
from grader.diagnosis.mutations.zero import updates
from grader.marking.expected_runs import graded_calls
from grader.records.exercise import Clip, Exercise, Step
from grader.records.trace import ReferenceRun

# In a long program, so many backwards before and after a place are compared with a call there.
_NEAREST = 2


@dataclass(frozen=True)
class StepOrder:
    """The steps of an exercise and their run on the visible case."""

    exercise: Exercise
    run: ReferenceRun

    @property
    def is_long(self) -> bool:
        return len(self.exercise.steps) > LONG

    def written_step(self, index: int) -> int:
        """The number in the file of the step at this place; -1 at the end."""
        return self.exercise.steps[index].number if index < len(self.exercise.steps) else -1

    @cached_property
    def _calls(self) -> Sequence[int]:
        return [index for index, step in enumerate(self.exercise.steps) if step.is_call]

    def call_before(self, index: int) -> Step | None:
        place = bisect_left(self._calls, index)
        return self.exercise.steps[self._calls[place - 1]] if place else None

    def call_from(self, index: int) -> Step | None:
        """The first call that is not before this place."""
        place = bisect_left(self._calls, index)
        return self.exercise.steps[self._calls[place]] if place < len(self._calls) else None

    def backwards_near(self, index: int) -> Sequence[int]:
        """The backwards that a call at this place may be: all or, in a long program, those near it and the first passes."""
        if not self.is_long:
            return self._backwards
        place = bisect_left(self._backwards, index)
        near = self._backwards[max(0, place - _NEAREST) : place + _NEAREST + 1]
        return sorted({*near, *self._first_passes})

    @cached_property
    def _backwards(self) -> Sequence[int]:
        return [index for index, call in graded_calls(self.exercise, self.run) if call.kind == "backward"]

    @cached_property
    def _first_passes(self) -> Sequence[int]:
        first: dict[int, int] = {}
        for index in self._backwards:
            first.setdefault(self.exercise.steps[index].number, index)
        return single_items(list(first.values()))

    @cached_property
    def passes_of_backwards(self) -> int:
        """The number of different passes with a backward."""
        return len({step.loop for step in self.exercise.steps if step.verb == "backward" and step.loop})

    @cached_property
    def has_updates(self) -> bool:
        """Does any step change values?"""
        return any(map(updates, self.exercise.steps))

    @cached_property
    def clips(self) -> Sequence[Clip]:
        """The different clips."""
        return list(dict.fromkeys(step.action for step in self.exercise.steps if isinstance(step.action, Clip)))

    @cached_property
    def last_clip(self) -> int:
        """The index of the last clip; -1 if there is none."""
        return max((index for index, step in enumerate(self.exercise.steps) if step.verb == "clip"), default=-1)
