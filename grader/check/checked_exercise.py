"""The exercise that is checked, and the runs of its programs: on the numbers in the file, on hidden and on redrawn cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.assess.cases import draw_case, visible_case
from grader.assess.diagnosis import Diagnostician
from grader.assess.preparation import prepare
from grader.assess.prepared import Prepared, Settings, grade_with_replays, run_steps
from grader.assess.usable_cases import is_usable_case, would_pass
from grader.diagnosis.explain import runnable
from grader.diagnosis.mutations import Mutant
from grader.engines import Engine
from grader.errors import Problem, SpecError
from grader.records.case import Case
from grader.records.exercise import Exercise, Step, Wrong
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.trace import ReferenceRun, Trace

REDRAWS = 20
_MOST_ATTEMPTS = 10
# A fixed seed, so that a check can be repeated with the same numbers.
_SETTINGS = Settings("check")


class NotPrepared(Exception):
    """The exercise cannot be graded at all; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class VisibleRuns:
    """The runs on the numbers in the file: of the right steps, and of each mistake in the file. `variants`: with other data."""

    exercise: Exercise
    engine: Engine
    right: ReferenceRun
    mistakes: tuple[ReferenceRun, ...]
    variants: tuple[VisibleRuns, ...] = ()

    def prepare(self, without: Sequence[Wrong]) -> CheckedExercise:
        """The exercise, ready to be graded, without mistakes that no numbers distinguish. Raises NotPrepared."""
        kept = [place for place, wrong in enumerate(self.exercise.wrong) if wrong not in without]
        try:
            (prepared,) = prepare([_with_mistakes(self.exercise, kept)], self.engine, _SETTINGS)
        except SpecError as error:
            raise NotPrepared(error.problems) from None
        return CheckedExercise(self, prepared)

    def passing(self) -> list[bool]:
        """For each mistake, does it pass with these data?"""
        return [self.would_pass(run, self.right) for run in self.mistakes]

    def would_pass(self, run: ReferenceRun, right: ReferenceRun) -> bool:
        """Would a student who does (or predicts) what this run did pass against the right one?"""
        if run.error is not None:
            return False
        is_same = self.exercise.kind != "predict" and _result_of(run) == _result_of(right)  # faster than grading
        return is_same or would_pass(self.exercise, right, run)

    def run(self, programs: Sequence[tuple[Sequence[Step], Case]]) -> tuple[ReferenceRun, ...]:
        return run_steps(self.exercise, programs, self.engine, _SETTINGS) if programs else ()


def run_visible_case(exercise: Exercise, engine: Engine) -> VisibleRuns:
    """Perform the right steps and the mistakes once."""
    case = visible_case(exercise)
    wrong = [runnable(exercise, each.steps) for each in exercise.wrong]
    right, *mistakes = run_steps(exercise, [(steps, case) for steps in (exercise.steps, *wrong)], engine, _SETTINGS)
    variants = tuple(run_visible_case(each, engine) for each in exercise.variants)
    return VisibleRuns(exercise, engine, right, tuple(mistakes), variants)


def _with_mistakes(exercise: Exercise, places: Sequence[int]) -> Exercise:
    """The exercise with only these of its mistakes."""
    variants = tuple(_with_mistakes(each, places) for each in exercise.variants)
    return replace(exercise, wrong=tuple(exercise.wrong[place] for place in places), variants=variants)


def _result_of(run: ReferenceRun) -> object:
    calls = [(step.call.kind, step.call.is_step, step.call.after, step.raised) for step in run.steps if step.call]
    return calls, run.returned, [use.name for use in run.used]


class CheckedExercise:
    """An exercise that can be graded, and the runs that the parts of a check share; each is performed once."""

    def __init__(self, visible: VisibleRuns, prepared: Prepared) -> None:
        self.visible, self.prepared = visible, prepared
        self.exercise, self.engine = visible.exercise, visible.engine
        self._diagnostician = Diagnostician(prepared, visible.engine, _SETTINGS)

    def grade(self, traces: Sequence[Trace]) -> Grade:
        return grade_with_replays(self.prepared, traces, self.engine, _SETTINGS)

    def diagnose(self, grade: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        return self._diagnostician.diagnose(grade, traces).findings

    def mutants(self) -> Iterator[tuple[Mutant, ReferenceRun]]:
        """The wrong programs that the operators make, each with its run on the numbers in the file."""
        return ((mutant, run) for mutant, _, run in self._diagnostician.mutants if not mutant.authored)

    @cached_property
    def redraws(self) -> tuple[tuple[Case, ReferenceRun], ...]:
        """Up to 20 redrawn cases on which the right steps can run, each with its run."""
        usable: dict[int, tuple[Case, ReferenceRun]] = {}
        if not self.exercise.setup.tensors:
            return ()
        for attempt in range(_MOST_ATTEMPTS):
            missing = [number for number in range(1, REDRAWS + 1) if number not in usable]
            drawn = [draw_case(self.exercise, "redraws", number, attempt) for number in missing]
            runs = self.visible.run([(self.exercise.steps, case) for case in drawn])
            for case, run in zip(drawn, runs, strict=True):
                if is_usable_case(self.exercise, run, ()):
                    usable[case.number] = case, run
        return tuple(usable[number] for number in sorted(usable))

    @cached_property
    def wrong_runs(self) -> tuple[tuple[tuple[Step, ...], tuple[ReferenceRun, ...]], ...]:
        """For each mistake in the file: its steps, and their run on every prepared case."""
        return self._wrong_runs(self.prepared)

    def mistakes_with_variants(self) -> Iterator[tuple[Prepared, Sequence[tuple[tuple[Step, ...], tuple[ReferenceRun, ...]]]]]:
        """`wrong_runs`, with the data of the exercise and then with those of each variant."""
        yield self.prepared, self.wrong_runs
        yield from zip(self.prepared.variants, self._wrong_runs_of_variants, strict=True)

    @cached_property
    def _wrong_runs_of_variants(self) -> list[tuple[tuple[tuple[Step, ...], tuple[ReferenceRun, ...]], ...]]:
        exercises = zip(self.prepared.variants, self.exercise.variants, strict=True)
        return [self._wrong_runs(replace(prepared, exercise=exercise)) for prepared, exercise in exercises]

    def _wrong_runs(self, prepared: Prepared) -> tuple[tuple[tuple[Step, ...], tuple[ReferenceRun, ...]], ...]:
        exercise = self.exercise if prepared is self.prepared else prepared.exercise
        programs = [runnable(exercise, wrong.steps) for wrong in exercise.wrong]
        pairs = [(steps, case) for steps in programs for case in prepared.cases]
        runs = run_steps(exercise, pairs, self.engine, _SETTINGS) if pairs else ()
        count = len(prepared.cases)
        return tuple((steps, runs[at * count : (at + 1) * count]) for at, steps in enumerate(programs))
