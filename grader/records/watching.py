"""What `watch` knows at one moment: how the exercises stand, which one is worked on, and what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.exercise import Exercise
from grader.records.result import Result

Page: TypeAlias = Literal["exercise", "list"]


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A file that was saved, and what its exercise was worth before and after."""

    exercise: Exercise
    before: Result | None
    after: Result


@dataclass(frozen=True, slots=True)
class Watched:
    """`results` are the newest by exercise; `current` is the id of the one that is worked on, "" before the first results.

    So many `hints` of it are shown. `changes` were seen at `changed_at`. `notice` stays until the next key, `trouble`
    until it is mended: both are sentences.
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
        """The one that is worked on."""
        return next((each for each in self.exercises if each.id == self.current), self.exercises[0])

    @property
    def first_undone(self) -> Exercise:
        """The first that does not pass; the very first if all do."""
        return next((each for each in self.exercises if not self.passes(each)), self.exercises[0])

    @property
    def following(self) -> Exercise | None:
        """The next after the current one that does not pass, from the beginning again after the last."""
        place = self.exercises.index(self.exercise)
        around = self.exercises[place + 1 :] + self.exercises[:place]
        return next((each for each in around if not self.passes(each)), None)

    def passes(self, exercise: Exercise) -> bool:
        result = self.results.get(exercise.id)
        return result is not None and result.verdict == "passed"
