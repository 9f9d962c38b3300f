"""The verdict, the points and the timeline of one exercise, before any sentence is written.

Rows show the visible case only. Hidden cases add statuses, and the class and line of an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.result import Status, Verdict
from grader.records.trace import Call, Raised, Value

# The subject of a row: a step, an unexpected call, the returned value, an answer of a `predict` exercise, a broken rule, or
# what is wrong with the data of a variant.
RowKind: TypeAlias = Literal["step", "call", "returns", "answer", "rule", "variant"]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A name of torch that the exercise `uses` and that was never called, or one that it `forbids` and that was called.

    `called` is the name of what was called. `only_hidden`: the rule is broken only with other numbers than those in the file.
    """

    key: Literal["uses", "forbids"]
    name: str
    called: str = ""
    line: int | None = None
    only_hidden: bool = False


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One row of the timeline.

    `step`: the index in `exercise.steps`; None for an unexpected call, a superfluous answer and `returns`. `calls`: the
    student's calls that correspond to the step, in order (a loop over parameters is one row); empty if the step is missing
    or the row is about a value. `points` of `max_points` were earned; an unexpected call has 0 of 0. `expected` and
    `observed` map names (`x.grad`, `w`, `return`) to values, and `differs` has the names whose values differ. `only_visible`:
    the step is right with the numbers in the file, but wrong with others. `required` is False for an optional step. `rule` is
    there if the row is about a broken rule; such a row has 0 of 0 points.
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
    rule: BrokenRule | None = None

    @property
    def call(self) -> Call | None:
        """The call to show for this row: the first that touched what differs, or simply the first."""
        leaf = self.differs[0].removesuffix(".grad") if self.differs else None
        return next((call for call in self.calls if leaf in call.touched), self.calls[0] if self.calls else None)

    @property
    def line(self) -> int | None:
        """The line of the call, or of what broke the rule."""
        return self.call.line if self.call else self.rule.line if self.rule else None


@dataclass(frozen=True, slots=True)
class Grade:
    """`score` is None only if the grader itself failed.

    `hidden_error`: `error` comes from a hidden case; it has a class and a line, but no message.
    """

    verdict: Verdict
    score: float | None
    max_score: float
    rows: tuple[GradeRow, ...] = ()
    error: Raised | None = None
    hidden_error: bool = False

    @property
    def only_visible(self) -> bool:
        """Is any row right only with the numbers in the file?"""
        return any(row.only_visible for row in self.rows)
