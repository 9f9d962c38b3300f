"""The steps of a result as a table of texts, for the terminal, for Markdown and for pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from grader.records.result import Result
from grader.reports.values import by_name
from grader.reports.wording import places, timeline

ColumnName: TypeAlias = Literal["step", "call", "expected", "observed", "status"]
_COLUMNS: tuple[ColumnName, ...] = ("step", "call", "expected", "observed", "status")


@dataclass(frozen=True, slots=True)
class StepTable:
    """The columns that are not empty, their headings, and one row for each of the steps."""

    columns: tuple[ColumnName, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def step_table(
    result: Result,
    join: Callable[[Sequence[str]], str],
    *,
    most: int | None = None,
    with_lines: bool = True,
    to_student: bool = True,
) -> StepTable:
    """The table of the first `most` steps. `join` makes one text of the values of one step.

    A name that all values have is in the headings only. `with_lines`: the table has the lines of the calls.
    `to_student`: the reader is the student whose calls these are.
    """
    steps = result.steps[:most]
    names = {name for step in steps for values in (step.expected, step.observed) for name in by_name(values)}
    only_name = names.pop() if len(names) == 1 else ""
    headings = timeline.headings(only_name, answers=all(step.expected is None for step in steps), to_student=to_student)
    rows = [
        (
            step.step,
            places.call_line(step.line, step.called_from, result.cells) if with_lines else "",
            join(value_texts(step.expected, only_name)),
            join(value_texts(step.observed, only_name)),
            timeline.status(step),
        )
        for step in steps
    ]
    filled = [column for column in range(len(_COLUMNS)) if any(row[column] for row in rows)]
    return StepTable(
        tuple(_COLUMNS[column] for column in filled),
        tuple(headings[column] for column in filled),
        tuple(tuple(row[column] for column in filled) for row in rows),
    )


def value_texts(values: object, only_name: str = "") -> list[str]:
    """`x.grad [4]` for each value; of `only_name` the value alone."""
    texts = by_name(values)
    if only_name:
        return [texts[only_name]] if only_name in texts else []
    return [f"{name} {text}".strip() for name, text in texts.items()]
