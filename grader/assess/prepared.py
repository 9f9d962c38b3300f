"""What must be known of an exercise before a student is marked: its cases, and what the reference run leaves on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.engines import Engine
from grader.errors import Problem, raise_if_any
from grader.grading import cases, confirm
from grader.grading.grade import grade, questions
from grader.records.case import Case
from grader.records.exercise import Exercise, Limits, Step
from grader.records.grade import Grade
from grader.records.trace import Question, ReferenceRun, State, Trace
from grader.wire import Program, ReferenceJob, program

MAX_DRAWS = 50
LEAST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run is asked to do. `hidden` and `limits` replace what the exercises say."""

    seed: str
    hidden: int | None = None
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An exercise with its cases and what the reference run left on each."""

    exercise: Exercise
    cases: tuple[Case, ...]
    expected: tuple[ReferenceRun, ...]


def prepare(exercises: Sequence[Exercise], engine: Engine, settings: Settings) -> tuple[Prepared, ...]:
    """Run the reference on the visible case and on hidden ones. Raises SpecError with what every exercise has wrong."""
    problems: list[Problem] = []
    prepared = []
    for exercise in exercises:
        visible, found = _visible(exercise, engine, settings)
        problems += found
        if not found:
            drawn = _hidden(exercise, engine, settings)
            prepared.append(
                Prepared(
                    exercise,
                    (cases.visible(exercise), *(case for case, _ in drawn)),
                    (visible, *(expected for _, expected in drawn)),
                )
            )
    raise_if_any(problems)
    return tuple(prepared)


def _visible(exercise: Exercise, engine: Engine, settings: Settings) -> tuple[ReferenceRun, tuple[Problem, ...]]:
    case = cases.visible(exercise)
    optional = [number for number, step in enumerate(exercise.steps) if step.optional]
    shorter = [_without(exercise.steps, number) for number in optional]
    runs = perform(exercise, [(steps, case) for steps in (exercise.steps, *shorter)], engine, settings)
    return runs[0], confirm.problems(exercise, runs[0], dict(zip(optional, runs[1:], strict=True)))


def _hidden(exercise: Exercise, engine: Engine, settings: Settings) -> list[tuple[Case, ReferenceRun]]:
    """Cases the right steps can be told apart on; a draw that is not fit is drawn again."""
    wanted = _hidden_count(exercise, settings)
    fit: dict[int, tuple[Case, ReferenceRun]] = {}
    for attempt in range(MAX_DRAWS):
        drawn = [cases.draw(exercise, settings.seed, number, attempt) for number in range(1, wanted + 1) if number not in fit]
        if not drawn:
            break
        programs = [exercise.steps, *(wrong.steps for wrong in exercise.wrong)]
        runs = perform(exercise, [(steps, case) for case in drawn for steps in programs], engine, settings)
        for index, case in enumerate(drawn):
            right, *wrong = runs[index * len(programs) : (index + 1) * len(programs)]
            if confirm.usable(exercise, right, wrong):
                fit[case.number] = case, right
    if len(fit) < wanted:
        raise_if_any([_cannot_draw(exercise)])
    return [fit[number] for number in sorted(fit)]


def _hidden_count(exercise: Exercise, settings: Settings) -> int:
    if exercise.kind == "predict" or not exercise.setup.tensors:
        return 0
    return exercise.hidden if settings.hidden is None else settings.hidden


def _cannot_draw(exercise: Exercise) -> Problem:
    return Problem(
        f"no hidden case of `{exercise.id}` could be drawn in {MAX_DRAWS} tries: on redrawn numbers the steps fail, "
        "or a `wrong` entry gives what the right steps give.",
        exercise.where,
        "narrow the numbers with `redraw: {low, high}`, or write `cases: {hidden: 0}`",
    )


def perform(
    exercise: Exercise, runs: Sequence[tuple[Sequence[Step], Case]], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    programs = tuple(program(exercise, steps, case) for steps, case in runs)
    return run_reference(exercise, programs, engine, settings)


def run_reference(
    exercise: Exercise, programs: tuple[Program, ...], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    limits = settings.limits or exercise.limits
    generous = replace(limits, seconds=max(limits.seconds, 10.0))
    return engine.run_reference(ReferenceJob(programs, generous, exercise.uses_optimizer))


def _without(steps: Sequence[Step], number: int) -> tuple[Step, ...]:
    return tuple(step for index, step in enumerate(steps) if index != number)


def answer(prepared: Prepared, asked: Sequence[Question], engine: Engine, settings: Settings) -> Mapping[Question, State]:
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
    runs = run_reference(exercise, programs, engine, settings)
    return {
        question: call.after
        for question, run in zip(asked, runs, strict=True)
        if len(run.steps) == question.step + 1 and (call := run.steps[-1].call) is not None
    }


def mark(prepared: Prepared, traces: Sequence[Trace], engine: Engine, settings: Settings) -> Grade:
    """The mark of what was observed in the prepared cases."""
    exercise, expected = prepared.exercise, prepared.expected
    asked = questions(exercise, expected, traces)
    answers = answer(prepared, asked, engine, settings) if asked else {}
    return grade(exercise, expected, traces, answers)
