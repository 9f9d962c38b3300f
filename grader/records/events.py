"""What `assess` tells whoever listens, in the order it happens."""

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


Event: TypeAlias = RunStarted | ExerciseGraded | SubmissionFinished | RunFinished
