"""What a page shows of the steps of one result: a drawing and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.records.result import Result, Status
from grader.reports.drawing import Drawing, draw
from grader.reports.step_table import step_table

MOST_STEPS = 24
_MOST_VALUES = 4  # of one step
_MARKS: Mapping[Status, str] = {"matched": "✓", "carried": "✓", "skipped": "–", "not_reached": "–"}


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A row of the table: a text for each heading, and the mark of its status."""

    columns: tuple[str, ...]
    mark: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """`left_out` is the number of further steps. There is no drawing without numbers to compare."""

    headings: tuple[str, ...]
    calls: tuple[ShownCall, ...]
    left_out: int
    drawing: Drawing | None


def shown_trace(result: Result, *, with_lines: bool = True, to_student: bool = True) -> ShownTrace:
    """The first steps, as `step_table` and `draw` show them."""
    steps = result.steps[:MOST_STEPS]
    table = step_table(result, _first_values, most=MOST_STEPS, with_lines=with_lines, to_student=to_student)
    return ShownTrace(
        headings=table.headings,
        calls=tuple(
            ShownCall(row, _MARKS.get(step.status, "✗"), step.status not in _MARKS)
            for step, row in zip(steps, table.rows, strict=True)
        ),
        left_out=len(result.steps) - len(steps),
        drawing=draw(steps),
    )


def _first_values(values: Sequence[str]) -> str:
    more = ["..."] if len(values) > _MOST_VALUES else []
    return ", ".join([*values[:_MOST_VALUES], *more])
