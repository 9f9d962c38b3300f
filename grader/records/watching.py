"""The state of `watch`: the results of the exercises, the current exercise, and what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.exercise import Exercise
from grader.records.result import Result

Page: TypeAlias = Literal["exercise", "list"]


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A file was saved: the results of its exercise before and after."""

    exercise: Exercise
    before: Result | None
    after: Result


@dataclass(frozen=True, slots=True)
class Watched:
    """`results`: the newest result of each exercise. `current`: the id of the current exercise, "" before the first results.

    `hints`: how many of its hints are shown. `changes` were seen at the time `changed_at`. `notice` and `trouble` are
    sentences: a notice is shown until the next key is pressed, a trouble until its cause is gone.
    """

    exercises: tuple[Exercise, ...]
    results: Mapping[str, Result] = field(default_factory=dict)
    current: str = ""
    page: Page = "exercise"
    hints: int = 0
    asks_reset: bool = False
    changes: tuple[SavedChange, ...] = ()
    changed_at: str = ""
    notice: str = ""
    trouble: str = ""
    is_over: bool = False

    @property
    def exercise(self) -> Exercise:
        """The current exercise."""
        return next((each for each in self.exercises if each.id == self.current), self.exercises[0])

    @property
    def first_undone(self) -> Exercise:
        """The first exercise that does not pass; the first of all if every one passes."""
        return next((each for each in self.exercises if not self.passes(each)), self.exercises[0])

    @property
    def following(self) -> Exercise | None:
        """The next exercise that does not pass; the search goes on at the beginning after the last one."""
        place = self.exercises.index(self.exercise)
        around = self.exercises[place + 1 :] + self.exercises[:place]
        return next((each for each in around if not self.passes(each)), None)

    def passes(self, exercise: Exercise) -> bool:
        result = self.results.get(exercise.id)
        return result is not None and result.verdict == "passed"
