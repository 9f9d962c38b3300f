"""The exercise under proof: its programs performed on the numbers in the file, on hidden cases and on redrawn numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.assess.diagnosis import Diagnostician
from grader.assess.prepared import Prepared, Settings, mark, perform, prepare
from grader.engines import Engine
from grader.errors import Problem, SpecError
from grader.grading import cases, confirm
from grader.grading.explain import runnable
from grader.grading.mutations import Mutant, mutants
from grader.records.case import Case
from grader.records.exercise import Exercise, Step, Wrong
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.trace import ReferenceRun, Trace

REDRAWS = 20
_MOST_ATTEMPTS = 10
# The same numbers in every run: a proof can be repeated.
_SETTINGS = Settings("check")


class NotPrepared(Exception):
    """The exercise cannot be graded at all; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Visible:
    """What the right steps and every wrong program leave on the numbers in the file.

    `mistakes` are the runs of the file's own, `mutants` the wrong programs that the operators make, with their runs.
    """

    exercise: Exercise
    engine: Engine
    right: ReferenceRun
    mistakes: tuple[ReferenceRun, ...]
    mutants: tuple[tuple[Mutant, ReferenceRun], ...]

    def prepare(self, without: Sequence[Wrong]) -> Subject:
        """The exercise ready to be graded. `without` are mistakes that no numbers could tell apart. Raises NotPrepared."""
        telling = tuple(wrong for wrong in self.exercise.wrong if wrong not in without)
        try:
            (prepared,) = prepare([replace(self.exercise, wrong=telling)], self.engine, _SETTINGS)
        except SpecError as error:
            raise NotPrepared(error.problems) from None
        return Subject(self, prepared)

    def passes(self, run: ReferenceRun, right: ReferenceRun) -> bool:
        """Would a student who does (or predicts) what this run did pass against the right one?"""
        return run.error is None and confirm.agrees(self.exercise, right, run)

    def perform(self, programs: Sequence[tuple[Sequence[Step], Case]]) -> tuple[ReferenceRun, ...]:
        return perform(self.exercise, programs, self.engine, _SETTINGS) if programs else ()


def look(exercise: Exercise, engine: Engine) -> Visible:
    """Perform everything once, in one job."""
    made = [mutant for mutant in mutants(exercise) if not mutant.authored]
    programs = [*(each.steps for each in exercise.wrong), *(each.steps for each in made)]
    wrong = [runnable(exercise, steps) for steps in programs]
    case = cases.visible(exercise)
    right, *runs = perform(exercise, [(steps, case) for steps in (exercise.steps, *wrong)], engine, _SETTINGS)
    count = len(exercise.wrong)
    return Visible(exercise, engine, right, tuple(runs[:count]), tuple(zip(made, runs[count:], strict=True)))


class Subject:
    """An exercise that can be graded, and everything the proofs want to know of it; all is found out once."""

    def __init__(self, visible: Visible, prepared: Prepared) -> None:
        self.visible, self.prepared = visible, prepared
        self.exercise, self.engine = visible.exercise, visible.engine
        self._diagnostician = Diagnostician(prepared, visible.engine, _SETTINGS)

    def mark(self, traces: Sequence[Trace]) -> Grade:
        return mark(self.prepared, traces, self.engine, _SETTINGS)

    def diagnose(self, grade: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        return self._diagnostician.diagnose(grade, traces)

    @cached_property
    def redraws(self) -> tuple[tuple[Case, ReferenceRun], ...]:
        """Up to 20 sets of redrawn numbers on which the right steps can be performed, and what they leave."""
        fit: dict[int, tuple[Case, ReferenceRun]] = {}
        if not self.exercise.setup.tensors:
            return ()
        for attempt in range(_MOST_ATTEMPTS):
            missing = [number for number in range(1, REDRAWS + 1) if number not in fit]
            drawn = [cases.draw(self.exercise, "redraws", number, attempt) for number in missing]
            runs = self.visible.perform([(self.exercise.steps, case) for case in drawn])
            for case, run in zip(drawn, runs, strict=True):
                if confirm.usable(self.exercise, run, ()):
                    fit[case.number] = case, run
        return tuple(fit[number] for number in sorted(fit))

    @cached_property
    def wrong_runs(self) -> tuple[tuple[tuple[Step, ...], tuple[ReferenceRun, ...]], ...]:
        """For each of the file's mistakes: its steps, and what they leave in every prepared case."""
        programs = [runnable(self.exercise, wrong.steps) for wrong in self.exercise.wrong]
        everywhere = [(steps, case) for steps in programs for case in self.prepared.cases]
        runs = self.visible.perform(everywhere)
        count = len(self.prepared.cases)
        return tuple((steps, runs[at * count : (at + 1) * count]) for at, steps in enumerate(programs))
