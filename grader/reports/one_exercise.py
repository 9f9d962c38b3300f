"""The report of one exercise as plain text without colours, for a page or a document of another program."""

from __future__ import annotations

import io

from grader.records.events import ExerciseGraded
from grader.records.result import UNSTARTED, Result
from grader.reports.plain import harmless
from grader.reports.terminal import Terminal
from grader.reports.wording import notes

WIDTH = 100

_MOST_OUTPUT = 100_000  # characters


def as_text(result: Result) -> str:
    """What `grade` prints about this exercise. If it was not started, only the sentence that says so."""
    if result.verdict in UNSTARTED:
        return f"{harmless(result.summary)}\n"
    stream = io.StringIO()
    terminal = Terminal(stream, width=WIDTH, colour=False)
    terminal(ExerciseGraded(result.model_copy(update={"output": printed(result)})))
    return stream.getvalue()


def printed(result: Result, most: int = _MOST_OUTPUT) -> str:
    """The first `most` characters that the student's function printed, made harmless."""
    kept = harmless(result.output[:most])
    left_out = len(result.output) - most
    return f"{kept}\n{notes.more_characters(left_out)}\n" if left_out > 0 else kept
