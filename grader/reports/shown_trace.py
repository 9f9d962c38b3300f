"""What a page shows of the calls of one result: a drawing and a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.records.result import Result, Status, StepResult
from grader.reports import wording
from grader.reports.drawing import Drawing, draw
from grader.reports.values import by_name

MOST_STEPS = 24
_MOST_NAMES = 4  # of the values that one call left
_MARKS: Mapping[Status, str] = {"matched": "✓", "carried": "✓", "skipped": "–"}


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A row of the table: as many `columns` as the table has headings. `mark` stands for the status."""

    columns: tuple[str, ...]
    mark: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """`left_out` is the number of further calls; without numbers to compare there is no drawing."""

    headings: tuple[str, ...]
    calls: tuple[ShownCall, ...]
    left_out: int
    drawing: Drawing | None


def shown_trace(result: Result, *, lines: bool = True) -> ShownTrace:
    """The columns that have something in them, without the lines of the calls if they are those of one student of many."""
    steps = result.steps[:MOST_STEPS]
    names = {name for step in steps for shown in (step.expected, step.observed) for name in by_name(shown)}
    only_name = names.pop() if len(names) == 1 else ""
    headings = wording.headings(only_name, answers=all(step.expected is None for step in steps))
    rows = [_columns(step, result, only_name, lines) for step in steps]
    filled = [column for column in range(len(headings)) if any(row[column] for row in rows)]
    return ShownTrace(
        headings=tuple(headings[column] for column in filled),
        calls=tuple(
            ShownCall(tuple(row[column] for column in filled), _MARKS.get(step.status, "✗"), step.status not in _MARKS)
            for step, row in zip(steps, rows, strict=True)
        ),
        left_out=len(result.steps) - len(steps),
        drawing=draw(steps),
    )


def _columns(step: StepResult, result: Result, only_name: str, lines: bool) -> tuple[str, ...]:
    return (
        step.step,
        wording.call_line(step.line, step.called_from, result.cells) if lines else "",
        _values(step.expected, only_name),
        _values(step.observed, only_name),
        wording.status(step),
    )


def _values(shown: object, only_name: str) -> str:
    texts = by_name(shown)
    if only_name:
        return texts.get(only_name, "")
    items = [f"{name} {text}".strip() for name, text in texts.items()]
    return ", ".join([*items[:_MOST_NAMES], *(["..."] if len(items) > _MOST_NAMES else [])])
