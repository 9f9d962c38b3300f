"""The report of one submission as a page: every exercise in a table, then a drawing and the calls of each that failed."""

from __future__ import annotations

from dataclasses import dataclass

from grader.records.result import Report, Result
from grader.reports import html, wording
from grader.reports.causes import said
from grader.reports.plain import harmless
from grader.reports.shown_trace import ShownTrace, shown_trace
from grader.reports.where_to_look import explanation, is_failure

_LONGEST_OUTPUT = 8000


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """An exercise. `mark` stands for its verdict, `look` is a letter for the colour; `anchor` leads to what went wrong."""

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
    """A whole page. It does not show the seed: a student could draw the hidden cases with it."""
    several = len({result.submission for result in report.results}) > 1
    rows = [_row(number, result, several) for number, result in enumerate(report.results, 1)]
    failures = [_failure(row, result) for row, result in zip(rows, report.results, strict=True) if is_failure(result)]
    return (
        html.environment()
        .get_template("submission.html.j2")
        .render(
            totals=wording.totals(report.results),
            next_line=wording.next_line(report.results),
            rows=rows,
            failures=failures,
            strays=[wording.stray(each.path, each.nearest) for each in report.strays],
            run=report.run,
        )
    )


def _row(number: int, result: Result, several: bool) -> ExerciseRow:
    mark = html.MARKS.get(result.verdict, "✗")
    return ExerciseRow(
        name=f"{result.submission}: {result.exercise}" if several else result.exercise,
        mark=mark,
        look=html.LOOKS[mark],
        points=wording.points(result.score, result.max_score),
        summary="" if result.verdict == "passed" else result.summary,
        anchor=f"e{number}" if is_failure(result) else "",
    )


def _failure(row: ExerciseRow, result: Result) -> FailedExercise:
    return FailedExercise(row, tuple(_sentences(result)), shown_trace(result), _output(result.output))


def _sentences(result: Result) -> list[str]:
    """The sentence about the exercise only where no cause says the same."""
    first, *causes = explanation(result)
    return causes if any(said(result) in each for each in causes) else [first, *causes]


def _output(text: str) -> str:
    shown = harmless(text[:_LONGEST_OUTPUT]).strip("\n")
    return f"{shown}\n{wording.more_characters(len(text) - _LONGEST_OUTPUT)}" if len(text) > _LONGEST_OUTPUT else shown
