"""From a grade to its report: every value as nested lists, every finding as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.marking.values import rules_of
from grader.records.assessed import Assessed
from grader.records.exercise import Exercise
from grader.records.grade import Grade, GradeRow
from grader.records.result import NOT_RIGHT, Diagnosis, Result, StepResult
from grader.records.submission import SolutionFile
from grader.records.trace import Call, Trace, Value
from grader.reports import predictions
from grader.reports.diagnoses import diagnosis
from grader.reports.endings import error_info, sentence_for
from grader.reports.machine_paths import without_machine_paths
from grader.reports.returned import other_kind
from grader.reports.shown import Room, furthest_number, shown
from grader.reports.wording import messages, notes, timeline, verdicts


def describe(assessed: Assessed) -> Result:
    """The result of one exercise as it is reported."""
    exercise, file, grade, traces = assessed.exercise, assessed.file, assessed.grade, assessed.traces
    return Result(
        submission=assessed.submission,
        exercise=exercise.id,
        file=file.path if file else None,
        verdict=grade.verdict,
        score=grade.score,
        max_score=grade.max_score,
        summary=_summary(assessed),
        steps=_steps(exercise, grade),
        diagnoses=tuple(_diagnoses(assessed)),
        diagnosis_complete=assessed.diagnosis_is_complete,
        error=error_info(assessed),
        output=_printed_output(traces[0]) if traces else "",
        seconds=sum(trace.seconds for trace in traces),
        cells=_code_cells(file),
    )


def describe_for_others(assessed: Assessed) -> Result:
    """`describe` for a reader who may not see the folders of this machine."""
    return without_machine_paths(describe(assessed))


def _diagnoses(assessed: Assessed) -> Iterator[Diagnosis]:
    cells = _code_cells(assessed.file)
    for finding in assessed.findings:
        yield diagnosis(finding, assessed.exercise, assessed.file, cells)
    if not assessed.diagnosis_is_complete:
        yield Diagnosis(misconception=None, message=notes.NOT_LOOKED_INTO_FURTHER)


def _code_cells(file: SolutionFile | None) -> tuple[tuple[int, int], ...]:
    """The number of each code cell of a notebook, and its first line in the code of all cells."""
    return tuple((cell, line) for line, (cell, inside) in enumerate(file.cells, 1) if inside == 1) if file else ()


def _summary(assessed: Assessed) -> str:
    exercise, file, grade = assessed.exercise, assessed.file, assessed.grade
    is_wrong_prediction = exercise.kind == "predict" and grade.verdict == "failed"
    first = next((row for row in grade.rows if row.status in NOT_RIGHT), None)
    summary = verdicts.summary(
        grade.verdict,
        score=grade.score,
        max_score=grade.max_score,
        error=error_info(assessed),
        first_wrong=_step_result(exercise, grade, first, Room()) if first else None,
        seconds_limit=assessed.seconds_limit,
        file=file.path if file else exercise.solution_path,
        differs=first.differs if first else (),
        sentence=predictions.summary(assessed) if is_wrong_prediction else sentence_for(assessed),
        cells=_code_cells(file),
    )
    if any(row.kind == "variant" for row in grade.rows) and grade.hidden_error:
        return verdicts.with_other_data(summary)
    return verdicts.with_other_numbers(summary) if grade.hidden_error else summary


def _printed_output(trace: Trace) -> str:
    return f"{trace.output}\n{notes.OUTPUT_CUT}" if trace.output_is_cut else trace.output


def _steps(exercise: Exercise, grade: Grade) -> tuple[StepResult, ...]:
    if exercise.kind == "predict":
        return predictions.entries(exercise, grade.rows)
    room = Room()
    return tuple(_step_result(exercise, grade, row, room) for row in grade.rows)


def _step_result(exercise: Exercise, grade: Grade, row: GradeRow, room: Room) -> StepResult:
    call = row.call
    room.begin_row()
    furthest = _furthest_numbers(exercise, row)
    return StepResult(
        step=_row_name(exercise, row),
        status=row.status,
        call=call.kind if call else None,
        line=row.line,
        called_from=call.called_from if call else None,
        expected=_shown_names(row.expected, room, furthest),
        observed=_shown_names(row.observed, room, furthest),
        points=row.points,
        max_points=row.max_points,
        only_visible=row.only_visible,
        note=_note(exercise, grade, row),
    )


def _row_name(exercise: Exercise, row: GradeRow) -> str:
    if row.rule is not None:
        return timeline.rule(row.rule)
    if row.kind == "variant":
        return timeline.OTHER_DATA
    if row.step is not None:
        return exercise.steps[row.step].text
    return timeline.RETURNED if row.kind == "returns" else timeline.unexpected_call(_call_kind(row.call))


def _call_kind(call: Call | None) -> str:
    if call is None:
        return ""
    return "step" if call.is_step else call.kind


def _note(exercise: Exercise, grade: Grade, row: GradeRow) -> str:
    if row.rule is not None:
        return timeline.broken_rule(row.rule)
    if row.kind == "variant":
        return timeline.ONLY_OWN_DATA
    if row.only_visible:
        return timeline.only_visible(row.status)
    if row.kind == "returns" and row.observed:
        return other_kind(row.observed["return"], row.expected["return"], rules_of(exercise))
    if row.call is not None and row.call.raised is not None and row.status == "wrong":
        if grade.error is not None and grade.error.message == row.call.raised.message:
            return ""  # the summary has it
        return f"{row.call.raised.type}: {messages.first_line(row.call.raised.message)}"
    about_step = exercise.steps[row.step].note if row.step is not None and row.status == "wrong" else ""
    return timeline.about_expected(about_step) if about_step else ""


def _shown_names(
    values: Mapping[str, Value], room: Room, furthest: Mapping[str, Sequence[int] | None]
) -> Mapping[str, Any] | None:
    return {name: shown(value, room, furthest.get(name)) for name, value in values.items()} or None


def _furthest_numbers(exercise: Exercise, row: GradeRow) -> Mapping[str, Sequence[int] | None]:
    """The index of the number that is furthest from the expected one, for each name of a row that is not right."""
    names = row.expected.keys() & row.observed.keys() if row.status != "matched" else ()
    return {name: furthest_number(row.observed[name], row.expected[name], rules_of(exercise)) for name in names}
