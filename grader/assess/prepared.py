"""What is known of an exercise before a student is marked, and what the reference is asked about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.engines import Engine
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import first_look, grade
from grader.protocol.jobs import Program, ReferenceJob, case_line, program
from grader.records.case import Case
from grader.records.exercise import Exercise, Limits, Step
from grader.records.grade import Grade
from grader.records.trace import ReferenceRun, ReplayRequest, State, Trace

LEAST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run is asked to do. `hidden` and `limits` replace what the exercises say."""

    seed: str
    hidden: int | None = None
    limits: Limits | None = None


@dataclass(frozen=True)
class Prepared:
    """An exercise with its cases and what the reference run left on each."""

    exercise: Exercise
    cases: tuple[Case, ...]
    expected: tuple[ReferenceRun, ...]

    @cached_property
    def case_lines(self) -> tuple[bytes, ...]:
        """The cases as every student's child is sent them."""
        return tuple(case_line(self.exercise, case) for case in self.cases)

    @cached_property
    def asked(self) -> ExpectedRuns:
        """What every student is compared with."""
        return ExpectedRuns(self.exercise, self.expected)


def perform(
    exercise: Exercise, runs: Sequence[tuple[Sequence[Step], Case]], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    """What these steps leave on these cases."""
    programs = tuple(program(exercise, steps, case) for steps, case in runs)
    return run_reference([exercise], programs, engine, settings)


def run_reference(
    exercises: Sequence[Exercise], programs: Sequence[Program], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    """Perform programs of these exercises in one child. A program has ten seconds at least, whatever a student has."""
    limits = [settings.limits or exercise.limits for exercise in exercises]
    seconds = max(LEAST_SECONDS, *(each.seconds for each in limits))
    generous = Limits(seconds, max(each.memory_mb for each in limits))
    return engine.run_reference(ReferenceJob(tuple(programs), generous, any(each.uses_optimizer for each in exercises)))


def answer(
    prepared: Prepared, asked: Sequence[ReplayRequest], engine: Engine, settings: Settings
) -> Mapping[ReplayRequest, State]:
    """What the asked steps leave when they are performed on the student's state."""
    exercise = prepared.exercise
    programs = tuple(
        program(
            exercise,
            exercise.steps[: question.step + 1],
            prepared.cases[question.case],
            returns=False,
            override=question.before,
        )
        for question in asked
    )
    runs = run_reference([exercise], programs, engine, settings)
    return {
        question: call.after
        for question, run in zip(asked, runs, strict=True)
        if len(run.steps) == question.step + 1 and (call := run.steps[-1].call) is not None
    }


def mark(prepared: Prepared, traces: Sequence[Trace], engine: Engine, settings: Settings) -> Grade:
    """The mark of what was observed in the prepared cases."""
    look = first_look(prepared.asked, traces)
    answers = answer(prepared, look.questions, engine, settings) if look.questions else {}
    return grade(prepared.asked, traces, answers, look.comparisons)
