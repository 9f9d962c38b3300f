"""What happens during a run, for listeners such as the progress display, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from grader.records.result import Report, Result, RunInfo, StrayFile


@dataclass(frozen=True, slots=True)
class RunStarted:
    run: RunInfo
    submissions: int
    exercises: int


@dataclass(frozen=True, slots=True)
class ExerciseGraded:
    result: Result


@dataclass(frozen=True, slots=True)
class SubmissionFinished:
    submission: str
    results: tuple[Result, ...]
    strays: tuple[StrayFile, ...] = ()


@dataclass(frozen=True, slots=True)
class RunFinished:
    report: Report


@dataclass(frozen=True, slots=True)
class BatchStarted:
    """`kept`: how many of the submissions were graded before and have not changed since."""

    run: RunInfo
    submissions: int
    kept: int


@dataclass(frozen=True, slots=True)
class BatchSubmission:
    """One more submission is graded and stored. `failed`: it could not be read, or the grader failed on it."""

    submission: str
    failed: bool


@dataclass(frozen=True, slots=True)
class BatchFinished:
    """Counts of submissions, and what was written.

    `unreadable`: they could not be read. `grader_errors`: the grader itself failed on them. `gone`: they have stored results, but
    are not in the folder any more. `written`: the files that were written again. `remarks` are for the teacher. `retracted`:
    the students with a result that could not be shown, and `faults` the first errors of the grader behind these.
    `without_feedback`: the students whose feedback has no file, because the system refuses its name.
    """

    submissions: int
    graded: int
    unreadable: int
    grader_errors: int
    gone: int
    written: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    without_feedback: tuple[str, ...] = ()
    faults: tuple[BaseException, ...] = ()


BatchEvent: TypeAlias = BatchStarted | BatchSubmission | BatchFinished

Event: TypeAlias = RunStarted | ExerciseGraded | SubmissionFinished | RunFinished
