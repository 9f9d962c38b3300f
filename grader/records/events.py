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
    are not in the folder any more. `written`: the files that were written again. `remarks` are for the teacher.
    """

    submissions: int
    graded: int
    unreadable: int
    grader_errors: int
    gone: int
    written: tuple[str, ...]
    remarks: tuple[str, ...] = ()


BatchEvent: TypeAlias = BatchStarted | BatchSubmission | BatchFinished

Event: TypeAlias = RunStarted | ExerciseGraded | SubmissionFinished | RunFinished
