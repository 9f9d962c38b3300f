"""What a student reads, and the files that lie beside an exercise: is everything there?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.errors import Problem
from grader.records.exercise import Exercise

HINTS = 3
_SAYS_NONE_OR_0 = re.compile(r"\bNone\b|(?<![\w.])0(?:\.0)?(?![\w.]*\d)")


def problems(exercise: Exercise, solutions: Path | None) -> Iterator[Problem]:
    """What is missing."""
    if not exercise.task.strip():
        yield Problem("There is no `task`.", exercise.where, "tell the student what to do")
    if not exercise.explain.strip():
        yield Problem("There is no `explain`.", exercise.where, "state the rule, for whoever has passed")
    if len(exercise.hints) != HINTS or not all(hint.strip() for hint in exercise.hints):
        said = sum(bool(hint.strip()) for hint in exercise.hints)
        yield Problem(f"There are {said} hints where {HINTS} are wanted.", exercise.where, "write them from vague to plain")
    if solutions is not None and not (solutions / exercise.solution_path).is_file():
        path = (solutions / exercise.solution_path).as_posix()
        yield Problem(f"There is no {path}.", exercise.where, "copy the starter there")


def notes(exercise: Exercise) -> Iterator[Problem]:
    resets = any(step.verb == "zero" for step in exercise.steps)
    if resets and not exercise.none_is_zero and not _SAYS_NONE_OR_0.search(exercise.task):
        yield Problem(
            "The `task` does not say whether a reset leaves None or 0, but only one of them is right here.",
            exercise.where,
            "say it, or write `none_is_zero: true`",
        )
