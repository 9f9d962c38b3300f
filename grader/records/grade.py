"""The mark of one exercise, before anything is worded: verdict, points and the rows of the timeline.

Rows show the visible case only. What hidden cases add are statuses, and the class and line of an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.result import Status, Verdict
from grader.records.trace import Call, Raised, Value

# What a row is about: a step, a call that no step asked for, the returned value, or an answer of a `predict` exercise.
RowKind: TypeAlias = Literal["step", "call", "returns", "answer"]


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One row of the timeline.

    `step` is the index in `exercise.steps`, None for calls and answers beyond the steps and for `returns`. `calls` are
    the student's calls that stand for it, first to last (a loop over parameters is one row); none if it is missing or
    the row is about a value. `points` of `max_points` were earned, an unexpected call has 0 of 0. `expected` and
    `observed` map names (`x.grad`, `w`, `return`) to values; `differs` are those that are not as expected, in order.
    `only_visible`: right with the numbers in the file, wrong with others. `required` is False where the step may be left
    out.
    """

    kind: RowKind
    status: Status
    step: int | None = None
    calls: tuple[Call, ...] = ()
    points: float = 0.0
    max_points: float = 0.0
    expected: Mapping[str, Value] = field(default_factory=dict)
    observed: Mapping[str, Value] = field(default_factory=dict)
    differs: tuple[str, ...] = ()
    only_visible: bool = False
    required: bool = True

    @property
    def call(self) -> Call | None:
        """The student's call that the row points at: of several the one that touched what differs, else the first."""
        leaf = self.differs[0].removesuffix(".grad") if self.differs else None
        return next((call for call in self.calls if leaf in call.touched), self.calls[0] if self.calls else None)


@dataclass(frozen=True, slots=True)
class Grade:
    """`score` is None only if the grader itself failed.

    `error` of a hidden case keeps class and line, no message; `hidden_error` says that it is one.
    """

    verdict: Verdict
    score: float | None
    max_score: float
    rows: tuple[GradeRow, ...] = ()
    error: Raised | None = None
    hidden_error: bool = False

    @property
    def only_visible(self) -> bool:
        """Is something right with the numbers in the file only?"""
        return any(row.only_visible for row in self.rows)
