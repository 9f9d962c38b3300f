"""What a student is told of a prediction: which entry is not right and what they answered, never what is right."""

from __future__ import annotations

from typing import Any

from grader.records.assessed import Assessed
from grader.records.exercise import Exercise
from grader.records.grade import GradeRow
from grader.records.result import StepResult
from grader.records.trace import Opaque, Value
from grader.reports import wording
from grader.reports.shown import shown

_UNWRITTEN = Opaque("ellipsis")  # the `...` of a starter


def entries(exercise: Exercise, rows: tuple[GradeRow, ...]) -> tuple[StepResult, ...]:
    """A row for each entry; what was expected is left out."""
    return tuple(_entry(exercise, row, number) for number, row in enumerate(rows, 1))


def summary(assessed: Assessed) -> str:
    """The first entry that is not right."""
    exercise, rows = assessed.exercise, assessed.grade.rows
    asked = sum(row.step is not None for row in rows)
    if not isinstance(assessed.traces[0].ending.returned, tuple):
        return wording.no_list(exercise.function, asked)
    for number, row in enumerate(rows, 1):
        match row.status:
            case "wrong":
                return wording.about_entry(number, _note(row))
            case "missing":
                return wording.missing_entry(number, asked)
            case "unexpected":
                return wording.entries_too_many(asked)
    return ""


def _entry(exercise: Exercise, row: GradeRow, number: int) -> StepResult:
    step = None if row.step is None else exercise.steps[row.step].text
    return StepResult(
        step=wording.entry_too_many(number) if step is None else wording.entry(number, step),
        status=row.status,
        observed=_observed(row),
        points=row.points,
        max_points=row.max_points,
        note=_note(row) if row.status == "wrong" else "",
    )


def _observed(row: GradeRow) -> Any:
    """The answers by name; one without a name stands alone."""
    if row.observed.keys() == {"answer"}:
        return _answer(row.observed["answer"])
    return {name: _answer(value) for name, value in row.observed.items()} or None


def _note(row: GradeRow) -> str:
    """What is wrong with an entry."""
    name = row.differs[0]
    if name not in row.observed:
        known = row.observed.keys() & row.expected.keys()
        return wording.unanswered(name) if known else wording.needs_names(tuple(row.expected))
    if name not in row.expected:
        return wording.not_asked(name)
    if row.observed[name] == _UNWRITTEN:
        return wording.unanswered(name)
    answer = _answer(row.observed[name])
    return wording.raises_otherwise(answer) if name == "raises" else wording.wrong_answer(name, answer)


def _answer(value: Value) -> Any:
    return wording.no_answer() if value == _UNWRITTEN else shown(value)
