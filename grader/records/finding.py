"""Why an exercise went wrong, before it is worded: the mistake, where it is, and what would undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.records.exercise import Step
from grader.records.trace import Call, Value

FindingSource: TypeAlias = Literal["message", "fact", "mutant", "alignment"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the right program and the student's, found in the student's file.

    `right` is the step as it should be (for `put-in`: a step that is asked for and that the same line runs, or None),
    `wrong` what stands for it (None for `left-out`), `call` the student's call of it, or the first of `calls`. `between`
    are the lines of the calls around the place where it belongs; `once`: those lines run more than once, and it does not
    belong there every time; `some_passes`: it is there in other passes of its loop. `taken_from`: the line from which to
    take it, if that is not `line`. `runs`: all the steps whose losses that line makes, as they should be.
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. `misconceptions` has its word first, then other words that explain the same just as well.

    `proven`: the steps edited by the `changes` of all findings give what was observed, in every case; only then may a
    cure be printed, and only if there is `one_fix` for all the mistakes that it may be. `line` is where the student must
    look. `expected` and `observed` are the numbers to begin with.
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
