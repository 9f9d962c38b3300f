"""Everything that the grader knows about one exercise of one submission, before any sentence is written."""

from __future__ import annotations

from dataclasses import dataclass

from grader.records.exercise import Exercise
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.submission import SolutionFile
from grader.records.trace import Trace


@dataclass(frozen=True, slots=True)
class Assessed:
    """`traces` has one run for each case. `seconds_limit` is the time limit for each case.

    `diagnosis_is_complete` is False if no cause is certain and the budget of the diagnosis ended before all were tried.
    """

    submission: str
    exercise: Exercise
    file: SolutionFile | None
    grade: Grade
    traces: tuple[Trace, ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds_limit: float = 0.0
    diagnosis_is_complete: bool = True
