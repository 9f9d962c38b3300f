"""What was handed in, ready to be kept: every name once, every text such that a file can hold it, no submission without files
where one could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Stray, Submission
from grader.submissions.collect import collect_submissions


def incoming(
    root: Path, exercises: Sequence[Exercise], only: Sequence[str], layout: str, names: set[str]
) -> Iterator[Submission]:
    """Each submission under a name of its own, which goes into `names`; `only` are the ids of the exercises that count.
    One that cannot be read has a file for each exercise that says why."""
    for submission in collect_submissions(root, exercises, layout, only):
        name = _unused(_text(submission.name), names)
        names.add(name)
        yield replace(
            submission,
            name=name,
            files=_files(submission, exercises),
            strays=tuple(Stray(_text(stray.path), stray.nearest) for stray in submission.strays),
            problem=_text(submission.problem),
            details={key: _text(value) for key, value in submission.details.items()},
            notes=tuple(_text(note) for note in submission.notes),
        )


def _files(submission: Submission, exercises: Sequence[Exercise]) -> dict[str, SolutionFile]:
    if submission.problem:
        unreadable = SolutionFile(_text(submission.name), None, _text(submission.problem))
        return {exercise.id: unreadable for exercise in exercises}
    return {name: replace(file, path=_text(file.path)) for name, file in submission.files.items()}


def _unused(name: str, names: set[str]) -> str:
    others = (f"{name} ({number})" for number in count(2))
    return name if name not in names else next(other for other in others if other not in names)


def _text(text: str) -> str:
    """File names may hold bytes that are no text; nothing that is written can."""
    return text.encode("utf-8", "backslashreplace").decode()
