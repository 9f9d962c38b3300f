"""The report of one exercise as plain text, for whoever shows it in a box of their own: no colours, no loose ends."""

from __future__ import annotations

import io
import re

from grader.records.events import ExerciseGraded
from grader.records.result import Result
from grader.reports import wording
from grader.reports.plain import harmless
from grader.reports.terminal import Terminal

WIDTH = 100

_MOST_OUTPUT = 100_000
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def as_text(result: Result) -> str:
    """What `grade` prints about this exercise; of one that was not started the sentence alone."""
    if result.verdict in wording.UNSTARTED:
        return f"{harmless(result.summary)}\n"
    stream = io.StringIO()
    Terminal(stream, width=WIDTH)(ExerciseGraded(result.model_copy(update={"output": output(result)})))
    return _COLOUR.sub("", stream.getvalue())


def output(result: Result) -> str:
    """What the student's function printed, made harmless; of very much the beginning."""
    kept = harmless(result.output[:_MOST_OUTPUT])
    left_out = len(result.output) - _MOST_OUTPUT
    return f"{kept}\n{wording.more_characters(left_out)}\n" if left_out > 0 else kept
