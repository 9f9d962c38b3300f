"""Where exercises lie ready to be graded: prepared once, and kept for as long as they stay what they are."""

from __future__ import annotations

from collections.abc import Sequence

from grader.assess.diagnosis import Diagnostician
from grader.assess.preparation import prepare
from grader.assess.prepared import Settings
from grader.engines import Engine
from grader.records.exercise import Exercise


class GradingSession:
    """One engine, one set of settings, and what was learnt of each exercise with them.

    One thread prepares; then any thread may ask.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self._known: dict[str, Diagnostician] = {}

    def prepare(self, exercises: Sequence[Exercise]) -> None:
        """Run the references of those that are new or not what they were. Raises SpecError with what each has wrong."""
        unknown = [exercise for exercise in exercises if not self._knows(exercise)]
        for prepared in prepare(unknown, self.engine, self.settings):
            self._known[prepared.exercise.id] = Diagnostician(prepared, self.engine, self.settings)

    def diagnostician(self, exercise: Exercise) -> Diagnostician:
        """Of an exercise that was prepared."""
        return self._known[exercise.id]

    def get_ready(self, exercise: Exercise) -> None:
        """Prepare it, and run its wrong programs now rather than when somebody first fails. Raises SpecError."""
        self.prepare([exercise])
        _ = self._known[exercise.id].mutants

    def _knows(self, exercise: Exercise) -> bool:
        known = self._known.get(exercise.id)
        return known is not None and known.prepared.exercise == exercise
