"""The syllabus of a course in Markdown: what `python -m grader list --markdown` prints and `docs/course.md` contains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from grader.records.exercise import Exercise
from grader.reports.values import counted

_SPECIAL = re.compile(r"[|_*]")
_HEAD = """\
# The course

{count}. A track is independent of the others. Its numbers give the order in which `list` and `watch` go through
it. Levels go from 1 (easy) to 5 (hard). Kinds: in a `write` you write the calls, in a `fix` you correct a program that has
one mistake, in a `predict` you predict the gradients that a program computes.
"""


def syllabus(exercises: Sequence[Exercise]) -> str:
    """A table for each track, with its exercises in their order."""
    head = _HEAD.format(count=counted(len(exercises), "exercise"))
    tracks = groupby(exercises, key=lambda exercise: exercise.track)
    return "\n".join([head, *(line for track, each in tracks for line in _track(track, list(each)))])


def _track(track: str, exercises: Sequence[Exercise]) -> Iterator[str]:
    yield f"## `{track}`"
    yield ""
    yield "| # | exercise | title | what is learnt | level | kind |"
    yield "|---|---|---|---|---|---|"
    for exercise in exercises:
        cells = (exercise.slug, _cell(exercise.title), _cell(exercise.concept), str(exercise.level), exercise.kind)
        yield f"| {exercise.order:02} | {' | '.join(cells)} |"
    yield ""


def _cell(text: str) -> str:
    """Text as one cell of a table: an underscore makes no emphasis, and a bar ends no cell."""
    return _SPECIAL.sub(r"\\\g<0>", text)
