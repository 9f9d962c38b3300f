"""Everything that is known about one exercise of one submission, before any of it is worded."""

from __future__ import annotations

from dataclasses import dataclass

from grader.records.exercise import Exercise
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.submission import SolutionFile
from grader.records.trace import Trace


@dataclass(frozen=True, slots=True)
class Assessed:
    """`traces` has one run per case; `seconds_limit` is the limit that was in force, per case."""

    submission: str
    exercise: Exercise
    file: SolutionFile | None
    grade: Grade
    traces: tuple[Trace, ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds_limit: float = 0.0
