"""From a mark to what is reported: every number as plain lists, every finding as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.records.assessed import Assessed
from grader.records.exercise import Exercise
from grader.records.grade import Grade, GradeRow
from grader.records.result import ErrorInfo, Result, StepResult
from grader.records.submission import SolutionFile
from grader.records.trace import Call, Raised, Value
from grader.reports import wording
from grader.reports.diagnoses import diagnosis
from grader.reports.shown import shown


def describe(assessed: Assessed) -> Result:
    """The result of one exercise, as it is reported."""
    exercise, file, grade, traces = assessed.exercise, assessed.file, assessed.grade, assessed.traces
    error = _error(grade, file)
    steps = tuple(_step(exercise, row) for row in grade.rows)
    path = file.path if file else None
    return Result(
        submission=assessed.submission,
        exercise=exercise.id,
        file=path,
        verdict=grade.verdict,
        score=grade.score,
        max_score=grade.max_score,
        summary=wording.summary(
            grade.verdict,
            score=grade.score,
            max_score=grade.max_score,
            error=error,
            first_wrong=next((step for step in steps if step.status in ("wrong", "missing", "unexpected")), None),
            seconds_limit=assessed.seconds_limit,
            file=path or exercise.solution_path,
        ),
        steps=steps,
        diagnoses=tuple(diagnosis(finding, exercise) for finding in assessed.findings),
        error=error,
        output=traces[0].output if traces else "",
        seconds=sum(trace.seconds for trace in traces),
    )


def _error(grade: Grade, file: SolutionFile | None) -> ErrorInfo | None:
    if grade.error is not None:
        neighbour = _neighbour(grade.error, file)
        if neighbour:
            message = wording.neighbour_import(neighbour.removesuffix(".py"), neighbour)
            return ErrorInfo(type="", message=message, line=grade.error.line)
        return ErrorInfo(type=grade.error.type, message=grade.error.message, line=grade.error.line)
    if file is not None and file.text is None:
        return ErrorInfo(type="", message=wording.unreadable(file.problem))
    return None


def _neighbour(error: Raised, file: SolutionFile | None) -> str | None:
    """The file beside the solution whose import failed."""
    if file is None or error.type != "ModuleNotFoundError":
        return None
    return next((each for each in file.neighbours if f"'{each.removesuffix('.py')}'" in error.message), None)


def _step(exercise: Exercise, row: GradeRow) -> StepResult:
    call = row.call
    return StepResult(
        step=_name(exercise, row),
        status=row.status,
        call=call.kind if call else None,
        line=call.line if call else None,
        called_from=call.called_from if call else None,
        expected=_shown_names(row.expected),
        observed=_shown_names(row.observed),
        points=row.points,
        max_points=row.max_points,
        note=_note(exercise, row),
    )


def _name(exercise: Exercise, row: GradeRow) -> str:
    if row.step is not None:
        return exercise.steps[row.step].text
    return wording.returned() if row.kind == "returns" else wording.unasked(_kind(row.call))


def _kind(call: Call | None) -> str:
    if call is None:
        return ""
    return "step" if call.is_step else call.kind


def _note(exercise: Exercise, row: GradeRow) -> str:
    if row.only_visible:
        return wording.only_visible()
    if row.call is not None and row.call.raised is not None and row.status == "wrong":
        return f"{row.call.raised.type}: {wording.first_line(row.call.raised.message)}"
    return exercise.steps[row.step].note if row.step is not None and row.status == "wrong" else ""


def _shown_names(values: Mapping[str, Value]) -> Mapping[str, Any] | None:
    return {name: shown(value) for name, value in values.items()} or None
