"""Keeps prepared exercises: each is prepared once, and again only after it has changed."""

from __future__ import annotations

from collections.abc import Sequence

from grader.assess.diagnosis import Diagnostician
from grader.assess.preparation import prepare
from grader.assess.prepared import Settings
from grader.assess.repair import Repairer
from grader.engines import Engine
from grader.records.exercise import Exercise


class GradingSession:
    """One engine, one set of settings, and the exercises prepared with them.

    One thread prepares. After that any thread may read.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self._diagnosticians: dict[str, Diagnostician] = {}
        self._repairers: dict[str, Repairer] = {}

    def prepare(self, exercises: Sequence[Exercise]) -> None:
        """Run the references of new and changed exercises. Raises SpecError with the problems of all of them."""
        unprepared = [exercise for exercise in exercises if not self._is_prepared(exercise)]
        for prepared in prepare(unprepared, self.engine, self.settings):
            self._diagnosticians[prepared.exercise.id] = Diagnostician(prepared, self.engine, self.settings)

    def diagnostician(self, exercise: Exercise) -> Diagnostician:
        """The diagnostician of an exercise that was prepared."""
        return self._diagnosticians[exercise.id]

    def repairer(self, exercise: Exercise) -> Repairer:
        """What looks for fixes for an exercise that was prepared."""
        diagnostician = self.diagnostician(exercise)
        known = self._repairers.get(exercise.id)
        if known is None or known.diagnostician is not diagnostician:
            known = self._repairers[exercise.id] = Repairer(diagnostician)
        return known

    def get_ready(self, exercise: Exercise) -> None:
        """Prepare it, and run its wrong programs now instead of when the first student fails. Raises SpecError."""
        self.prepare([exercise])
        self.diagnostician(exercise).get_ready()

    def _is_prepared(self, exercise: Exercise) -> bool:
        known = self._diagnosticians.get(exercise.id)
        return known is not None and known.prepared.exercise == exercise
