"""The conductor: run the reference, run the student, compare, score, diagnose, and yield what happened.

Nothing is decided about marks here (`grading` does) and nothing is worded (`describe` is given by whoever listens).
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence

from grader.assess.desk import Desk
from grader.assess.preparation import prepare
from grader.assess.prepared import Prepared, Settings, mark
from grader.engines import Outcome
from grader.errors import SpecError, UsageError
from grader.grading.grade import unrun
from grader.records.assessed import Assessed
from grader.records.events import Event, ExerciseGraded, RunFinished, RunStarted, SubmissionFinished
from grader.records.exercise import Exercise
from grader.records.grade import Grade
from grader.records.result import Report, Result, RunInfo, StrayFile
from grader.records.submission import SolutionFile, Submission
from grader.records.trace import Ending, Raised, Trace
from grader.submissions.find import same_text
from grader.wire import StudentJob, student_job

__all__ = ["Desk", "Prepared", "Settings", "assess", "assess_submission", "prepare"]

Describe = Callable[[Assessed], Result]


def assess(
    exercises: Sequence[Exercise],
    submissions: Iterable[Submission],
    desk: Desk,
    run: Callable[[], RunInfo],
    describe: Describe,
) -> Iterator[Event]:
    """Grade every submission on every exercise. Raises SpecError before any student is marked if an exercise is wrong."""
    pending = list(submissions)
    desk.prepare([each for each in exercises if any(_is_started(each, submission) for submission in pending)])
    yield RunStarted(run(), len(pending), len(exercises))
    every: list[Result] = []
    strays: list[StrayFile] = []
    for submission in pending:
        results = []
        for assessed in assess_submission(exercises, submission, desk):
            results.append(describe(assessed))
            yield ExerciseGraded(results[-1])
        unknown = [StrayFile(submission=submission.name, path=each.path, nearest=each.nearest) for each in submission.strays]
        every += results
        strays += unknown
        yield SubmissionFinished(submission.name, tuple(results), tuple(unknown))
    yield RunFinished(Report(run=run(), results=tuple(every), strays=tuple(strays)))


def assess_submission(exercises: Sequence[Exercise], submission: Submission, desk: Desk) -> Iterator[Assessed]:
    """Grade one submission on exercises that were prepared, one after another. Threads may share the desk."""
    started = [each for each in exercises if _is_started(each, submission)]
    jobs = {each.id: _job(each, submission.files[each.id], desk) for each in started}
    outcomes = desk.engine.run_students(tuple(jobs.values()))
    for exercise in exercises:
        file = submission.files.get(exercise.id)
        seconds = (desk.settings.limits or exercise.limits).seconds
        if exercise.id not in jobs:
            yield Assessed(submission.name, exercise, file, unrun(exercise, file), seconds_limit=seconds)
            continue
        outcome = next(outcomes)
        try:
            found, outcome = _believe(exercise, jobs[exercise.id], outcome, desk)
            findings = () if found.verdict == "passed" else desk.diagnostician(exercise).diagnose(found, outcome.traces)
        except (UsageError, SpecError):
            raise
        except Exception as error:  # whatever one student's process has claimed, the others are graded
            outcome, findings = _our_trouble(error), ()
            found = _grade(exercise, outcome, desk)
        yield Assessed(submission.name, exercise, file, found, outcome.traces, findings, seconds)


def _is_started(exercise: Exercise, submission: Submission) -> bool:
    file = submission.files.get(exercise.id)
    if file is None or file.text is None:
        return False
    return exercise.starter is None or not same_text(file.text, exercise.starter)


def _job(exercise: Exercise, file: SolutionFile, desk: Desk) -> StudentJob:
    lines = desk.diagnostician(exercise).prepared.case_lines
    return student_job(exercise, file.text or "", exercise.solution_path, lines, desk.settings.limits)


def _believe(exercise: Exercise, job: StudentJob, outcome: Outcome, desk: Desk) -> tuple[Grade, Outcome]:
    """A failure is believed only from a pristine process: what an earlier exercise left behind is nobody's mistake."""
    first = _grade(exercise, outcome, desk)
    if first.verdict == "passed" or outcome.fresh or not _worth_repeating(first, job, outcome):
        return first, outcome
    again = next(desk.engine.run_students((job,)))
    return _grade(exercise, again, desk), again


def _our_trouble(error: Exception) -> Outcome:
    """Grading itself failed: an ending for which nobody gets a mark."""
    last = "".join(traceback.format_exception_only(error)).strip()
    return Outcome((Trace({}, (), Ending("grader-error", error=Raised(type(error).__name__, last))),), fresh=True)


def _worth_repeating(first: Grade, job: StudentJob, outcome: Outcome) -> bool:
    return first.verdict != "timeout" or outcome.cpu_seconds < job.limits.seconds / 2


def _grade(exercise: Exercise, outcome: Outcome, desk: Desk) -> Grade:
    return mark(desk.diagnostician(exercise).prepared, outcome.traces, desk.engine, desk.settings)
