"""Checks that every text for students exists and is finished, and that the students' file exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.errors import Problem
from grader.records.exercise import Exercise

HINTS = 3
_TO_DO = re.compile(r"\bTODO\b")
_SAYS_NONE_OR_0 = re.compile(r"\bNone\b|(?<![\w.])0(?:\.0)?(?![\w.]*\d)")


def text_problems(exercise: Exercise, solutions: Path | None) -> Iterator[Problem]:
    """Missing and unfinished texts, and a missing file in the folder `solutions`."""
    if not exercise.task.strip():
        yield Problem("There is no `task`.", exercise.where, "tell the student what to do")
    if not exercise.explain.strip():
        yield Problem("There is no `explain`.", exercise.where, "state the rule: students read it when they have passed")
    if len(exercise.hints) != HINTS or not all(hint.strip() for hint in exercise.hints):
        count = sum(bool(hint.strip()) for hint in exercise.hints)
        yield Problem(f"There are {count} hints, but {HINTS} are needed.", exercise.where, "write them from vague to plain")
    yield from _texts_with_to_do(exercise)
    yield from _expectations_without_value(exercise)
    if solutions is not None and not (solutions / exercise.solution_path).is_file():
        path = (solutions / exercise.solution_path).as_posix()
        yield Problem(f"There is no {path}.", exercise.where, "copy the starter there")


def _texts_with_to_do(exercise: Exercise) -> Iterator[Problem]:
    """A starter may contain TODO for the student, but not in its first line, which the author writes."""
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
    unfinished = [name for name, text in texts.items() if _TO_DO.search(text)]
    if unfinished:
        yield Problem(f"TODO is still in {', '.join(unfinished)}.", exercise.where, "write these texts")


def _expectations_without_value(exercise: Exercise) -> Iterator[Problem]:
    for step in exercise.steps:
        for each in step.expect:
            if not each.is_promised:
                yield Problem(f"`{each.text}` has no expected value.", each.where, "write the value: `check` verifies it")


def _first_line(source: str | None) -> str:
    return (source or "").strip().partition("\n")[0]


def text_notes(exercise: Exercise) -> Iterator[Problem]:
    resets = any(step.verb == "zero" for step in exercise.steps)
    if resets and not exercise.none_is_zero and not _SAYS_NONE_OR_0.search(exercise.task):
        yield Problem(
            "The `task` does not say whether a reset leaves None or 0, and only one of them is right here.",
            exercise.where,
            "write it in the task, or accept both with `none_is_zero: true`",
        )
