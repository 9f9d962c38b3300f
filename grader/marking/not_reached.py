"""Steps behind the point where the function ended: they were not reached, which is not the same as being wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.marking.compare import Comparison
from grader.records.exercise import Exercise
from grader.records.grade import GradeRow
from grader.records.trace import Trace


def with_not_reached(rows: Sequence[GradeRow], exercise: Exercise, visible: Comparison, trace: Trace) -> list[GradeRow]:
    """The rows of the steps, in which those behind the last call of the visible case are `not_reached`.

    A function that returned after a call that no step expects did something else there: then its steps are missing.
    """
    raised = trace.ending.how != "returned"
    last = max((row.step for row in rows if row.calls and row.step is not None), default=-1)
    paired = {member for pair in visible.pairs for group in visible.calls[0][pair.start : pair.end] for member in group.members}
    unexpected = {member for place in visible.unexpected for member in visible.calls[0][place].members}
    if not raised and max(unexpected, default=-1) > max(paired, default=-1):
        return list(rows)
    last_call = max((index for index, step in enumerate(exercise.steps) if step.is_call), default=-1)
    return [_not_reached(row) if _is_behind(row, last, raised, last_call) else row for row in rows]


def _is_behind(row: GradeRow, last: int, raised: bool, last_call: int) -> bool:
    if row.step is None or row.step <= last or row.calls or row.only_visible:
        return False
    if row.status == "missing":
        return True
    return row.status == "wrong" and (raised or row.step < last_call)  # a `requires_grad` step, which has no call


def _not_reached(row: GradeRow) -> GradeRow:
    return replace(row, status="not_reached", observed={}, differs=())
