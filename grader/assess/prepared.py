"""A prepared exercise, and the programs that the reference performs for it: steps, and replays for one student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.engines import Engine
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import compare_before_replays, grade_traces
from grader.protocol.jobs import Program, ReferenceJob, case_line, program
from grader.records.case import Case
from grader.records.exercise import Exercise, Limits, Step
from grader.records.grade import Grade
from grader.records.trace import ReferenceRun, ReplayRequest, State, Trace

LEAST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one grading run. `hidden` and `limits` replace those of the exercises."""

    seed: str
    hidden: int | None = None
    limits: Limits | None = None


@dataclass(frozen=True)
class Prepared:
    """An exercise with its cases and the reference run of each; the visible case is the first."""

    exercise: Exercise
    cases: tuple[Case, ...]
    expected: tuple[ReferenceRun, ...]

    @cached_property
    def case_lines(self) -> tuple[bytes, ...]:
        """The cases as they are sent to every student's worker process."""
        return tuple(case_line(self.exercise, case) for case in self.cases)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The names of the watched leaves, which are the same in every case."""
        return tuple(self.expected[0].before)

    @cached_property
    def expected_runs(self) -> ExpectedRuns:
        """What every student is compared with."""
        return ExpectedRuns(self.exercise, self.expected)


def run_steps(
    exercise: Exercise, runs: Sequence[tuple[Sequence[Step], Case]], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    """Perform these steps on these cases."""
    programs = tuple(program(exercise, steps, case) for steps, case in runs)
    return run_reference([exercise], programs, engine, settings)


def run_reference(
    exercises: Sequence[Exercise], programs: Iterable[Program], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    """Perform programs of these exercises in one worker process. A program has at least `LEAST_SECONDS`, and is made late."""
    limits = [settings.limits or exercise.limits for exercise in exercises]
    seconds = max(LEAST_SECONDS, *(each.seconds for each in limits))
    generous = Limits(seconds, max(each.memory_mb for each in limits))
    return engine.run_reference(ReferenceJob(programs, generous, any(each.uses_optimizer for each in exercises)))


def replay(
    prepared: Prepared, requests: Sequence[ReplayRequest], engine: Engine, settings: Settings
) -> Mapping[ReplayRequest, State]:
    """What the requested steps leave on the student's states. A request whose step makes no call is left out."""
    if not requests:
        return {}
    exercise = prepared.exercise
    programs = tuple(
        program(
            exercise, exercise.steps[: request.step + 1], prepared.cases[request.case], returns=False, override=request.before
        )
        for request in requests
    )
    runs = run_reference([exercise], programs, engine, settings)
    return {
        request: call.after
        for request, run in zip(requests, runs, strict=True)
        if len(run.steps) == request.step + 1 and (call := run.steps[-1].call) is not None
    }


def grade_with_replays(prepared: Prepared, traces: Sequence[Trace], engine: Engine, settings: Settings) -> Grade:
    """The grade of a student's traces, one of each prepared case, after the replays that it needs."""
    first = compare_before_replays(prepared.expected_runs, traces)
    replays = replay(prepared, first.replay_requests, engine, settings)
    return grade_traces(prepared.expected_runs, traces, replays, first.comparisons)
