"""The report of a prediction: which entry is wrong and what the student answered, never the right answer."""

from __future__ import annotations

from typing import Any

from grader.records.assessed import Assessed
from grader.records.exercise import Exercise
from grader.records.grade import GradeRow
from grader.records.result import StepResult
from grader.records.trace import Opaque, Value
from grader.reports.shown import shown
from grader.reports.wording import predictions

_UNWRITTEN = Opaque("ellipsis")  # the `...` of a starter


def entries(exercise: Exercise, rows: tuple[GradeRow, ...]) -> tuple[StepResult, ...]:
    """A row for each entry, without the expected value."""
    return tuple(_entry_row(exercise, row, number) for number, row in enumerate(rows, 1))


def summary(assessed: Assessed) -> str:
    """The sentence about the first entry that is wrong."""
    exercise, rows = assessed.exercise, assessed.grade.rows
    many = sum(row.step is not None for row in rows)
    if not isinstance(assessed.traces[0].ending.returned, tuple):
        return predictions.no_list(exercise.function, many)
    for number, row in enumerate(rows, 1):
        match row.status:
            case "wrong":
                return predictions.about_entry(number, _what_is_wrong(row))
            case "missing":
                return predictions.missing_entry(number, many)
            case "unexpected":
                return predictions.entries_too_many(many)
    return ""


def _entry_row(exercise: Exercise, row: GradeRow, number: int) -> StepResult:
    step = None if row.step is None else exercise.steps[row.step].text
    return StepResult(
        step=predictions.entry_too_many(number) if step is None else predictions.entry(number, step),
        status=row.status,
        observed=_observed(row),
        points=row.points,
        max_points=row.max_points,
        note=_what_is_wrong(row) if row.status == "wrong" else "",
    )


def _observed(row: GradeRow) -> Any:
    """The answers by name, or the answer alone if it has no name."""
    if row.observed.keys() == {"answer"}:
        return _answer(row.observed["answer"])
    return {name: _answer(value) for name, value in row.observed.items()} or None


def _what_is_wrong(row: GradeRow) -> str:
    """What is wrong with an entry."""
    name = row.differs[0]
    if name not in row.observed:
        known = row.observed.keys() & row.expected.keys()
        return predictions.unanswered(name) if known else predictions.needs_names(tuple(row.expected))
    if name not in row.expected:
        return predictions.not_asked(name)
    if row.observed[name] == _UNWRITTEN:
        return predictions.unanswered(name)
    answer = _answer(row.observed[name])
    return predictions.raises_otherwise(answer) if name == "raises" else predictions.wrong_answer(name, answer)


def _answer(value: Value) -> Any:
    return predictions.NO_ANSWER if value == _UNWRITTEN else shown(value)
