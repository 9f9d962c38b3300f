"""The exercise under proof: its programs performed on the numbers in the file, on hidden cases and on redrawn numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.assess.diagnosis import Diagnostician
from grader.assess.preparation import prepare
from grader.assess.prepared import Prepared, Settings, mark, perform
from grader.diagnosis.explain import runnable
from grader.diagnosis.mutations import Mutant
from grader.engines import Engine
from grader.errors import Problem, SpecError
from grader.marking import cases, confirm
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
    """What the right steps, and each of the file's mistakes, leave on the numbers in the file."""

    exercise: Exercise
    engine: Engine
    right: ReferenceRun
    mistakes: tuple[ReferenceRun, ...]

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
        if run.error is not None:
            return False
        is_same = self.exercise.kind != "predict" and _left(run) == _left(right)
        return is_same or confirm.agrees(self.exercise, right, run)

    def perform(self, programs: Sequence[tuple[Sequence[Step], Case]]) -> tuple[ReferenceRun, ...]:
        return perform(self.exercise, programs, self.engine, _SETTINGS) if programs else ()


def look(exercise: Exercise, engine: Engine) -> Visible:
    """Perform the steps and the mistakes once."""
    case = cases.visible(exercise)
    wrong = [runnable(exercise, each.steps) for each in exercise.wrong]
    right, *mistakes = perform(exercise, [(steps, case) for steps in (exercise.steps, *wrong)], engine, _SETTINGS)
    return Visible(exercise, engine, right, tuple(mistakes))


def _left(run: ReferenceRun) -> object:
    """What a student sees of a run; if it is the same there is nothing to compare."""
    return [(done.call.kind, done.call.is_step, done.call.after, done.raised) for done in run.steps if done.call], run.returned


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

    def mutants(self) -> Iterator[tuple[Mutant, ReferenceRun]]:
        """The wrong programs that the operators make, and what each leaves on the numbers in the file."""
        return ((mutant, run) for mutant, _, run in self._diagnostician.mutants if not mutant.authored)

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
