"""The conductor: run the reference, run the student, compare, score, diagnose, and yield what happened.

Nothing is decided about marks here (`grading` does) and nothing is worded (`describe` is given by whoever listens).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from grader.assess.diagnosis import Diagnostician
from grader.assess.prepared import Prepared, Settings, answer, prepare
from grader.engines import Engine, Outcome
from grader.grading.grade import grade, questions, unrun
from grader.records.assessed import Assessed
from grader.records.events import Event, ExerciseGraded, RunFinished, RunStarted, SubmissionFinished
from grader.records.exercise import Exercise
from grader.records.grade import Grade
from grader.records.result import Report, Result, RunInfo, StrayFile
from grader.records.submission import SolutionFile, Submission
from grader.submissions.find import same_text
from grader.wire import StudentJob, student_job

__all__ = ["Prepared", "Settings", "assess", "prepare"]

Describe = Callable[[Assessed], Result]


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
    desk = {each.exercise.id: Diagnostician(each, engine, settings) for each in prepare(started, engine, settings)}
    yield RunStarted(run(), len(pending), len(exercises))
    every: list[Result] = []
    strays: list[StrayFile] = []
    for submission in pending:
        results = []
        for assessed in _grade_submission(exercises, submission, desk, engine, settings):
            results.append(describe(assessed))
            yield ExerciseGraded(results[-1])
        unknown = [StrayFile(submission=submission.name, path=each.path, nearest=each.nearest) for each in submission.strays]
        every += results
        strays += unknown
        yield SubmissionFinished(submission.name, tuple(results), tuple(unknown))
    yield RunFinished(Report(run=run(), results=tuple(every), strays=tuple(strays)))


def _grade_submission(
    exercises: Sequence[Exercise],
    submission: Submission,
    desk: Mapping[str, Diagnostician],
    engine: Engine,
    settings: Settings,
) -> Iterator[Assessed]:
    started = [each for each in exercises if _is_started(each, submission)]
    jobs = {each.id: _job(desk[each.id].prepared, submission.files[each.id], settings) for each in started}
    outcomes = engine.run_students(tuple(jobs.values()))
    for exercise in exercises:
        file = submission.files.get(exercise.id)
        seconds = (settings.limits or exercise.limits).seconds
        if exercise.id not in jobs:
            yield Assessed(submission.name, exercise, file, unrun(exercise, file), seconds_limit=seconds)
            continue
        diagnostician = desk[exercise.id]
        mark, outcome = _believe(diagnostician.prepared, jobs[exercise.id], next(outcomes), engine, settings)
        findings = () if mark.verdict == "passed" else diagnostician.diagnose(mark, outcome.traces)
        yield Assessed(submission.name, exercise, file, mark, outcome.traces, findings, seconds)


def _is_started(exercise: Exercise, submission: Submission) -> bool:
    file = submission.files.get(exercise.id)
    if file is None or file.text is None:
        return False
    return exercise.starter is None or not same_text(file.text, exercise.starter)


def _job(prepared: Prepared, file: SolutionFile, settings: Settings) -> StudentJob:
    exercise = prepared.exercise
    return student_job(exercise, file.text or "", exercise.solution_path, prepared.cases, settings.limits)


def _believe(prepared: Prepared, job: StudentJob, outcome: Outcome, engine: Engine, settings: Settings) -> tuple[Grade, Outcome]:
    """A failure is believed only from a pristine process: what an earlier exercise left behind is nobody's mistake."""
    mark = _grade(prepared, outcome, engine, settings)
    if mark.verdict == "passed" or outcome.fresh or not _worth_repeating(mark, job, outcome):
        return mark, outcome
    again = next(engine.run_students((job,)))
    return _grade(prepared, again, engine, settings), again


def _worth_repeating(mark: Grade, job: StudentJob, outcome: Outcome) -> bool:
    return mark.verdict != "timeout" or outcome.cpu_seconds < job.limits.seconds / 2


def _grade(prepared: Prepared, outcome: Outcome, engine: Engine, settings: Settings) -> Grade:
    exercise, expected = prepared.exercise, prepared.expected
    asked = questions(exercise, expected, outcome.traces)
    answers = answer(prepared, asked, engine, settings) if asked else {}
    return grade(exercise, expected, outcome.traces, answers)
