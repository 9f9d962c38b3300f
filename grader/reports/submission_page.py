"""The report of one submission as a page: a table of all exercises, then a drawing and the calls of each that failed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from grader.records.result import Report, Result
from grader.reports import html
from grader.reports.one_exercise import printed
from grader.reports.shown_trace import ShownTrace, shown_trace
from grader.reports.where_to_look import causes, exercise_names, is_failure
from grader.reports.wording import course, verdicts

_MOST_OUTPUT = 8000  # characters


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """`mark` represents the verdict, `look` is the CSS class of the mark, `anchor` leads to what went wrong."""

    name: str
    mark: str
    look: str
    points: str
    summary: str
    anchor: str


@dataclass(frozen=True, slots=True)
class FailedExercise:
    row: ExerciseRow
    sentences: tuple[str, ...]
    shown: ShownTrace
    output: str


def to_text(report: Report) -> str:
    """A whole page. No seed: a student could draw the hidden cases with it."""
    rows = [_exercise_row(*row) for row in zip(count(1), exercise_names(report), report.results, strict=False)]
    failures = [_failure(row, result) for row, result in zip(rows, report.results, strict=True) if is_failure(result)]
    return (
        html.environment()
        .get_template("submission.html.j2")
        .render(
            totals=course.totals(report.results),
            next_line=course.next_line(report.results),
            rows=rows,
            failures=failures,
            strays=[course.unmatched(each.path, each.nearest) for each in report.strays],
            run=report.run,
        )
    )


def _exercise_row(number: int, name: str, result: Result) -> ExerciseRow:
    mark = html.MARKS.get(result.verdict, "✗")
    return ExerciseRow(
        name=name,
        mark=mark,
        look=html.LOOKS[mark],
        points=verdicts.points(result.score, result.max_score),
        summary="" if result.verdict == "passed" else result.summary,
        anchor=f"e{number}" if is_failure(result) else "",
    )


def _failure(row: ExerciseRow, result: Result) -> FailedExercise:
    """The sentence about the exercise is in the table already, so it is repeated only if no cause is known."""
    sentences = causes(result) or [result.summary]
    return FailedExercise(row, tuple(sentences), shown_trace(result), printed(result, _MOST_OUTPUT).strip("\n"))
