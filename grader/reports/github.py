"""GitHub Actions: annotations on the student's lines, and outputs for the steps that follow."""

from __future__ import annotations

from collections.abc import Iterator

from grader.records.result import Report, Result
from grader.reports.where_to_look import explanation, failures, line
from grader.reports.wording import course, notes, verdicts
from grader.reports.workflow_commands import command, disarmed

# GitHub shows no more of one kind per step, and drops the others silently.
MOST_ANNOTATIONS = 10


def to_text(report: Report) -> str:
    """What the step prints: notices, an error for each of the ten worst exercises that failed, and the totals."""
    return "\n".join(_printed_lines(report)) + "\n"


def outputs(report: Report) -> str:
    """`score`, `max_score` and `passed` for the file that $GITHUB_OUTPUT names. It has no text that a student wrote."""
    graded = [result for result in report.results if result.score is not None]
    score = sum(result.score or 0 for result in graded)
    max_score = sum(result.max_score for result in graded)
    return f"score={score:g}\nmax_score={max_score:g}\npassed={str(report.passed).lower()}\n"


def _printed_lines(report: Report) -> Iterator[str]:
    failed = failures(report.results)
    yield from (command("notice", warning) for warning in report.run.warnings)
    yield from (_annotation(result) for result in failed[:MOST_ANNOTATIONS])
    more = len(failed) - MOST_ANNOTATIONS
    if more > 0:
        yield notes.more_failed(more)
    for result in report.results:
        if result.verdict == "grader_error":
            yield command("warning", result.summary, title=result.exercise)
    yield disarmed(course.totals(report.results))


def _annotation(result: Result) -> str:
    title = f"{result.exercise}, {verdicts.points(result.score, result.max_score)} points"
    return command("error", "\n".join(explanation(result)), file=result.file, line=line(result), title=title)
