"""The state of `watch`: the results, the current exercise, and what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.exercise import Exercise
from grader.records.result import Result

Page: TypeAlias = Literal["exercise", "list"]


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A solution that was saved, with its result before and after."""

    exercise: Exercise
    before: Result | None
    after: Result


@dataclass(frozen=True, slots=True)
class WatchState:
    """`results` are the newest by id of the exercise; `current` is the id of the current exercise, "" before the first results.

    `hints` is how many hints of it are shown; `shows_fix`: so is the fix. `changes` were seen at `changed_at`, HH:MM:SS.
    `notice` and `error` are sentences: a notice is shown until the next key, an error until the next successful action.
    """

    exercises: tuple[Exercise, ...]
    results: Mapping[str, Result] = field(default_factory=dict)
    current: str = ""
    page: Page = "exercise"
    hints: int = 0
    shows_fix: bool = False
    asks_reset: bool = False
    changes: tuple[SavedChange, ...] = ()
    changed_at: str = ""
    notice: str = ""
    error: str = ""
    is_over: bool = False

    @property
    def exercise(self) -> Exercise:
        """The current exercise."""
        return next((each for each in self.exercises if each.id == self.current), self.exercises[0])

    @property
    def first_not_passed(self) -> Exercise:
        """The first exercise that does not pass; the first of all if all pass."""
        return next((each for each in self.exercises if not self.passes(each)), self.exercises[0])

    @property
    def next_not_passed(self) -> Exercise | None:
        """The next exercise after the current one that does not pass. After the last it starts again with the first."""
        place = self.exercises.index(self.exercise)
        around = self.exercises[place + 1 :] + self.exercises[:place]
        return next((each for each in around if not self.passes(each)), None)

    def passes(self, exercise: Exercise) -> bool:
        result = self.results.get(exercise.id)
        return result is not None and result.verdict == "passed"
