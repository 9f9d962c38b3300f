"""Why an exercise was not passed, before it is worded: the mistake, where it is, and what fixes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.exercise import Step
from grader.records.fix import Fix
from grader.records.repair import Repair
from grader.records.trace import Call, Value

FindingSource: TypeAlias = Literal["message", "fact", "mutant", "alignment", "repair"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the right program and the student's, found in the student's file.

    `right` is the expected step (for `put-in`: an expected step that the same line runs, or None), `wrong` the step that
    the student performs instead (None for `left-out`), `call` the student's call of it, the first of `calls`.
    `between` are the lines of the calls around the place where the step belongs. `once`: those lines run more than once,
    and the step does not belong there every time. `some_passes`: other passes of its loop have the step. `taken_from`: the
    line to take the step from, if that is not `line`. `runs`: the expected steps whose losses that line makes.
    """

    what: Literal["left-out", "put-in", "changed", "moved"]
    right: Step | None
    wrong: Step | None
    call: Call | None = None
    line: int | None = None
    called_from: int | None = None
    between: tuple[int | None, int | None] | None = None
    once: bool = False
    some_passes: bool = False
    taken_from: int | None = None
    calls: tuple[Call, ...] = ()
    runs: tuple[Step, ...] = ()

    @property
    def is_about_call(self) -> bool:
        """Is one of its steps a call? Of other steps only the effect can be seen."""
        return any(step.is_call for step in (self.right, self.wrong) if step)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. The first of `misconceptions` is its word; the others explain the traces equally well.

    `line` is where the student must look. `proven`: the right steps with the `changes` of all findings leave what was
    observed, in every case. `one_fix`: all its misconceptions have the same fix. `expected` and `observed` are the values
    of the first row that differs. `fixes`: changes that may help, in the words of the exercise; nobody has run them.
    `repair`: edits of the file that were run, and passed.
    """

    misconceptions: tuple[str, ...]
    source: FindingSource
    line: int | None
    called_from: int | None = None
    between: tuple[int | None, int | None] | None = None
    changes: tuple[Change, ...] = ()
    proven: bool = False
    expected: Mapping[str, Value] = field(default_factory=dict)
    observed: Mapping[str, Value] = field(default_factory=dict)
    one_fix: bool = True
    fixes: tuple[Fix, ...] = ()
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """The findings of one exercise. `is_complete` is False if no cause is certain and the budget ended before all were tried."""

    findings: tuple[Finding, ...] = ()
    is_complete: bool = True
