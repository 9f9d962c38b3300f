"""GitHub Actions: annotations on the student's lines, a summary of the step, and outputs for the steps that follow."""

from __future__ import annotations

from collections.abc import Iterator

from grader.records.result import Report, Result
from grader.reports import markdown, wording
from grader.reports.where_to_look import explanation, failures, line
from grader.reports.workflow_commands import command, disarmed

# GitHub shows no more of one kind per step, and drops the others without a word.
MOST_ANNOTATIONS = 10


def to_text(report: Report) -> str:
    """What the step prints: notices; an error for each exercise that failed, worst first, at most ten; then the totals."""
    return "\n".join(_lines(report)) + "\n"


def summary(report: Report) -> str:
    """Markdown for the file that $GITHUB_STEP_SUMMARY names."""
    return markdown.to_text(report)


def outputs(report: Report) -> str:
    """`score`, `max_score` and `passed` for the file that $GITHUB_OUTPUT names; nothing in it is a student's text."""
    graded = [result for result in report.results if result.score is not None]
    score = sum(result.score or 0 for result in graded)
    max_score = sum(result.max_score for result in graded)
    return f"score={score:g}\nmax_score={max_score:g}\npassed={str(report.passed).lower()}\n"


def _lines(report: Report) -> Iterator[str]:
    failed = failures(report.results)
    yield from (command("notice", note) for note in report.run.warnings)
    yield from (_annotation(result) for result in failed[:MOST_ANNOTATIONS])
    more = len(failed) - MOST_ANNOTATIONS
    if more > 0:
        yield wording.more_failed(more)
    for result in report.results:
        if result.verdict == "grader_error":
            yield command("warning", result.summary, title=result.exercise)
    yield disarmed(wording.totals(report.results))


def _annotation(result: Result) -> str:
    title = f"{result.exercise}, {wording.points(result.score, result.max_score)} points"
    return command("error", "\n".join(explanation(result)), file=result.file, line=line(result), title=title)
