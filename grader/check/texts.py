"""What a student reads, and the files that lie beside an exercise: is everything there, and finished?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.errors import Problem
from grader.records.exercise import Exercise

HINTS = 3
_TO_DO = re.compile(r"\bTODO\b")
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
    yield from _unfinished(exercise)
    yield from _unpromised(exercise)
    if solutions is not None and not (solutions / exercise.solution_path).is_file():
        path = (solutions / exercise.solution_path).as_posix()
        yield Problem(f"There is no {path}.", exercise.where, "copy the starter there")


def _unfinished(exercise: Exercise) -> Iterator[Problem]:
    """A starter may leave something to do, but its first line is its author's."""
    texts = {
        "`title`": exercise.title,
        "`concept`": exercise.concept,
        "`task`": exercise.task,
        "`hints`": "\n".join(exercise.hints),
        "`explain`": exercise.explain,
        "`note`": "\n".join(step.note for step in exercise.steps),
        "`wrong`": "\n".join(wrong.name for wrong in exercise.wrong),
        "`because`": "\n".join(each.because for each in exercise.invisible),
        "starter.py's first line": _first_line(exercise.starter),
        "reference.py's first line": _first_line(exercise.reference),
    }
    found = [name for name, text in texts.items() if _TO_DO.search(text)]
    if found:
        yield Problem(f"TODO still stands in {', '.join(found)}.", exercise.where, "write what belongs there")


def _unpromised(exercise: Exercise) -> Iterator[Problem]:
    for step in exercise.steps:
        for each in step.expect:
            if not each.is_promised:
                yield Problem(f"Nobody promises what `{each.text}` is worth.", each.where, "write the value: `check` proves it")


def _first_line(source: str | None) -> str:
    return (source or "").strip().partition("\n")[0]


def notes(exercise: Exercise) -> Iterator[Problem]:
    resets = any(step.verb == "zero" for step in exercise.steps)
    if resets and not exercise.none_is_zero and not _SAYS_NONE_OR_0.search(exercise.task):
        yield Problem(
            "The `task` does not say whether a reset leaves None or 0, but only one of them is right here.",
            exercise.where,
            "say it, or write `none_is_zero: true`",
        )
