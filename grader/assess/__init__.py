"""Grades submissions: runs the student's functions, has them marked and diagnosed, and yields events.

`marking` decides about points and `diagnosis` about causes; the caller's `describe` makes a Result of both.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from grader.assess.prepared import grade_with_replays
from grader.assess.session import GradingSession
from grader.engines import Outcome
from grader.errors import SpecError, UsageError
from grader.marking.grade import grade_of_not_run
from grader.protocol.jobs import StudentJob, student_job
from grader.records.assessed import Assessed
from grader.records.events import Event, ExerciseGraded, RunFinished, RunStarted, SubmissionFinished
from grader.records.exercise import Exercise
from grader.records.finding import Diagnosed
from grader.records.grade import Grade
from grader.records.result import Report, Result, RunInfo, StrayFile
from grader.records.submission import SolutionFile, Submission
from grader.records.trace import Ending, Raised, Trace
from grader.submissions.read import same_text

Describe = Callable[[Assessed], Result]


def assess(
    exercises: Sequence[Exercise],
    submissions: Iterable[Submission],
    session: GradingSession,
    run: Callable[[], RunInfo],
    describe: Describe,
) -> Iterator[Event]:
    """Grade every submission on every exercise. Raises SpecError before it grades any, if an exercise is wrong."""
    pending = list(submissions)
    session.prepare([each for each in exercises if any(_is_started(each, submission) for submission in pending)])
    yield RunStarted(run(), len(pending), len(exercises))
    every: list[Result] = []
    strays: list[StrayFile] = []
    for submission in pending:
        results = []
        for assessed in assess_submission(exercises, submission, session):
            results.append(describe(assessed))
            yield ExerciseGraded(results[-1])
        unknown = [StrayFile(submission=submission.name, path=each.path, nearest=each.nearest) for each in submission.strays]
        every += results
        strays += unknown
        yield SubmissionFinished(submission.name, tuple(results), tuple(unknown))
    yield RunFinished(Report(run=run(), results=tuple(every), strays=tuple(strays)))


def assess_submission(exercises: Sequence[Exercise], submission: Submission, session: GradingSession) -> Iterator[Assessed]:
    """Grade one submission on exercises that were prepared, one after another. Threads may share the session."""
    started = [each for each in exercises if _is_started(each, submission)]
    jobs = {each.id: _job(each, submission.files[each.id], session) for each in started}
    outcomes = session.engine.run_students(tuple(jobs.values()))
    for exercise in exercises:
        file = submission.files.get(exercise.id)
        seconds = (session.settings.limits or exercise.limits).seconds
        if exercise.id not in jobs:
            yield Assessed(submission.name, exercise, file, grade_of_not_run(exercise, file), seconds_limit=seconds)
            continue
        outcome = next(outcomes)
        try:
            found, outcome = _confirmed(exercise, jobs[exercise.id], outcome, session)
            diagnosed = _diagnosed(exercise, file, found, outcome.traces, session)
        except (UsageError, SpecError):
            raise
        except Exception as error:  # whatever one student's process has sent, the others are graded
            outcome, diagnosed = _grader_error_outcome(error), Diagnosed()
            found = _grade(exercise, outcome.traces, session)
        yield Assessed(submission.name, exercise, file, found, outcome.traces, diagnosed.findings, seconds, diagnosed.is_complete)


def _diagnosed(
    exercise: Exercise, file: SolutionFile | None, grade: Grade, traces: Sequence[Trace], session: GradingSession
) -> Diagnosed:
    if grade.verdict == "passed":
        return Diagnosed()
    diagnosed = session.diagnostician(exercise).diagnose(grade, traces)
    try:
        return session.repairer(exercise).with_fix(file.text if file and file.text else "", grade, traces, diagnosed)
    except Exception:  # no mark depends on a fix
        return diagnosed


def _is_started(exercise: Exercise, submission: Submission) -> bool:
    file = submission.files.get(exercise.id)
    if file is None or file.text is None:
        return False
    return exercise.starter is None or not same_text(file.text, exercise.starter)


def _job(exercise: Exercise, file: SolutionFile, session: GradingSession) -> StudentJob:
    prepared = session.diagnostician(exercise).prepared
    lines, limits = prepared.case_lines, session.settings.limits
    return student_job(exercise, file.text or "", exercise.solution_path, lines, limits, prepared.leaves)


def _confirmed(exercise: Exercise, job: StudentJob, outcome: Outcome, session: GradingSession) -> tuple[Grade, Outcome]:
    """The grade; a failure is confirmed in a fresh process, because an earlier exercise may have changed the first one.

    If a change was noticed too late, the function runs again, and each call looks at all leaves.
    """
    if _noticed_late(outcome):
        again = next(session.engine.run_students((replace(job, every_call=True),)))
        return _grade(exercise, again.traces, session), again
    first = _grade(exercise, outcome.traces, session)
    if first.verdict == "passed" or outcome.fresh:
        return first, outcome
    if not _worth_repeating(first, job, outcome):
        return first, _without_output(outcome)
    again = next(session.engine.run_students((job,)))
    return _grade(exercise, again.traces, session), again


def _grader_error_outcome(error: Exception) -> Outcome:
    """Grading itself failed: an ending that gives nobody a score."""
    last = "".join(traceback.format_exception_only(error)).strip()
    return Outcome((Trace({}, (), Ending("grader-error", error=Raised(type(error).__name__, last))),), fresh=True)


def _noticed_late(outcome: Outcome) -> bool:
    return any(fact.name == "noticed-late" for trace in outcome.traces for fact in trace.facts)


def _worth_repeating(first: Grade, job: StudentJob, outcome: Outcome) -> bool:
    return first.verdict != "timeout" or outcome.cpu_seconds < job.limits.seconds / 2


def _without_output(outcome: Outcome) -> Outcome:
    """A used process knows the hidden numbers of the exercises before, and could print them."""
    traces = tuple(replace(trace, output="", output_is_cut=False) for trace in outcome.traces)
    return replace(outcome, traces=traces)


def _grade(exercise: Exercise, traces: Sequence[Trace], session: GradingSession) -> Grade:
    return grade_with_replays(session.diagnostician(exercise).prepared, traces, session.engine, session.settings)
