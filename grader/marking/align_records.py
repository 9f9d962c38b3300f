"""Steps and calls as the alignment sees them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from grader.marking.effect import Effect
from grader.records.trace import CallKind

KINDS: tuple[CallKind, ...] = ("backward", "zero", "edit", "update")

# For each kind, how many more calls than steps there are.
Balance: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A group of `steps` steps: `required` of them may not be left out; together they are worth `points`.

    `written` is equal for the passes of one step in a loop.
    """

    kind: CallKind
    points: Fraction
    steps: int = 1
    required: int = 1
    written: Hashable = None


@dataclass(frozen=True, slots=True)
class Column:
    """A group of calls. A `free` one costs nothing without a step. `runs`: an edit or in-place update, which may form a run.

    `line` is equal for calls from the same place in the student's file.
    """

    kind: CallKind
    free: bool = False
    runs: bool = False
    line: Hashable = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Row `step` is paired with the columns from `start` up to, but not including, `end`."""

    step: int
    start: int
    end: int
    effect: Effect


# The effect of the columns from start to end on row i: `judge(i, start, end)`. They have the kind of the row.
JudgePair: TypeAlias = Callable[[int, int, int], Effect]
