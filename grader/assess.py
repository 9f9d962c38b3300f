"""The conductor: run the reference, run the student, compare, score, and yield what happened.

Nothing is decided about marks here (`grading` does) and nothing is worded (`describe` is given by whoever listens).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.engines import Engine, Outcome
from grader.errors import Problem, raise_if_any
from grader.grading import cases, confirm
from grader.grading.grade import grade, questions, unrun
from grader.records.case import Case
from grader.records.events import Event, ExerciseGraded, RunFinished, RunStarted, SubmissionFinished
from grader.records.exercise import Exercise, Limits, Step
from grader.records.grade import Grade
from grader.records.result import Report, Result, RunInfo, StrayFile
from grader.records.submission import SolutionFile, Submission
from grader.records.trace import Question, ReferenceRun, State, Trace
from grader.submissions.find import same_text
from grader.wire import Program, ReferenceJob, StudentJob, program, student_job

MAX_DRAWS = 50

Describe = Callable[[str, Exercise, SolutionFile | None, Grade, Sequence[Trace], float], Result]


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


def assess(
    exercises: Sequence[Exercise],
    submissions: Iterable[Submission],
    engine: Engine,
    settings: Settings,
    run: Callable[[], RunInfo],
    describe: Describe,
) -> Iterator[Event]:
    """Grade every submission on every exercise. Raises SpecError before any student is marked if an exercise is wrong."""
    pending = list(submissions)
    started = [each for each in exercises if any(_is_started(each, submission) for submission in pending)]
    prepared = {each.exercise.id: each for each in prepare(started, engine, settings)}
    yield RunStarted(run(), len(pending), len(exercises))
    every: list[Result] = []
    strays: list[StrayFile] = []
    for submission in pending:
        results = []
        for exercise, file, result, traces in _grade_submission(exercises, submission, prepared, engine, settings):
            limits = settings.limits or exercise.limits
            results.append(describe(submission.name, exercise, file, result, traces, limits.seconds))
            yield ExerciseGraded(results[-1])
        unknown = [StrayFile(submission=submission.name, path=each.path, nearest=each.nearest) for each in submission.strays]
        every += results
        strays += unknown
        yield SubmissionFinished(submission.name, tuple(results), tuple(unknown))
    yield RunFinished(Report(run=run(), results=tuple(every), strays=tuple(strays)))


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
    runs = _perform(exercise, [(steps, case) for steps in (exercise.steps, *shorter)], engine, settings)
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
        runs = _perform(exercise, [(steps, case) for case in drawn for steps in programs], engine, settings)
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


def _perform(
    exercise: Exercise, runs: Sequence[tuple[Sequence[Step], Case]], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    programs = tuple(program(exercise, steps, case) for steps, case in runs)
    return _run_reference(exercise, programs, engine, settings)


def _run_reference(
    exercise: Exercise, programs: tuple[Program, ...], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    limits = settings.limits or exercise.limits
    generous = replace(limits, seconds=max(limits.seconds, 10.0))
    return engine.run_reference(ReferenceJob(programs, generous, exercise.uses_optimizer))


def _without(steps: Sequence[Step], number: int) -> tuple[Step, ...]:
    return tuple(step for index, step in enumerate(steps) if index != number)


def _is_started(exercise: Exercise, submission: Submission) -> bool:
    file = submission.files.get(exercise.id)
    if file is None or file.text is None:
        return False
    return exercise.starter is None or not same_text(file.text, exercise.starter)


def _grade_submission(
    exercises: Sequence[Exercise],
    submission: Submission,
    prepared: Mapping[str, Prepared],
    engine: Engine,
    settings: Settings,
) -> Iterator[tuple[Exercise, SolutionFile | None, Grade, Sequence[Trace]]]:
    started = [each for each in exercises if _is_started(each, submission)]
    jobs = {each.id: _job(prepared[each.id], submission.files[each.id], settings) for each in started}
    outcomes = engine.run_students(tuple(jobs.values()))
    for exercise in exercises:
        file = submission.files.get(exercise.id)
        if exercise.id in jobs:
            outcome = next(outcomes)
            yield exercise, file, *_believe(prepared[exercise.id], jobs[exercise.id], outcome, engine, settings)
        else:
            yield exercise, file, unrun(exercise, file), ()


def _job(prepared: Prepared, file: SolutionFile, settings: Settings) -> StudentJob:
    exercise = prepared.exercise
    return student_job(exercise, file.text or "", exercise.solution_path, prepared.cases, settings.limits)


def _believe(
    prepared: Prepared, job: StudentJob, outcome: Outcome, engine: Engine, settings: Settings
) -> tuple[Grade, Sequence[Trace]]:
    """A failure is believed only from a pristine process: what an earlier exercise left behind is nobody's mistake."""
    result = _grade(prepared, outcome, engine, settings)
    if result.verdict == "passed" or outcome.fresh or not _worth_repeating(result, job, outcome):
        return result, outcome.traces
    again = next(engine.run_students((job,)))
    return _grade(prepared, again, engine, settings), again.traces


def _worth_repeating(result: Grade, job: StudentJob, outcome: Outcome) -> bool:
    return result.verdict != "timeout" or outcome.cpu_seconds < job.limits.seconds / 2


def _grade(prepared: Prepared, outcome: Outcome, engine: Engine, settings: Settings) -> Grade:
    exercise, expected = prepared.exercise, prepared.expected
    asked = questions(exercise, expected, outcome.traces)
    answers = _answer(prepared, asked, engine, settings) if asked else {}
    return grade(exercise, expected, outcome.traces, answers)


def _answer(prepared: Prepared, asked: Sequence[Question], engine: Engine, settings: Settings) -> Mapping[Question, State]:
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
    runs = _run_reference(exercise, programs, engine, settings)
    return {
        question: call.after
        for question, run in zip(asked, runs, strict=True)
        if len(run.steps) == question.step + 1 and (call := run.steps[-1].call) is not None
    }
